/** What the person can do about the engine, from wherever they stand. */
import { fromErrorValue } from '../../shared/errors.js';
import type { EngineStatus } from '../../shared/status.js';
import { shortAddress } from '../ui/format.js';
import type { App } from './store.js';

/** Starts the demo engine in place of ComfyUI. */
export async function startDemoEngine(app: App): Promise<void> {
  try {
    await app.client.invoke('update_settings', { values: { demo: true } });
  } catch (error) {
    app.fail(error);
  }
}

/** Asks ComfyUI once more, at once, and says what came of it. */
export async function tryEngineNow(app: App): Promise<void> {
  try {
    // Asking for the status makes the core look at the engine at once, instead of at its next turn.
    const { engine } = await app.client.invoke('get_server_status', {});
    if (engine.state === 'ready') app.toast(`ComfyUI answers at ${shortAddress(engine.url)}.`);
    else if (engine.error !== null) app.fail(fromErrorValue(engine.error));
  } catch (error) {
    app.fail(error);
  }
}

/** One sentence for an engine that isn't well; null when it is. */
export function engineTrouble(engine: EngineStatus): string | null {
  if (engine.state === 'ready') return null;
  const name = engine.kind === 'demo' ? 'The demo engine' : 'ComfyUI';
  const where = engine.kind === 'demo' ? '' : ` at ${shortAddress(engine.url)}`;
  return engine.state === 'connecting' ? `Connecting to ${name}${where}` : `${name} does not answer${where}`;
}
