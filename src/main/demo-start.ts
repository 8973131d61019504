/** Starts the demo engine inside the app. */
import { mkdir } from 'node:fs/promises';
import type { RunningDemo } from './engine.js';
import type { Clock, Logger } from './ports.js';

/** Milliseconds each step of the demo engine takes: long enough to watch a picture come, short enough to try things. */
const demoStepMs = 90;

/** Started only when it is used: its nodes and encoders cost memory that most people never need. */
export async function startDemo(dataRoot: string, clock: Clock, logger: Logger): Promise<RunningDemo> {
  const [{ createDemoEngine }, { createDemoNodes }] = await Promise.all([
    import('./demo/index.js'),
    import('./demo/nodes/index.js'),
  ]);
  await mkdir(dataRoot, { recursive: true });
  const demo = createDemoEngine({
    dataRoot,
    nodes: createDemoNodes(),
    clock,
    logger,
    stepDelayMs: demoStepMs,
    loopbackNamesOnly: true,
  });
  const { url } = await demo.start();
  return { url, stop: () => demo.stop() };
}
