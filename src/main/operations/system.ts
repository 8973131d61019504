/** State and steering: status, settings, engine, endpoint. */
import { randomUUID } from 'node:crypto';
import type { Handlers } from '../../shared/contract.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import type { Job } from '../../shared/job.js';
import type { SettingName, Settings } from '../../shared/settings.js';
import { checkEndpoint } from '../check.js';
import { parseAddress } from '../comfy/address.js';
import { createComfyClient } from '../comfy/client.js';
import { findLocalServers } from '../comfy/probe.js';
import { hostInUrl } from '../mcp/guard.js';
import type { JobRecord } from '../ports.js';
import type { SettingsReset } from '../settings.js';
import { checkFolders } from './folders.js';
import type { Rooms } from './rooms.js';

/** Ended jobs the window gets at its start; older ones are asked for when looked at. */
const recentJobs = 200;
const recentBatches = 50;
/** Milliseconds an address has to answer a probe. */
const probeMs = 4000;

export type SystemHandlers = Pick<
  Handlers,
  | 'get_server_status'
  | 'get_snapshot'
  | 'probe_engine'
  | 'update_settings'
  | 'reset_settings'
  | 'undo_reset_settings'
  | 'set_engine_header'
  | 'get_token'
  | 'check_endpoint'
  | 'get_client_config'
>;

export function createSystemHandlers(rooms: Rooms): SystemHandlers {
  const { registry, engine, jobs, settings, bus } = rooms;
  let applying: Promise<unknown> = Promise.resolve();
  /**
   * One after the other: two changes of engine or endpoint at once would undo each other halfway. A refused one does not
   * hold up the next. What is changed is decided in its turn.
   */
  const inTurn = (write: () => Promise<Written>) => {
    const apply = async () => {
      const { changed, given } = await write();
      await rooms.applySettings(changed, given);
      const view = settings.view();
      bus.emit({ type: 'settings.changed', settings: view });
      return view;
    };
    const applied = applying.then(apply, apply);
    applying = applied;
    return applied;
  };
  const update = async (values: Partial<Settings>, reset: readonly SettingName[] = []): Promise<Written> => {
    await checkFolders(values, settings);
    return { changed: settings.update(values, reset), given: [...Object.keys(values), ...reset] };
  };
  /** The latest reset; those before it were decided anew by it. */
  let undoable: (SettingsReset & { id: string }) | undefined;
  return {
    async get_server_status() {
      const status = await engine.look();
      const { agents, ...endpoint } = rooms.endpoint();
      return {
        version: rooms.version,
        engine: status,
        queue: jobs.queueCounts(),
        endpoint: { ...endpoint, agents: agents.length },
        assets: await registry.reader.ask('count', { include_expired: true }),
      };
    },

    async get_snapshot() {
      return {
        seq: bus.seq,
        version: rooms.version,
        test_build: rooms.testBuild,
        engine: engine.status(),
        endpoint: rooms.endpoint(),
        jobs: registry.jobs.recent(recentJobs).map((job) => wireJob(job, jobs.progress(job.prompt_id))),
        batches: registry.batches.recent(recentBatches),
        sending_paused: jobs.paused,
        workflows: rooms.library.list(),
        settings: settings.view(),
        notices: rooms.notices,
      };
    },

    probe_engine: ({ url }) => (url === undefined ? probeUsual(rooms) : probe(rooms, url)),

    update_settings: ({ values, reset }) => inTurn(() => update(values as Partial<Settings>, reset)),

    async reset_settings({ names }) {
      let done: SettingsReset | undefined;
      await inTurn(async () => {
        done = settings.reset(names);
        return { changed: done.changed, given: done.taken };
      });
      if (done === undefined || done.taken.length === 0) return { reset: [], undo_id: null };
      undoable = { ...done, id: randomUUID() };
      return { reset: done.taken, undo_id: undoable.id };
    },

    undo_reset_settings: ({ undo_id }) =>
      inTurn(async () => {
        if (undoable?.id !== undo_id) {
          throw new AppError('NOT_FOUND', 'This reset can no longer be taken back.', {
            hint: 'Set what you need anew.',
          });
        }
        const { putBack, taken } = undoable;
        undoable = undefined;
        return { changed: putBack(), given: taken };
      }),

    set_engine_header: ({ name, value }) =>
      inTurn(() => {
        const { [name]: _, ...others } = settings.values.comfyui_headers;
        return update({ comfyui_headers: value === null ? others : { ...others, [name]: value } });
      }),

    get_token: async () => ({ token: settings.values.token }),

    async check_endpoint() {
      const { url } = rooms.endpoint();
      if (url === null) {
        const off = new AppError('NOT_SUPPORTED', 'The endpoint is off.', { hint: 'Switch it on first.' });
        return { ok: false, tools: 0, elapsed_ms: 0, error: off.toValue() };
      }
      return checkEndpoint({ url, token: settings.values.token });
    },

    async get_client_config() {
      const { host, port } = settings.values;
      const url = rooms.endpoint().url ?? `http://${hostInUrl(host)}:${port}/mcp`;
      const { token } = settings.values;
      const headers = token === '' ? {} : { headers: { Authorization: `Bearer ${token}` } };
      const header = token === '' ? '' : ` --header "Authorization: Bearer ${token}"`;
      return {
        url,
        json: JSON.stringify({ mcpServers: { comfyui: { type: 'http', url, ...headers } } }, null, 2),
        command: `claude mcp add --transport http --scope user comfyui ${url}${header}`,
      };
    },
  };
}

interface Written {
  /** Names whose values changed, and all that were given. */
  changed: readonly string[];
  given: readonly string[];
}

/** A job without what only the core needs. */
export function wireJob(job: JobRecord, progress: Job['progress']): Job {
  const { backend, remote_id, created_ms, submitted_ms, started_ms, finished_ms, ...wire } = job;
  return { ...wire, progress };
}

async function probeUsual(rooms: Rooms) {
  const [found] = await findLocalServers({ clock: rooms.clock, logger: rooms.logger });
  return probe(rooms, found?.baseUrl ?? rooms.settings.values.comfyui_url);
}

/** Headers may hold secrets: they go where they were meant for, not to every address that is tried. */
function headersFor({ settings }: Rooms, url: string): Record<string, string> {
  const { comfyui_url, comfyui_headers } = settings.values;
  return parseAddress(url).http('/').origin === parseAddress(comfyui_url).http('/').origin ? comfyui_headers : {};
}

async function probe(rooms: Rooms, url: string) {
  const started = rooms.clock.monotonic();
  const nothing = { url, version: null, device: null, vram_total: null };
  const elapsed = () => Math.round(rooms.clock.monotonic() - started);
  try {
    const client = createComfyClient({
      baseUrl: url,
      headers: headersFor(rooms, url),
      logger: rooms.logger,
      clock: rooms.clock,
      connectTimeoutMs: probeMs,
    });
    try {
      const { system, devices } = await client.systemStats({ timeoutMs: probeMs });
      const device = devices[0];
      return {
        found: true,
        url: client.address,
        version: system.comfyui_version ?? null,
        device: device?.name ?? null,
        vram_total: device && device.type !== 'cpu' ? (device.vram_total ?? null) : null,
        elapsed_ms: elapsed(),
        error: null,
      };
    } finally {
      client.dispose();
    }
  } catch (error) {
    return { found: false, ...nothing, elapsed_ms: elapsed(), error: toErrorValue(error) };
  }
}
