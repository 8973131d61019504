import { Check, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { OperationOutput } from '../../shared/contract.js';
import { toErrorValue } from '../../shared/errors.js';
import type { SettingsView } from '../../shared/settings.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { Switch } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import { formatCount } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { DraftField } from './DraftField.js';
import { HeaderRow } from './HeaderRow.js';
import { Reset } from './Reset.js';
import { Row } from './Row.js';
import css from './Settings.module.css';
import { lockWords } from './source.js';
import { useSave } from './useSetting.js';

type Probe = OperationOutput<'probe_engine'>;

export function EngineSettings({ settings }: { settings: SettingsView }) {
  return (
    <>
      <Address settings={settings} />
      <HeaderRow settings={settings} />
      <SwitchRow
        settings={settings}
        name="demo"
        title="Demo engine"
        text="Makes pictures and songs without ComfyUI, for trying things out. Every picture is marked as a demo."
      />
      <SwitchRow
        settings={settings}
        name="register_foreign_outputs"
        title="Keep what others make"
        text="What is made on ComfyUI’s own page, or by another program with the same ComfyUI, comes into the gallery too."
      />
    </>
  );
}

interface SwitchRowProps {
  settings: SettingsView;
  name: 'demo' | 'register_foreign_outputs';
  title: string;
  text: string;
}

function SwitchRow({ settings, name, title, text }: SwitchRowProps) {
  const { error, save } = useSave();
  const lock = lockWords(settings, name);
  const on = settings.values[name];
  return (
    <Row
      title={title}
      text={text}
      lock={lock}
      error={error}
      reset={<Reset settings={settings} name={name} title={title} />}
    >
      <div className={css.inline}>
        <Switch label={title} checked={on} disabled={lock !== null} onChange={(next) => void save({ [name]: next })} />
        <span className={css.unit}>{on ? 'On' : 'Off'}</span>
      </div>
    </Row>
  );
}

function Address({ settings }: { settings: SettingsView }) {
  const app = useApp();
  const { error, save, clear } = useSave();
  const [typed, setTyped] = useState(settings.values.comfyui_url);
  const [probe, setProbe] = useState<Probe | 'testing' | null>(null);
  const lock = lockWords(settings, 'comfyui_url');
  const found = probe !== null && probe !== 'testing' && probe.found;
  const untaken = typed.trim() !== '' && typed.trim() !== settings.values.comfyui_url;
  const test = async () => {
    const url = typed.trim();
    setProbe('testing');
    try {
      setProbe(await app.client.invoke('probe_engine', url === '' ? {} : { url }));
    } catch (thrown) {
      setProbe({
        found: false,
        url,
        version: null,
        device: null,
        vram_total: null,
        elapsed_ms: 0,
        error: toErrorValue(thrown),
      });
    }
  };
  return (
    <Row
      title="ComfyUI address"
      text="Where the engine listens. Enter takes what is typed."
      lock={lock}
      error={error}
      reset={<Reset settings={settings} name="comfyui_url" title="ComfyUI address" />}
    >
      <div className={css.inline}>
        <DraftField
          label="ComfyUI address"
          value={settings.values.comfyui_url}
          disabled={lock !== null}
          invalid={error !== null}
          onEdit={(value) => {
            setTyped(value);
            setProbe(null);
            clear();
          }}
          onCommit={(comfyui_url) => void save({ comfyui_url })}
        />
        <Button onClick={() => void test()} disabled={probe === 'testing'}>
          Test
        </Button>
      </div>
      <output>{probe !== null && probe !== 'testing' && <ProbeNote probe={probe} />}</output>
      {found && untaken && lock === null && (
        <Button className={css.take} onClick={() => void save({ comfyui_url: typed.trim() })}>
          Use this address
        </Button>
      )}
    </Row>
  );
}

function ProbeNote({ probe }: { probe: Probe }) {
  if (probe.found) {
    return (
      <div className={parts.note}>
        <Check aria-hidden />
        <span>
          Answered in {formatCount(Math.round(probe.elapsed_ms))} ms
          {probe.version !== null && `, version ${probe.version}`}
        </span>
      </div>
    );
  }
  return (
    <div className={cx(parts.note, parts.bad)}>
      <TriangleAlert aria-hidden />
      <span>
        {probe.error?.message ?? 'Nothing answers there.'} {probe.error?.hint}
      </span>
    </div>
  );
}
