import { useState } from 'react';
import type { SettingsView } from '../../shared/settings.js';
import { copyText } from '../actions/asset.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { Reset } from './Reset.js';
import { Row } from './Row.js';
import css from './Settings.module.css';
import { lockWords } from './source.js';
import { useSave } from './useSetting.js';

/** What agents have to send: shown when asked for, made by chance, taken away by its reset. */
export function TokenRow({ settings }: { settings: SettingsView }) {
  const app = useApp();
  const { error, save } = useSave();
  /** With the settings it was asked for under: another token is not that one. */
  const [asked, setAsked] = useState<{ under: SettingsView; token: string } | null>(null);
  const shown = asked?.under === settings ? asked.token : null;
  const lock = lockWords(settings, 'token');
  const { has_token } = settings.values;
  const read = (use: (token: string) => void) =>
    void app.client.invoke('get_token', {}).then(({ token }) => use(token), app.fail);
  return (
    <Row
      title="Token"
      text="Agents that don’t send it are turned away. A new one holds at once: clients need it before they come again."
      lock={lock}
      error={error}
      reset={<Reset settings={settings} name="token" title="Token" />}
    >
      <div className={css.inline}>
        <span className={css.path} data-testid="token">
          {has_token ? (shown ?? '••••••••••••') : 'None is asked for'}
        </span>
        {has_token && (
          <>
            <Button
              onClick={() => (shown === null ? read((token) => setAsked({ under: settings, token })) : setAsked(null))}
            >
              {shown === null ? 'Show' : 'Hide'}
            </Button>
            <Button onClick={() => read((token) => void copyText(app, token, 'Token copied.'))}>Copy</Button>
          </>
        )}
        <Button disabled={lock !== null} onClick={() => void save({ token: newToken() })}>
          {has_token ? 'Renew' : 'Make one'}
        </Button>
      </div>
    </Row>
  );
}

/** 256 bits, in letters that need no quoting anywhere. */
function newToken(): string {
  return [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
