/** What the tests of this room share: a store in memory, and an engine made of plain state. */
import type { Asset } from '../../shared/asset.js';
import { isFinal } from '../../shared/job.js';
import type { JobRecord, JobStore, NewJob } from '../ports.js';
import type { EndedPrompt, EngineLink, LinkEvent, Outcome } from './ports.js';

export const draft: Omit<NewJob, 'prompt_id' | 'backend'> = {
  workflow_id: 'w',
  tool: 'w',
  title: 'a test',
  session_id: null,
  client_name: null,
  client_version: null,
  parameters: {},
  parent_asset_id: null,
  graph: { '1': { class_type: 'KSampler', inputs: {} } },
  demo: false,
};

export const done: Outcome = {
  status: 'completed',
  certain: true,
  error: null,
  outputs: [],
  history: {},
  started_ms: 1,
  finished_ms: 2,
};

/** A store in memory with the real one's rules: an ended job stays as it is. */
export function memoryStore(): JobStore & { all: Map<string, JobRecord> } {
  const all = new Map<string, JobRecord>();
  const graphs = new Map<string, NewJob['graph']>();
  const patch = (id: string, values: Partial<JobRecord>) => {
    const before = all.get(id);
    if (!before || isFinal(before.status)) return before;
    const after = { ...before, ...values };
    all.set(id, after);
    return after;
  };
  return {
    all,
    insert({ graph, client_version, created_ms = Date.now(), ...job }) {
      const record: JobRecord = {
        ...job,
        status: 'queued',
        position: null,
        progress: null,
        error: job.error ?? null,
        batch_id: job.batch_id ?? null,
        cell: job.cell ?? null,
        asset_ids: [],
        created_at: new Date().toISOString(),
        started_at: null,
        finished_at: null,
        remote_id: job.prompt_id,
        created_ms,
        submitted_ms: null,
        started_ms: null,
        finished_ms: null,
        cancel_requested: false,
      };
      all.set(job.prompt_id, record);
      graphs.set(job.prompt_id, graph);
      return record;
    },
    insertBatch({ batch_id }, jobs) {
      return jobs.map((job) => this.insert({ ...job, batch_id }));
    },
    batchJobsSent: (backend) =>
      [...all.values()].filter(
        (job) => job.backend === backend && job.batch_id !== null && !isFinal(job.status) && job.error === null,
      ).length,
    update: patch,
    setPositions(positions) {
      for (const [id, position] of positions) patch(id, { position });
    },
    finish(id, { status, error, started_ms, finished_ms }) {
      const before = all.get(id);
      if (!before) return undefined;
      const job = isFinal(before.status) ? before : patch(id, { status, error, started_ms, finished_ms });
      const assets: Asset[] = [];
      return job && { job, assets };
    },
    reopen(id) {
      const before = all.get(id);
      if (before?.status !== 'lost' && before?.status !== 'error') return undefined;
      const after: JobRecord = { ...before, status: 'queued', error: null, started_ms: null, finished_ms: null };
      all.set(id, after);
      return after;
    },
    get: (id) => all.get(id),
    unfinished: (backend) => [...all.values()].filter((job) => job.backend === backend && !isFinal(job.status)),
    graph: (id) => graphs.get(id),
    typicalElapsed: () => null,
  };
}

/** An engine made of plain state, which a test moves by hand. */
export function fakeLink() {
  const state = {
    sent: [] as string[],
    pending: [] as string[],
    running: [] as string[],
    history: new Map<string, Outcome>(),
    fail: undefined as unknown,
    rename: (id: string) => id,
    interrupted: [] as string[],
    /** Graphs of prompts that others sent; they have ended when the history knows them. */
    others: new Map<string, NewJob['graph']>(),
    jobIds: new Map<string, string>(),
  };
  const entry = (remoteId: string) => ({ remoteId, jobId: state.jobIds.get(remoteId) ?? null });
  const ended = (remoteId: string): EndedPrompt | null => {
    const outcome = state.history.get(remoteId);
    return outcome ? { ...entry(remoteId), graph: state.others.get(remoteId) ?? {}, outcome } : null;
  };
  const listeners = new Set<(event: LinkEvent) => void>();
  const link: EngineLink = {
    backend: 'test',
    connected: false,
    async submit({ promptId }) {
      state.sent.push(promptId);
      if (state.fail) throw state.fail;
      const remoteId = state.rename(promptId);
      state.pending.push(remoteId);
      state.jobIds.set(remoteId, promptId);
      return remoteId;
    },
    queue: async () => ({ running: state.running.map(entry), pending: state.pending.map(entry) }),
    outcome: async (id) => state.history.get(id) ?? null,
    find: async ({ promptId }) =>
      [...state.history.keys()].find((remoteId) => state.jobIds.get(remoteId) === promptId) ?? null,
    async cancel(id) {
      state.pending = state.pending.filter((other) => other !== id);
      if (!state.running.includes(id)) return;
      state.interrupted.push(id);
      state.running = state.running.filter((other) => other !== id);
      state.history.set(id, { ...done, status: 'cancelled' });
      tell({ type: 'over', promptId: id });
    },
    ended: async (remoteId) => ended(remoteId),
    recent: async (limit) => [...state.history.keys()].slice(-limit).flatMap((remoteId) => ended(remoteId) ?? []),
    history: async (offset, limit) =>
      [...state.history.keys()].slice(offset, offset + limit).flatMap((remoteId) => ended(remoteId) ?? []),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const tell = (event: LinkEvent) => {
    for (const listener of listeners) listener(event);
  };
  return { link, state, tell };
}
