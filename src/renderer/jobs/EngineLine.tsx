import { Pause, TriangleAlert } from 'lucide-react';
import { engineTrouble, startDemoEngine, tryEngineNow } from '../store/engine.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import css from './Composer.module.css';
import { setSending } from './retry.js';

/** Why nothing would run now, and the next step; nothing while all is well. `tried`: somebody just asked for it. */
export function EngineLine({ tried }: { tried: boolean }) {
  const app = useApp();
  const engine = useAppState((state) => state.engine);
  const paused = useAppState((state) => state.sendingPaused);
  const trouble = engine === null ? null : engineTrouble(engine);
  if (trouble !== null) {
    return (
      <div className={css.engine} role={tried ? 'alert' : 'status'} data-bad={tried || undefined}>
        <TriangleAlert aria-hidden />
        <span>{tried ? `${trouble}, so nothing was queued.` : `${trouble}.`} What you typed stays here.</span>
        <Button compact onClick={() => void tryEngineNow(app)}>
          Try now
        </Button>
        {engine?.kind !== 'demo' && (
          <Button compact look="plain" onClick={() => void startDemoEngine(app)}>
            Use the demo engine
          </Button>
        )}
        <Button compact look="plain" onClick={() => app.set({ screen: 'settings', section: 'engine' })}>
          Give an address
        </Button>
      </div>
    );
  }
  if (!paused) return null;
  return (
    <div className={css.engine} role="status">
      <Pause aria-hidden />
      <span>Sending is paused: what you make waits in the queue.</span>
      <Button compact onClick={() => void setSending(app, false)}>
        Resume sending
      </Button>
    </div>
  );
}
