import { useState } from 'react';
import type { SettingsView } from '../../shared/settings.js';
import { Switch } from '../ui/controls.js';
import { DraftField } from './DraftField.js';
import { Reset } from './Reset.js';
import { Row } from './Row.js';
import css from './Settings.module.css';
import { lockWords } from './source.js';
import { TokenRow } from './TokenRow.js';
import { useSave } from './useSetting.js';

export function EndpointSettings({ settings }: { settings: SettingsView }) {
  const enabled = useSave();
  const port = useSave();
  const [wrong, setWrong] = useState<string | null>(null);
  const portLock = lockWords(settings, 'port');
  const enabledLock = lockWords(settings, 'endpoint_enabled');
  return (
    <>
      <Row
        title="Endpoint"
        text="Agents reach this app through it. Switched off, nobody but you can start work."
        lock={enabledLock}
        error={enabled.error}
        reset={<Reset settings={settings} name="endpoint_enabled" title="Endpoint" />}
      >
        <div className={css.inline}>
          <Switch
            label="Endpoint"
            checked={settings.values.endpoint_enabled}
            disabled={enabledLock !== null}
            onChange={(endpoint_enabled) => void enabled.save({ endpoint_enabled })}
          />
          <span className={css.unit}>{settings.values.endpoint_enabled ? 'On' : 'Off'}</span>
        </div>
      </Row>
      <Row
        title="Port"
        text="0 takes any free one. Clients that are set up need the new address after a change."
        lock={portLock}
        error={wrong ?? port.error}
        reset={<Reset settings={settings} name="port" title="Port" />}
      >
        <div className={css.inline}>
          <DraftField
            label="Port"
            numeric
            className={css.short}
            value={String(settings.values.port)}
            disabled={portLock !== null}
            invalid={wrong !== null}
            onEdit={() => setWrong(null)}
            onCommit={(text) => {
              const value = Number(text);
              if (text === '' || !Number.isInteger(value) || value < 0 || value > 65_535) {
                setWrong('A port is a whole number from 0 to 65535.');
              } else void port.save({ port: value });
            }}
          />
        </div>
      </Row>
      <HostRow settings={settings} />
      <TokenRow settings={settings} />
    </>
  );
}

function HostRow({ settings }: { settings: SettingsView }) {
  const { error, save } = useSave();
  const lock = lockWords(settings, 'host');
  return (
    <Row
      title="Address to listen on"
      text="127.0.0.1 is this machine only. Any other one needs a token, and opens the endpoint to whoever has it."
      lock={lock}
      error={error}
      reset={<Reset settings={settings} name="host" title="Address to listen on" />}
    >
      <DraftField
        label="Address to listen on"
        value={settings.values.host}
        disabled={lock !== null}
        invalid={error !== null}
        onCommit={(host) => void save({ host })}
      />
    </Row>
  );
}
