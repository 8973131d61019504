/**
 * The demo engine: a ComfyUI-compatible server that runs graphs without a GPU or weights. The product's `--demo`, and
 * the ComfyUI of the tests. See `server.ts` for HTTP, `executor.ts` for what runs, `nodes/` for the nodes.
 */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Logger } from '../ports.js';
import type { CacheMode } from './cache.js';
import { type EngineParts, features } from './engine.js';
import { createFaults, type Faults } from './faults.js';
import { createHistory } from './history.js';
import { createRouter } from './http.js';
import { createLogBook } from './logs.js';
import type { DemoFolders, DemoNode } from './node.js';
import { createDemoNodes, currentInfo, demoModels, type ModelNames } from './nodes/index.js';
import { type ProfileName, profiles } from './profiles.js';
import { createPromptQueue } from './queue.js';
import { allRoutes } from './routes/index.js';
import { withExactLimits } from './routes/object-info.js';
import { createHttpServer, type HttpServer } from './server.js';
import { createSockets } from './sockets.js';
import { type DemoTemplate, demoTemplates } from './templates/templates.js';
import { createWorker, queueStatus, type Worker } from './worker.js';

export { createFaults, type Faults, outOfMemory } from './faults.js';
export type { DemoNode } from './node.js';
export { type DemoFolders, NodeError } from './node.js';
export type { ProfileName } from './profiles.js';

export interface DemoEngineOptions {
  /** Absolute path; `input`, `output`, `temp` and `user` are made in it. */
  dataRoot: string;
  clock: Clock;
  logger: Logger;
  /** Default: all of the demo's nodes. */
  nodes?: readonly DemoNode[];
  /** Replaces the model names of whole folders, e.g. `{checkpoints: []}` for a server without any. */
  models?: Partial<ModelNames>;
  /** Replaces the templates, e.g. by none for a server without packs. */
  templates?: readonly DemoTemplate[];
  host?: string;
  /** 0 takes a free one. */
  port?: number;
  profile?: ProfileName;
  /** Whether sampling sends preview frames. */
  previews?: boolean;
  /** Time each step of a node takes at least, in ms; gives jobs a human pace. */
  stepDelayMs?: number;
  faults?: Faults;
  /** `classic` keeps what the last prompt's nodes made; `none` runs everything anew. */
  cache?: CacheMode;
  /** Limit of a body in MB; the profile's by default. */
  maxUploadMb?: number;
  /** `--enable-cors-header`: replaces the origin rule. */
  corsOrigin?: string;
  /** Refuses other Host names than loopback's, which the real server answers: default false. */
  loopbackNamesOnly?: boolean;
  /** `--enable-compress-response-body`. */
  compress?: boolean;
  /** `--multi-user`. */
  multiUser?: boolean;
  /** Where the counter of prompts starts. */
  firstNumber?: number;
}

export interface DemoEngine {
  /** Listens. Rejects with the error of `listen`, e.g. EADDRINUSE. */
  start(): Promise<{ url: string; port: number }>;
  /** Ends what runs, closes every connection, empties temp. */
  stop(): Promise<void>;
  /** As if the server had been killed and started again on its port: queue, history and caches are empty. */
  restart(options?: { downMs?: number }): Promise<void>;
  /** Breaks all sockets, without a close frame. */
  dropSockets(): void;
  /** The knobs; may be turned while it runs. */
  readonly faults: Faults;
  readonly folders: DemoFolders;
}

/** Makes an engine; nothing happens before `start`. */
export function createDemoEngine(options: DemoEngineOptions): DemoEngine {
  const { dataRoot, host = '127.0.0.1', clock, faults = createFaults() } = options;
  const folders: DemoFolders = {
    input: join(dataRoot, 'input'),
    output: join(dataRoot, 'output'),
    temp: join(dataRoot, 'temp'),
  };
  let live: { parts: EngineParts; server: HttpServer } | undefined;
  let port = options.port ?? 0;

  const emptyTemp = async () => {
    await rm(folders.temp, { recursive: true, force: true });
    await mkdir(folders.temp, { recursive: true });
  };

  const engine: DemoEngine = {
    faults,
    folders,
    async start() {
      await mkdir(folders.input, { recursive: true });
      await mkdir(folders.output, { recursive: true });
      await emptyTemp();
      const built = assemble(options, folders, faults);
      port = await built.server.listen(host, port);
      live = built;
      return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, port };
    },
    async stop() {
      const ending = live;
      live = undefined;
      if (!ending) return;
      await ending.server.close();
      await ending.parts.worker.stop();
      await emptyTemp();
    },
    async restart({ downMs = 0 } = {}) {
      await engine.stop();
      if (downMs > 0) await clock.sleep(downMs);
      await engine.start();
    },
    dropSockets: () => live?.parts.sockets.dropAll(),
  };
  return engine;
}

function assemble(
  options: DemoEngineOptions,
  folders: DemoFolders,
  faults: Faults,
): { parts: EngineParts; server: HttpServer } {
  const { clock, logger, previews = true, stepDelayMs = 0, multiUser = false } = options;
  const profile = profiles[options.profile ?? '0.3.64'];
  const maxBody = options.maxUploadMb === undefined ? profile.maxBody : options.maxUploadMb * 1024 * 1024;
  const { models } = options;
  const list = options.nodes ?? createDemoNodes({ models });
  const nodes = new Map(list.map((node) => [node.info.name, withExactLimits(node)]));
  const queue = createPromptQueue();
  const history = createHistory();
  let number = options.firstNumber ?? 0;
  // Sockets greet with what the worker does, and the worker talks through the sockets.
  const worker = (): Worker => parts.worker;
  const sockets = createSockets({
    profile,
    faults,
    logger,
    queueStatus: () => queueStatus(worker().remaining()),
    runningNodeOf: (clientId) => {
      const current = worker().current();
      return current.clientId === clientId ? current.nodeId : undefined;
    },
    features: () => features(profile, maxBody),
  });
  const logs = createLogBook(clock, (clientId, data) => sockets.send(clientId, 'logs', data));
  const cacheMode = options.cache ?? 'classic';
  const parts: EngineParts = {
    profile,
    nodes,
    currentInfo: (info) => currentInfo(info, folders),
    models: demoModels(models),
    templates: options.templates ?? demoTemplates,
    root: options.dataRoot,
    folders,
    queue,
    history,
    sockets,
    logs,
    faults,
    clock,
    logger,
    maxBody,
    multiUser,
    argv: commandLine(options),
    takeNumber: () => number++,
    worker: createWorker({
      nodes,
      folders,
      profile,
      clock,
      logger,
      faults,
      previews,
      stepDelayMs,
      cacheMode,
      queue,
      history,
      sockets,
      logs,
    }),
  };
  const server = createHttpServer({
    router: createRouter(allRoutes(parts), profile.apiPrefix),
    sockets,
    profile,
    faults,
    clock,
    logger,
    maxBody,
    corsOrigin: options.corsOrigin,
    loopbackNamesOnly: options.loopbackNamesOnly ?? false,
    compress: options.compress ?? false,
  });
  return { parts, server };
}

/** The command line that would give a real server these properties, for `/system_stats`. */
function commandLine({
  previews = true,
  cache,
  maxUploadMb,
  corsOrigin,
  compress,
  multiUser,
}: DemoEngineOptions): string[] {
  return [
    'demo-engine',
    '--cpu',
    ...(previews ? ['--preview-method', 'latent2rgb'] : []),
    ...(maxUploadMb === undefined ? [] : ['--max-upload-size', String(maxUploadMb)]),
    ...(corsOrigin === undefined ? [] : ['--enable-cors-header', corsOrigin]),
    ...(cache === 'none' ? ['--cache-none'] : []),
    ...(multiUser ? ['--multi-user'] : []),
    ...(compress ? ['--enable-compress-response-body'] : []),
  ];
}
