import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { SettingsView } from '../../shared/settings.js';
import { useApp, useAppState } from '../store/hooks.js';
import type { SettingsSection } from '../store/store.js';
import { Button } from '../ui/Button.js';
import { Confirm } from '../ui/Confirm.js';
import { plural } from '../ui/format.js';
import { Row } from './Row.js';
import { resetSettings, resettable } from './reset.js';
import css from './Settings.module.css';

/** At the end of a section: all that is set in it by hand goes back at once; there only where something is. */
export function ResetSection({
  settings,
  section,
  label,
}: {
  settings: SettingsView;
  section: SettingsSection;
  label: string;
}) {
  const app = useApp();
  const window = useAppState((state) => state.window);
  const what = resettable(settings, window, section);
  if (what.count === 0) return null;
  return (
    <div className={css.resetAll}>
      <Button look="plain" onClick={() => void resetSettings(app, what)}>
        <RotateCcw aria-hidden />
        Reset the {label} settings
      </Button>
    </div>
  );
}

/** Everything at once, after a question. */
export function ResetAllRow({ settings }: { settings: SettingsView }) {
  const app = useApp();
  const window = useAppState((state) => state.window);
  const [asking, setAsking] = useState(false);
  const what = resettable(settings, window, 'all');
  return (
    <Row
      title="All settings"
      text="Back to what the app came with. Your library, workflows, defaults and data folder stay as they are."
    >
      <div className={css.inline}>
        <Button disabled={what.count === 0} onClick={() => setAsking(true)}>
          Reset all settings…
        </Button>
        <span className={css.unit}>{what.count === 0 ? 'Nothing is changed' : `${what.count} changed`}</span>
      </div>
      <Confirm
        open={asking}
        title="Reset all settings?"
        text={`${plural(what.count, 'setting')}, address, headers and token among them if you set them, go back to what the app came with. What the command line or the environment gives stays. You can undo it until you quit.`}
        keep="Keep them"
        go="Reset all"
        onClose={() => setAsking(false)}
        onGo={() => void resetSettings(app, what)}
      />
    </Row>
  );
}
