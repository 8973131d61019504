import { X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { inWords, toErrorValue } from '../../shared/errors.js';
import type { SettingsView } from '../../shared/settings.js';
import { useApp } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import parts from '../ui/parts.module.css';
import { Reset } from './Reset.js';
import { Row } from './Row.js';
import css from './Settings.module.css';
import { lockWords } from './source.js';

/** Headers for an engine behind a proxy. Values are written, never shown: they may be secrets. */
export function HeaderRow({ settings }: { settings: SettingsView }) {
  const app = useApp();
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const [error, setError] = useState<string | null>(null);
  const lock = lockWords(settings, 'comfyui_headers');
  const put = async (header: string, next: string | null) => {
    try {
      await app.client.invoke('set_engine_header', { name: header, value: next });
      setError(null);
      return true;
    } catch (thrown) {
      setError(inWords(toErrorValue(thrown)));
      return false;
    }
  };
  const add = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await put(name.trim(), value))) return;
    setName('');
    setValue('');
  };
  return (
    <Row
      title="Headers"
      text="Sent with every request to ComfyUI, for one behind a proxy. What is set is not shown again."
      lock={lock}
      error={error}
      reset={<Reset settings={settings} name="comfyui_headers" title="Headers" />}
    >
      {settings.values.comfyui_header_names.map((header) => (
        <div key={header} className={css.inline}>
          <span className={css.path}>{header}</span>
          <IconButton
            label={`Take away the header ${header}`}
            side="left"
            disabled={lock !== null}
            onClick={() => void put(header, null)}
          >
            <X />
          </IconButton>
        </div>
      ))}
      <form className={css.inline} onSubmit={(event) => void add(event)}>
        <input
          className={parts.field}
          aria-label="Name of the header"
          placeholder="Name"
          spellCheck={false}
          disabled={lock !== null}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <input
          className={parts.field}
          type="password"
          aria-label="Value of the header"
          placeholder="Value"
          autoComplete="off"
          disabled={lock !== null}
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
        <Button type="submit" disabled={lock !== null || name.trim() === ''}>
          Add
        </Button>
      </form>
    </Row>
  );
}
