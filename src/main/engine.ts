/**
 * The line to the engine that does the work: ComfyUI at an address, or the demo engine inside the app. Both are spoken
 * to through the same client, so nothing else can tell them apart. Keeps the line, and says how it stands.
 */
import { randomUUID } from 'node:crypto';
import { shownComfyUrl } from '../shared/comfy-url.js';
import { AppError, toErrorValue } from '../shared/errors.js';
import type { EngineStatus } from '../shared/status.js';
import { backendOf } from './backend.js';
import { type ComfyClient, createComfyClient } from './comfy/client.js';
import type { SystemStats } from './comfy/schemas.js';
import { type ComfySocket, createComfySocket } from './comfy/socket.js';
import { createEngineLink } from './engine-link.js';
import type { EngineLink } from './jobs/ports.js';
import { createNodeSpecs, type NodeSpecs } from './node-specs.js';
import type { Clock, Emit, Logger } from './ports.js';

/** Milliseconds between looks at a healthy engine, and between tries at one that does not answer. */
const healthyMs = 10_000;
const retryMs = [1000, 2000, 4000, 8000, 15_000, 30_000];
/** A look takes no longer than this, a connection less: a host that swallows packets is not there, rather than slow. */
const lookMs = 3000;
const connectMs = 2000;
/** After a look in vain that took longer than this, calls go by what it showed for a while: they answer at once. Milliseconds. */
const slowLookMs = 300;
const believedMs = 15_000;

export interface EngineChoice {
  demo: boolean;
  url: string;
  headers: Record<string, string>;
}

/** A demo engine that runs; the core makes it, so that this file need not know the demo room. */
export interface RunningDemo {
  url: string;
  stop(): Promise<void>;
}

export interface Engine {
  status(): EngineStatus;
  /** Leaves the engine before and takes up this one. Resolves after the first look, whatever it showed. */
  use(choice: EngineChoice): Promise<void>;
  /** Looks now; what a person presses, and what a call does before it gives up. */
  look(): Promise<EngineStatus>;
  /** The client of an engine that answers. Throws COMFYUI_UNREACHABLE (or what else stands in the way) at once. */
  ready(): Promise<ComfyClient>;
  /** The client whatever the state, for files that may be had from it; undefined when none was chosen. */
  client(): ComfyClient | undefined;
  backend(): string;
  readonly nodes: NodeSpecs;
  stop(): Promise<void>;
}

interface Line {
  choice: EngineChoice;
  backend: string;
  client: ComfyClient;
  socket: ComfySocket;
  demo: RunningDemo | undefined;
}

export function createEngine({
  startDemo,
  onLink,
  emit,
  clock,
  logger,
}: {
  startDemo: () => Promise<RunningDemo>;
  onLink: (link: EngineLink | null) => void;
  emit: Emit;
  clock: Clock;
  logger: Logger;
}): Engine {
  let line: Line | undefined;
  let failures = 0;
  /** Until when a look in vain is not repeated by calls; monotonic milliseconds. */
  let believedUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<EngineStatus> | undefined;
  let chosen: EngineChoice | undefined;
  /** The latest change of engine: calls that come meanwhile wait for its first look. */
  let taking: Promise<void> = Promise.resolve();
  let status = connecting({ demo: false, url: '', headers: {} }, '');
  const nodes = createNodeSpecs(() => engine.ready(), { clock, logger: logger.child('nodes') });

  const set = (next: EngineStatus) => {
    const changed = JSON.stringify(next) !== JSON.stringify(status);
    status = next;
    if (changed) emit({ type: 'engine.changed', engine: next });
  };

  const again = (ms: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => void look(), ms);
    timer.unref();
  };

  /** A server that loads a model may be deaf for a while: as long as its socket lives it is busy, not gone. */
  const isBusy = (at: Line, error: unknown) =>
    status.state === 'ready' && at.socket.connected && error instanceof AppError && error.code === 'COMFYUI_TIMEOUT';

  const lookAt = async (at: Line): Promise<EngineStatus> => {
    const began = clock.monotonic();
    believedUntil = 0;
    try {
      const stats = await at.client.systemStats({ timeoutMs: lookMs });
      if (line !== at) return status;
      failures = 0;
      if (status.state !== 'ready') at.socket.connected || at.socket.reconnect();
      set(readyStatus(at, stats));
      again(healthyMs);
    } catch (error) {
      if (line !== at) return status;
      if (isBusy(at, error)) {
        again(retryMs[0] ?? healthyMs);
        return status;
      }
      const wait = retryMs[Math.min(failures, retryMs.length - 1)] ?? healthyMs;
      failures += 1;
      nodes.forget();
      const ended = clock.monotonic();
      if (ended - began > slowLookMs) believedUntil = ended + believedMs;
      set({
        ...connecting(at.choice, at.client.address),
        state: 'unreachable',
        error: toErrorValue(error),
        retry_at: new Date(clock.now() + wait).toISOString(),
      });
      again(wait);
    }
    return status;
  };

  const look = (): Promise<EngineStatus> => {
    const at = line;
    if (!at) return Promise.resolve(status);
    if (looking) return looking;
    const mine = lookAt(at).finally(() => {
      // The engine may have been changed meanwhile, and be looked at by now.
      if (looking === mine) looking = undefined;
    });
    looking = mine;
    return mine;
  };

  const leave = async () => {
    const old = line;
    line = undefined;
    clearTimeout(timer);
    looking = undefined;
    failures = 0;
    nodes.forget();
    onLink(null);
    if (!old) return;
    await old.socket.close();
    old.client.dispose();
    await old.demo?.stop();
  };

  const connect = (choice: EngineChoice, demo: RunningDemo | undefined): Line => {
    const baseUrl = demo?.url ?? choice.url;
    const headers = demo ? {} : choice.headers;
    const client = createComfyClient({
      baseUrl,
      headers,
      logger: logger.child('client'),
      clock,
      connectTimeoutMs: connectMs,
    });
    // A fresh id each time: a server forgets a new socket when an old one of the same id dies late.
    const socket = createComfySocket({
      baseUrl,
      headers,
      clientId: randomUUID(),
      logger: logger.child('socket'),
      clock,
    });
    const at: Line = { choice, backend: demo ? 'demo' : backendOf(client.address), client, socket, demo };
    socket.listen((event) => {
      if (event.type === 'connected' && line === at && status.state !== 'ready') void look();
      if (event.type === 'disconnected' && event.wasConnected && line === at) void look();
    });
    return at;
  };

  /** Never rejects: an engine that can't be taken up is told by the status. */
  const take = async (choice: EngineChoice): Promise<void> => {
    // However the one before ends: the next one must come.
    await leave().catch((error: unknown) => logger.error('the engine before was not left cleanly', { error }));
    set(connecting(choice, choice.demo ? '' : shownComfyUrl(choice.url)));
    let demo: RunningDemo | undefined;
    try {
      demo = choice.demo ? await startDemo() : undefined;
      line = connect(choice, demo);
    } catch (error) {
      set({ ...status, state: 'unreachable', error: toErrorValue(error) });
      logger.error('the engine could not be taken up', { error });
      return;
    }
    onLink(createEngineLink(line.backend, line.client, line.socket));
    line.socket.start();
    await look();
  };

  const engine: Engine = {
    status: () => status,
    use(choice) {
      const same = chosen !== undefined && isSame(choice, chosen);
      chosen = choice;
      // What runs in a demo engine, or at a server whose address was only typed again, is not to be lost.
      taking = taking.then(() => (same && line ? undefined : take(choice)));
      return taking;
    },
    async look() {
      await taking;
      // A demo engine that could not start is tried again.
      if (!line && chosen) await engine.use(chosen);
      return look();
    },
    async ready() {
      await taking;
      const believed = status.state === 'unreachable' && clock.monotonic() < believedUntil;
      const now = status.state === 'ready' || believed ? status : await look();
      if (line && now.state === 'ready') return line.client;
      const { code, message, hint, details } = now.error ?? {
        code: 'COMFYUI_UNREACHABLE' as const,
        message: `ComfyUI has not answered yet at ${now.url}.`,
        hint: 'Try again in a moment.',
        details: undefined,
      };
      throw new AppError(code, message, { hint, details });
    },
    client: () => line?.client,
    backend: () => line?.backend ?? '',
    nodes,
    async stop() {
      await taking;
      await leave();
    },
  };
  return engine;
}

/** The demo engine is the same whatever address stands beside it. */
function isSame(a: EngineChoice, b: EngineChoice): boolean {
  if (a.demo || b.demo) return a.demo === b.demo;
  return a.url === b.url && JSON.stringify(a.headers) === JSON.stringify(b.headers);
}

function connecting(choice: EngineChoice, url: string): EngineStatus {
  return {
    kind: choice.demo ? 'demo' : 'comfyui',
    state: 'connecting',
    url,
    version: null,
    device: null,
    vram_total: null,
    vram_free: null,
    error: null,
    retry_at: null,
  };
}

function readyStatus(at: Line, stats: SystemStats): EngineStatus {
  const device = stats.devices[0];
  const onGpu = device !== undefined && device.type !== 'cpu';
  return {
    ...connecting(at.choice, at.client.address),
    state: 'ready',
    version: stats.system.comfyui_version ?? null,
    device: device?.name ?? null,
    vram_total: onGpu ? (device.vram_total ?? null) : null,
    vram_free: onGpu ? (device.vram_free ?? null) : null,
  };
}
