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
import { Row } from './Row.js';
import css from './Settings.module.css';
import { lockWords } from './source.js';
import { useSave } from './useSetting.js';

type Probe = OperationOutput<'probe_engine'>;

export function EngineSettings({ settings }: { settings: SettingsView }) {
  const demo = useSave();
  return (
    <>
      <Address settings={settings} />
      <Row
        title="Demo engine"
        text="Makes pictures and songs without ComfyUI, for trying things out. Every result is marked as a stand-in."
        lock={lockWords(settings, 'demo')}
        error={demo.error}
      >
        <div className={css.inline}>
          <Switch
            label="Demo engine"
            checked={settings.values.demo}
            disabled={lockWords(settings, 'demo') !== null}
            onChange={(on) => void demo.save({ demo: on })}
          />
          <span className={css.unit}>{settings.values.demo ? 'On' : 'Off'}</span>
        </div>
      </Row>
    </>
  );
}

function Address({ settings }: { settings: SettingsView }) {
  const app = useApp();
  const { error, save, clear } = useSave();
  const [typed, setTyped] = useState(settings.values.comfyui_url);
  const [probe, setProbe] = useState<Probe | 'testing' | null>(null);
  const lock = lockWords(settings, 'comfyui_url');
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
    <Row title="ComfyUI address" text="Where the engine listens." lock={lock} error={error}>
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
