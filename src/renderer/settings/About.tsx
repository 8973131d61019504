import type { SettingsView } from '../../shared/settings.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { ResetAllRow } from './ResetSettings.js';
import { Row } from './Row.js';
import css from './Settings.module.css';

export function About({ settings }: { settings: SettingsView }) {
  const app = useApp();
  const version = useAppState((state) => state.version);
  const testBuild = useAppState((state) => state.testBuild);
  const engine = useAppState((state) => state.engine);
  return (
    <>
      <Row
        title="ComfyUI MCP Desktop"
        text="Lets agents make pictures, sound and film with ComfyUI, and keeps what they make."
      >
        <div className={css.inline}>
          <span className={css.path}>
            Version {version}
            {testBuild && <span className={css.stamp}>Test build</span>}
          </span>
        </div>
      </Row>
      <Row title="Engine">
        <div className={css.inline}>
          <span className={css.path}>
            {engine === null
              ? 'Unknown'
              : `${engine.kind === 'demo' ? 'Demo engine' : 'ComfyUI'}${engine.version === null ? '' : ` ${engine.version}`}`}
          </span>
        </div>
      </Row>
      <ResetAllRow settings={settings} />
      <Row title="Licence" text="Apache License 2.0.">
        <Button
          onClick={() =>
            void app.client
              .invoke('open_external', { url: 'https://www.apache.org/licenses/LICENSE-2.0' })
              .catch(app.fail)
          }
        >
          Read it
        </Button>
      </Row>
    </>
  );
}
