/**
 * The demo engine as a program of its own: a ComfyUI that lives on when the app dies. `node out/main/demo.js`, with
 * `--data FOLDER`, `--port NUMBER`, `--step-ms NUMBER` and `--profile NAME`; one line on stderr when it is ready.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLogger, systemClock } from '../system.js';
import { createDemoEngine } from './index.js';
import { type ProfileName, profiles } from './profiles.js';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    port: { type: 'string', default: '0' },
    /** Milliseconds each step of a node takes at least. */
    'step-ms': { type: 'string', default: '0' },
    profile: { type: 'string', default: '0.3.64' },
  },
});

function isProfile(name: string): name is ProfileName {
  return Object.hasOwn(profiles, name);
}

if (!isProfile(values.profile)) {
  process.stderr.write(`There is no profile ${values.profile}. Profiles: ${Object.keys(profiles).join(', ')}\n`);
  process.exit(2);
}
const engine = createDemoEngine({
  dataRoot: values.data ?? (await mkdtemp(join(tmpdir(), 'demo-engine-'))),
  port: Number(values.port),
  stepDelayMs: Number(values['step-ms']),
  profile: values.profile,
  clock: systemClock,
  logger: createLogger({ level: 'warn', name: 'demo' }),
});
const { url } = await engine.start();
process.stderr.write(`Demo engine ready: ${url}\n`);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void engine.stop().then(() => process.exit(0)));
}
