import { TriangleAlert, Unplug } from 'lucide-react';
import { restart } from '../actions/restart.js';
import { engineTrouble, tryEngineNow } from '../store/engine.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import css from './Defaults.module.css';
import type { Details } from './rows.js';

/** What stands in the way of the whole page, above the list: a broken config file, an engine that is away. */
export function Bars({ configFile }: { configFile: Details['config_file'] }) {
  return (
    <>
      {configFile.fault !== null && <BrokenFile configFile={configFile} fault={configFile.fault} />}
      <Away />
    </>
  );
}

interface BrokenFileProps {
  configFile: Details['config_file'];
  fault: NonNullable<Details['config_file']['fault']>;
}

function BrokenFile({ configFile: { path, unread }, fault }: BrokenFileProps) {
  const app = useApp();
  const notices = useAppState((state) => state.notices);
  const read = useAppState((state) => state.readNotices);
  // The window's own bar may say the reason already.
  const told = notices.some(({ message }) => message === fault.message && !read.has(message));
  const effect = unread
    ? 'Its values don’t count, and nothing can be kept for good, until it is mended and the app started again.'
    : 'The values it had before count on, and nothing can be kept for good, until it is mended. Then it is read at once.';
  return (
    <section className={css.bar} data-tone="bad" aria-label="Config file" role="alert">
      <TriangleAlert aria-hidden />
      <p>
        <b>{told ? 'The config file is broken.' : fault.message}</b> {!told && fault.hint} {effect}
        {!fault.message.includes(path ?? ' ') && <> {path}</>}
      </p>
      <div className={css.barActions}>
        {path !== null && (
          <Button onClick={() => void app.client.invoke('show_in_folder', { path }).catch(app.fail)}>
            Show the file
          </Button>
        )}
        {unread && !told && <Button onClick={() => void restart(app)}>Start again</Button>}
      </div>
    </section>
  );
}

function Away() {
  const app = useApp();
  const engine = useAppState((state) => state.engine);
  if (engine === null || engine.state !== 'unreachable') return null;
  return (
    <section className={css.bar} aria-label="Engine" role="status">
      <Unplug aria-hidden />
      <p>
        <b>{engineTrouble(engine)}.</b> Values can be set all the same, but names of models, samplers and schedulers
        can’t be checked.
      </p>
      <div className={css.barActions}>
        <Button onClick={() => void tryEngineNow(app)}>Try now</Button>
      </div>
    </section>
  );
}
