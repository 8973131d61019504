/** The job engine as the app has it, on a library of its own in a temporary folder, joined to a server. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppEventBody } from '../../shared/events.js';
import { isFinal } from '../../shared/job.js';
import type { Graph } from '../../shared/workflow.js';
import { createComfyClient } from '../comfy/client.js';
import { createComfySocket } from '../comfy/socket.js';
import { createEngineLink } from '../engine-link.js';
import { createJobEngine, type JobEngine } from '../jobs/engine.js';
import type { Clock, JobRecord, Logger } from '../ports.js';
import { openRegistry, type Registry } from '../registry/index.js';

export interface Connection {
  baseUrl: string;
  headers?: Readonly<Record<string, string>>;
  clock: Clock;
  logger: Logger;
}

export interface JobBench {
  /** Of the life that is lived now: see `restart`. */
  readonly engine: JobEngine;
  readonly registry: Registry;
  /** What was told in all lives. */
  readonly events: readonly AppEventBody[];
  submit(graph: Graph, workflowId?: string): Promise<JobRecord>;
  /** Waits for the end of a job; answers its state after five minutes otherwise. */
  end(promptId: string): Promise<JobRecord>;
  /** As after a death of ours: what was in memory is gone, the library stays. `between` runs while nobody is there. */
  restart(between?: () => Promise<void>): Promise<void>;
  dispose(): Promise<void>;
}

/** Generous: nodes of a real server on a CPU take their time. */
const jobMs = 300_000;

/** `registerForeign`: see createJobEngine; `onSent` is told the id at the server. */
export async function createJobBench(
  connection: Connection,
  options: { registerForeign?: () => boolean; onSent?: (graph: Graph, promptId: string) => void } = {},
): Promise<JobBench> {
  const folder = await mkdtemp(join(tmpdir(), 'job-engine-'));
  const events: AppEventBody[] = [];
  const { clock, logger } = connection;

  const live = () => {
    const emit = (event: AppEventBody) => void events.push(event);
    const file = join(folder, 'library.db');
    const registry = openRegistry({ file, emit, clock, logger, assetTtlHours: () => 24 });
    const client = createComfyClient(connection);
    const socket = createComfySocket({ ...connection, clientId: randomUUID() });
    const { registerForeign } = options;
    const engine = createJobEngine({
      store: registry.jobs,
      emit,
      clock,
      logger,
      ...(registerForeign ? { registerForeign } : {}),
    });
    engine.attach(createEngineLink('bench', client, socket));
    socket.start();
    const stop = async () => {
      engine.stop();
      await socket.close();
      client.dispose();
      registry.close();
    };
    return { registry, engine, stop };
  };
  let life = live();

  return {
    get engine() {
      return life.engine;
    },
    get registry() {
      return life.registry;
    },
    events,
    async submit(graph, workflowId) {
      const job = await life.engine.submit(
        {
          workflow_id: workflowId ?? null,
          tool: null,
          title: 'a check',
          session_id: null,
          client_name: 'check',
          client_version: null,
          parameters: {},
          parent_asset_id: null,
          graph,
          demo: false,
        },
        {},
      );
      options.onSent?.(graph, job.remote_id);
      return job;
    },
    async end(promptId) {
      const job = await life.engine.wait(promptId, { timeoutMs: jobMs });
      if (!job) throw new Error(`there is no job ${promptId}`);
      return job;
    },
    async restart(between = async () => {}) {
      await life.stop();
      await between();
      life = live();
    },
    async dispose() {
      for (const job of life.registry.jobs.unfinished('bench')) {
        if (!isFinal(job.status)) await life.engine.cancel(job.prompt_id);
      }
      await life.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
