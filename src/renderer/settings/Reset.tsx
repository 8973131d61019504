import type { SettingName, SettingsView } from '../../shared/settings.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import css from './Settings.module.css';

interface ResetProps {
  settings: SettingsView;
  name: SettingName;
  /** What is set, for those who don't see the row. */
  title: string;
}

/** Takes a setting out of the settings file; there only where the file is what holds. */
export function Reset({ settings, name, title }: ResetProps) {
  const app = useApp();
  if (settings.sources[name] !== 'file') return null;
  return (
    <div className={css.reset}>
      <Button
        look="plain"
        aria-label={`Reset: ${title}`}
        onClick={() => void app.client.invoke('update_settings', { values: {}, reset: [name] }).catch(app.fail)}
      >
        Reset
      </Button>
    </div>
  );
}
