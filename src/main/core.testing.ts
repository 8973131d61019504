/** For tests: whole cores on the demo engine in a folder of their own, without a door. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CallContext } from '../shared/contract.js';
import type { AppEvent } from '../shared/events.js';
import { type Core, type CoreOptions, createCore } from './core.js';
import { createDemoEngine, type DemoEngine, type DemoEngineOptions } from './demo/index.js';
import type { Files } from './files.js';
import type { Clock, Logger } from './ports.js';
import { loadSettings } from './settings.js';
import { silentLogger, systemClock } from './system.js';

const bundledWorkflows = path.resolve(import.meta.dirname, '..', '..', 'workflows');

/** A call as a door would make it. */
export function callContext(patch: Partial<CallContext> = {}): CallContext {
  return {
    door: 'mcp',
    sessionId: 'a-session',
    client: { name: 'test', version: '1' },
    signal: new AbortController().signal,
    progress() {},
    attachImage() {},
    ...patch,
  };
}

export interface OpenOptions extends Pick<CoreOptions, 'startedBy' | 'takeOverFrom' | 'end'> {
  program?: 'desktop' | 'headless';
  env?: Record<string, string>;
  /** Where the program is started; the folder of the tests when absent. */
  cwd?: string;
  clock?: Clock;
  logger?: Logger;
  /** What copies of results are written through. */
  files?: Files;
}

export type ServerOptions = Pick<DemoEngineOptions, 'models' | 'profile' | 'port' | 'stepDelayMs'>;

export interface TestServer {
  args: string[];
  url: string;
  port: number;
  engine: DemoEngine;
}

export interface CoreBench {
  /** Holds the data directory (`data`), the config file (`config.json`) and the person's workflows (`data/workflows`). */
  readonly home: string;
  /** What the core opened last has told so far. */
  readonly events: readonly AppEvent[];
  /** Opens and starts a core; a second one takes up what the first left, once that is closed. */
  open(args?: string[], options?: OpenOptions): Promise<Core>;
  close(): Promise<void>;
  /**
   * Starts a ComfyUI of the tests beside the core, without the demo's slow pace: pass its `args` to `open`. Its models
   * are changed by starting another one on the same port.
   */
  server(options?: ServerOptions): Promise<TestServer>;
  /** Closes what is open and removes the folder. */
  dispose(): Promise<void>;
}

export function createCoreBench(): CoreBench {
  const home = mkdtempSync(path.join(tmpdir(), 'core-test-'));
  let core: Core | undefined;
  let events: AppEvent[] = [];
  const servers: DemoEngine[] = [];
  const close = async () => {
    await core?.stop();
    core = undefined;
  };
  return {
    home,
    get events() {
      return events;
    },
    async open(args = ['--demo'], options = {}) {
      const {
        program = 'headless',
        env = {},
        cwd,
        clock = systemClock,
        logger = silentLogger,
        files,
        ...rest
      } = options;
      const fixed = ['--port', '0', '--data-dir', path.join(home, 'data'), '--config', path.join(home, 'config.json')];
      const settings = loadSettings({ argv: [...fixed, ...args], cwd, env, home, platform: process.platform });
      const made = await createCore({
        program,
        settings,
        version: '0.0.0',
        testBuild: false,
        bundledWorkflows,
        env,
        clock,
        logger,
        files,
        ...rest,
      });
      core = made;
      const told: AppEvent[] = [];
      events = told;
      made.listen((event) => told.push(event));
      await made.start();
      return made;
    },
    close,
    async server(options = {}) {
      const dataRoot = path.join(home, `server-${servers.length}`);
      const engine = createDemoEngine({ dataRoot, clock: systemClock, logger: silentLogger, ...options });
      servers.push(engine);
      const { url, port } = await engine.start();
      return { args: ['--comfyui-url', url], url, port, engine };
    },
    async dispose() {
      await close();
      for (const server of servers) await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A small picture, quickly made. */
export const smallImage = {
  workflow_id: 'generate_image',
  overrides: { prompt: 'a lake', width: 64, height: 64, steps: 2 },
};
