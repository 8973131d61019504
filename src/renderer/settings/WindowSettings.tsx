import { useEffect, useState } from 'react';
import type { LoginStart } from '../../shared/desktop.js';
import { inWords, toErrorValue } from '../../shared/errors.js';
import { useApp, useAppState } from '../store/hooks.js';
import { type Choice, Segments, Switch } from '../ui/controls.js';
import { Row } from './Row.js';
import css from './Settings.module.css';

const themes: readonly Choice<'system' | 'dark' | 'light'>[] = [
  { value: 'system', label: 'System' },
  { value: 'dark', label: 'Dark' },
  { value: 'light', label: 'Light' },
];

export function WindowSettings() {
  const app = useApp();
  const { theme, close_to_tray } = useAppState((state) => state.window);
  return (
    <>
      <Row title="Light and dark" text="The lightbox is always dark.">
        <Segments
          label="Light and dark"
          value={theme}
          choices={themes}
          onChange={(next) => app.setWindow({ theme: next })}
        />
      </Row>
      <LoginRow />
      <SwitchLine
        title="Keep running when the window closes"
        text="Agents can go on; the app waits in the tray. Where there is no tray, closing the window ends it."
        on={close_to_tray}
        onChange={(next) => app.setWindow({ close_to_tray: next })}
      />
    </>
  );
}

/** The system keeps it, so it is asked, and told. */
function LoginRow() {
  const app = useApp();
  const [start, setStart] = useState<LoginStart | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let wanted = true;
    app.client.invoke('get_login_start', {}).then((answer) => wanted && setStart(answer), app.fail);
    return () => {
      wanted = false;
    };
  }, [app]);
  const set = async (enabled: boolean) => {
    try {
      setStart(await app.client.invoke('set_login_start', { enabled }));
      setError(null);
    } catch (thrown) {
      setError(inWords(toErrorValue(thrown)));
    }
  };
  return (
    <SwitchLine
      title="Start at login"
      text="In the tray, without the window, so that agents find the endpoint."
      on={start?.enabled ?? false}
      disabled={start === null}
      error={error}
      onChange={(next) => void set(next)}
    />
  );
}

interface SwitchLineProps {
  title: string;
  text: string;
  on: boolean;
  disabled?: boolean;
  error?: string | null;
  onChange(on: boolean): void;
}

function SwitchLine({ title, text, on, disabled, error, onChange }: SwitchLineProps) {
  return (
    <Row title={title} text={text} error={error}>
      <div className={css.inline}>
        <Switch label={title} checked={on} disabled={disabled} onChange={onChange} />
        <span className={css.unit}>{on ? 'On' : 'Off'}</span>
      </div>
    </Row>
  );
}
