/** The program without a window: the same core, one line on stderr when the endpoint is ready, one when it can't be. */
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { AppError, toErrorValue } from '../shared/errors.js';
import { type Core, createCore } from './core.js';
import { startedByVariable } from './settings/paths.js';
import { helpText, loadSettings, type SettingsStore, type Task } from './settings.js';
import { createLogger, systemClock } from './system.js';
import { checkTask, runTask, taskFailure } from './tasks.js';

const here = path.dirname(fileURLToPath(import.meta.url));

/** The folder with package.json, seen from `out/main`; the packaged application has its workflows beside that archive. */
const root = path.resolve(here, '..', '..');
const isPackaged = path.extname(root) === '.asar';
/** The packaged application runs this as a plain Node. */
const asNode = process.versions.electron === undefined ? {} : { env: { ELECTRON_RUN_AS_NODE: '1' } };

function productVersion(): string {
  const text = readFileSync(path.join(root, 'package.json'), 'utf8');
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}

async function main(): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(helpText());
    return;
  }
  if (argv.includes('--version')) {
    process.stdout.write(`${productVersion()}\n`);
    return;
  }
  const settings = loadSettings({
    argv,
    strict: true,
    env: process.env,
    home: os.homedir(),
    platform: process.platform,
  });
  if (settings.task !== undefined) return perform(settings.task, settings);
  let end = () => {};
  const core = await makeCore(settings, () => end());
  end = stopOnSignal(core);
  // Without a window this is the only place to tell them.
  for (const { message, hint } of core.notices())
    process.stderr.write(`${[message, hint].filter(Boolean).join(' ')}\n`);
  try {
    await core.start();
  } catch (error) {
    await core.stop();
    throw error;
  }
  process.stderr.write(`MCP endpoint ready: ${core.endpoint().url}\n`);
}

function makeCore(settings: SettingsStore, end?: () => void): Promise<Core> {
  return createCore({
    program: 'headless',
    settings,
    version: productVersion(),
    testBuild: false,
    bundledWorkflows: path.join(isPackaged ? path.dirname(root) : root, 'workflows'),
    threads: here,
    env: process.env,
    clock: systemClock,
    logger: createLogger({ level: settings.logLevel }),
    startedBy: process.env[startedByVariable] === 'bridge' ? 'bridge' : 'person',
    end,
    launch: { file: process.execPath, args: [fileURLToPath(import.meta.url)], ...asNode },
  });
}

/** Does one thing and ends: the core is built and never started, so there is neither an endpoint nor an engine. */
async function perform(task: Task, settings: SettingsStore): Promise<void> {
  checkTask(task, settings.dataDir);
  const core = await makeCore(settings).catch((error: unknown) => {
    throw taskFailure(task, error);
  });
  const givenUp = new AbortController();
  // What is given up leaves nothing behind and ends by itself; who asks twice means now.
  process.once('SIGINT', () => givenUp.abort());
  process.once('SIGTERM', () => givenUp.abort());
  try {
    const { handlers, listen } = core;
    const told = await runTask(task, { handlers, listen, stderr: process.stderr, signal: givenUp.signal });
    process.stdout.write(`${told}\n`);
  } finally {
    await core.stop();
  }
}

/** A library of ours hears signals too and sends them once more, at once: that is not a person's second Ctrl+C. */
const secondSignalMs = 500;

/** Answers what stops the program as a signal does. */
function stopOnSignal(core: Core): () => void {
  let stoppingSince: number | undefined;
  const stop = () => {
    if (stoppingSince !== undefined) {
      if (systemClock.monotonic() - stoppingSince > secondSignalMs) process.exit(1);
      return;
    }
    stoppingSince = systemClock.monotonic();
    core.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`The program did not stop cleanly: ${toErrorValue(error).message}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return stop;
}

main().catch((error: unknown) => {
  // What was foreseen is one sentence and a hint; a fault of ours needs its stack.
  const { message, hint } = toErrorValue(error);
  const text =
    error instanceof AppError ? [message, hint].filter(Boolean).join(' ') : String((error as Error)?.stack ?? error);
  process.stderr.write(`${text}\n`);
  process.exit(1);
});
