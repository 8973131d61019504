/**
 * The job engine: writes a job down, sends it once, follows it to its end and never forgets it.
 *
 * The socket is only a hint that something happened; what counts is the engine's queue and history, asked by prompt
 * id. So a lost socket, a restart of ComfyUI or our own death at any moment end in the same place: a look, and
 * `compare` (reconcile.ts).
 */
import { randomUUID } from 'node:crypto';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { isFinal } from '../../shared/job.js';
import type { Clock, Emit, JobEnd, JobRecord, JobStore, Logger, NewJob } from '../ports.js';
import { createBatching } from './batches.js';
import { cancelled, ending, failedCancel, isGivenUp, isInDoubt, leftBehind } from './endings.js';
import { createFollower, type Follower } from './follower.js';
import { createForeign } from './foreign.js';
import { importHistory } from './history.js';
import type { JobEngine, QueuedPrompt } from './job-engine.js';
import { createLooks } from './looks.js';
import { awaitOutside, cancelOutside } from './outside.js';
import type { EngineLink, LinkEvent, QueueEntry, QueueState } from './ports.js';
import { createReconciler, placesOf } from './reconcile.js';
import { createSending } from './sending.js';
import { createSettling } from './settling.js';
import { createWaiting } from './waiting.js';

/** Milliseconds between looks while jobs are unfinished: with a live socket, without, and when a job is missing or being cancelled. */
const pollMs = { connected: 4000, disconnected: 1000, doubtful: 800, cancelling: 400 };

/** The queue tells of itself with every job in and out: a few of those in a row are one look. Milliseconds. */
const gatherMs = 50;

/** How long a call that cancels waits for the end: a node notices only at its next step. Milliseconds. */
const cancelWaitMs = 10_000;

/** Events kept for jobs whose id at the engine is not known yet. */
const unclaimedLimit = 1000;

export type { JobEngine, OutsideJob, QueuedPrompt, WaitOptions } from './job-engine.js';

interface Ports {
  store: JobStore;
  emit: Emit;
  clock: Clock;
  logger: Logger;
  /** Whether what others' prompts make is registered too; asked at every look. */
  registerForeign?: () => boolean;
}

/** The engine inside the app: nothing it had in its queue outlives it. */
const demoBackend = 'demo';

const nothingQueued: QueueState = { running: [], pending: [] };

export function createJobEngine({ store, emit, clock, logger, registerForeign = () => false }: Ports): JobEngine {
  let link: EngineLink | null = null;
  let unlisten: () => void = () => {};
  let queue = nothingQueued;
  let stopped = false;
  let sends = 0;
  let unclaimed: Exclude<LinkEvent, { type: 'connected' | 'disconnected' | 'queue' }>[] = [];
  /** They outlive a change of engine: a request may still be under way to the one before. */
  const followers = new Map<string, Follower>();
  const byRemoteId = new Map<string, string>();
  const waiting = createWaiting(store, clock);

  const follow = (job: JobRecord): Follower => {
    const known = followers.get(job.prompt_id);
    if (known) return known;
    const follower = createFollower({
      job,
      graph: store.graph(job.prompt_id) ?? {},
      typicalMs: job.workflow_id === null ? null : store.typicalElapsed(job.workflow_id, job.backend),
      emit,
      clock,
    });
    followers.set(job.prompt_id, follower);
    return follower;
  };

  const finish = (promptId: string, end: JobEnd) => {
    const ended = store.finish(promptId, end);
    if (!ended) return;
    followers.get(promptId)?.dispose();
    followers.delete(promptId);
    sending.forget(promptId);
    byRemoteId.delete(promptId);
    byRemoteId.delete(ended.job.remote_id);
    waiting.wake(promptId);
    // The next of a batch may go.
    if (!stopped) void sending.release();
  };

  /** Notes what the engine calls a job, and with it that the job arrived there. */
  const adopt = (job: JobRecord, remoteId: string) => {
    if (job.submitted_ms === null || job.remote_id !== remoteId) {
      store.update(job.prompt_id, { submitted_ms: job.submitted_ms ?? clock.now(), remote_id: remoteId });
    }
    if (link?.backend !== job.backend || !followers.has(job.prompt_id)) return;
    byRemoteId.set(remoteId, job.prompt_id);
    const heard = unclaimed.filter((event) => event.promptId === remoteId);
    unclaimed = unclaimed.filter((event) => event.promptId !== remoteId);
    for (const event of heard) onEvent(event);
  };

  /** Notes that the next look makes again must not stand in the way where they can't be written. */
  const attempt = (work: () => unknown, promptId: string) => {
    try {
      work();
    } catch (error) {
      logger.warn('the state of a job could not be noted; trying again', { promptId, error });
      looks.within(pollMs.doubtful);
    }
  };

  const markRunning = (promptId: string, told: number) => {
    const follower = followers.get(promptId);
    if (!follower || follower.running) return;
    const at = Math.min(told, clock.now());
    follower.started(at);
    attempt(() => store.update(promptId, { status: 'running', started_ms: at, position: null }), promptId);
  };

  const settle = createSettling({
    store,
    clock,
    logger,
    finish,
    link: () => (stopped ? undefined : link),
    again: () => {
      if (!stopped) looks.within(pollMs.doubtful);
    },
  });

  /** A job that was given up and turns up after all goes on where it is. Undefined when it was not given up. */
  const takeUp = (promptId: string, remoteId = promptId): JobRecord | undefined => {
    const job = store.get(promptId);
    if (!job || job.backend !== link?.backend || !isGivenUp(job)) return undefined;
    const reopened = store.reopen(promptId);
    if (!reopened) return undefined;
    logger.warn('a job that was given up has turned up', { promptId });
    follow(reopened);
    adopt(reopened, remoteId);
    return reopened;
  };

  const onEvent = (event: LinkEvent) => {
    switch (event.type) {
      case 'connected':
        looks.now();
        return;
      case 'queue':
        looks.within(gatherMs);
        return;
      case 'disconnected':
        looks.within(pollMs.disconnected);
        return;
      default:
    }
    const promptId =
      byRemoteId.get(event.promptId) ?? (event.type === 'started' ? takeUp(event.promptId)?.prompt_id : undefined);
    if (promptId === undefined) {
      // Servers that mint ids of their own may tell of a job before they answer what it is called.
      if (sends > 0 && event.type !== 'preview' && unclaimed.length < unclaimedLimit) unclaimed.push(event);
      return;
    }
    if (event.type === 'over') {
      settle(promptId);
      return;
    }
    if (event.type !== 'cached') {
      markRunning(promptId, event.type === 'started' ? (event.at ?? clock.now()) : clock.now());
    }
    followers.get(promptId)?.take(event);
  };

  const sending = createSending({
    store,
    emit,
    // What the engine objects to stands in the job's row: nobody waits for these any more.
    send: async (job, extraData) => {
      if (link?.backend === job.backend)
        await send(link, job, store.graph(job.prompt_id) ?? {}, extraData).catch(() => {});
    },
  });
  const reconciler = createReconciler({
    store,
    follow,
    finish,
    adopt,
    markRunning,
    unsent: sending.found,
    clock,
    logger,
  });

  const isOurs = (entry: QueueEntry): boolean => ourId(entry) !== undefined;
  const ourId = ({ remoteId, jobId }: QueueEntry): string | undefined => {
    const known = byRemoteId.get(remoteId);
    if (known !== undefined) return known;
    return [jobId ?? remoteId, remoteId].find((id) => store.get(id) !== undefined);
  };
  const foreign = createForeign(store, isOurs);

  /** What waits here has no place there to be asked for. */
  const sentJobs = (at: EngineLink) => store.unfinished(at.backend).filter((job) => !sending.holds(job.prompt_id));

  /** One look at queue and history for all unfinished jobs of this engine. */
  const sync = async (at: EngineLink): Promise<void> => {
    // Before the queue is asked: a job that is sent meanwhile may be missing in its answer.
    const jobs = sentJobs(at).map((job) => ({ job, sent: !follow(job).sending }));
    const next = await at.queue();
    const current = () => !stopped && link === at;
    if (!current()) return;
    queue = next;
    for (const entry of [...next.running, ...next.pending]) {
      const id = byRemoteId.has(entry.remoteId) ? undefined : ourId(entry);
      const job = id === undefined ? undefined : takeUp(id, entry.remoteId);
      if (job) jobs.push({ job, sent: true });
    }
    await reconciler.compareAll(jobs, placesOf(next), at, current);
    if (!current()) return;
    if (registerForeign()) await foreign.look(at, next);
    else foreign.reset();
  };

  const look = async () => {
    const at = link;
    if (!at || stopped) return;
    try {
      await sync(at);
    } catch (error) {
      if (link === at) queue = nothingQueued;
      logger.debug('the queue could not be read', { error });
    }
    if (stopped || link !== at) return;
    const left = sentJobs(at).map(follow);
    if (left.length === 0) return;
    if (!at.connected) looks.within(pollMs.disconnected);
    else if (left.some((job) => job.cancelling)) looks.within(pollMs.cancelling);
    else looks.within(reconciler.isDoubtful() ? pollMs.doubtful : pollMs.connected);
  };
  const looks = createLooks(look, clock);

  const send = async (at: EngineLink, job: JobRecord, graph: NewJob['graph'], extraData: Record<string, unknown>) => {
    const follower = follow(job);
    byRemoteId.set(job.remote_id, job.prompt_id);
    follower.sending = true;
    sends += 1;
    try {
      const remoteId = await at.submit({ promptId: job.prompt_id, graph, extraData });
      // Were this taken for a failed sending, a job that runs would be given up over a full disk of ours.
      if (!stopped) attempt(() => adopt(store.get(job.prompt_id) ?? job, remoteId), job.prompt_id);
    } catch (error) {
      if (stopped) throw error;
      if (!isInDoubt(error)) {
        finish(job.prompt_id, ending('error', toErrorValue(error), clock.now()));
        throw error;
      }
      // Perhaps it arrived: the queue will tell. It is never sent again.
      follower.doubt = toErrorValue(error);
      logger.warn('it is in doubt whether a job arrived', { promptId: job.prompt_id, error });
    } finally {
      follower.sending = false;
      sends -= 1;
      if (sends === 0) unclaimed = [];
      if (!stopped) looks.within(at.connected && !follower.doubt && !follower.cancelling ? pollMs.connected : 0);
    }
  };

  const detach = () => {
    unlisten();
    unlisten = () => {};
    looks.cancel();
    for (const follower of followers.values()) follower.quiet();
    byRemoteId.clear();
    unclaimed = [];
    queue = nothingQueued;
    foreign.reset();
    sending.clear();
    link = null;
  };

  const abandon = (backend: string) => {
    for (const { prompt_id: id } of store.unfinished(backend)) {
      attempt(() => finish(id, ending('lost', leftBehind(), clock.now())), id);
    }
  };

  const connected = (): EngineLink => {
    if (link) return link;
    throw new AppError('COMFYUI_UNREACHABLE', 'No engine is connected.', { hint: 'Check the address of ComfyUI.' });
  };

  const connectedTo = (job: JobRecord): EngineLink => {
    if (link?.backend === job.backend) return link;
    throw new AppError('COMFYUI_UNREACHABLE', `The engine of this job (${job.backend}) is not connected.`, {
      hint: 'The job is cancelled as soon as it is connected again.',
    });
  };

  const engine: JobEngine = {
    attach(next) {
      detach();
      if (!next || stopped) return;
      link = next;
      // Its queue died with it when it was left, or with the program.
      if (next.backend !== demoBackend) abandon(demoBackend);
      for (const job of store.unfinished(next.backend)) {
        follow(job).seen();
        byRemoteId.set(job.remote_id, job.prompt_id);
      }
      unlisten = next.listen(onEvent);
      looks.now();
    },

    begin(job, extraData) {
      const at = connected();
      const record = store.insert({ ...job, prompt_id: randomUUID(), backend: at.backend });
      if (sending.paused) {
        const held = sending.hold(record, extraData);
        return { job: held, sent: Promise.resolve(held) };
      }
      const now = () => (stopped ? undefined : store.get(record.prompt_id)) ?? record;
      return { job: record, sent: send(at, record, job.graph, extraData).then(now) };
    },

    ...createBatching({ store, sending, connected, finish, cancel: (promptId) => engine.cancel(promptId), clock }),

    submit: async (job, extraData) => engine.begin(job, extraData).sent,

    wait(promptId, options) {
      const job = store.get(promptId);
      if (!job || isFinal(job.status) || options.timeoutMs <= 0) return Promise.resolve(job);
      return waiting.wait(promptId, follow(job), options);
    },

    get paused() {
      return sending.paused;
    },
    pause: sending.pause,
    nodes: (promptId) => followers.get(promptId)?.nodes() ?? [],

    progress(promptId) {
      const follower = followers.get(promptId);
      if (!follower || store.get(promptId)?.backend !== link?.backend) return null;
      return follower.progress();
    },

    async cancel(promptId) {
      const job = store.get(promptId);
      if (!job) throw new AppError('JOB_NOT_FOUND', `There is no job ${promptId}.`, { hint: 'Check the prompt_id.' });
      if (isFinal(job.status)) return job;
      if (sending.holds(promptId)) {
        finish(promptId, ending('cancelled', cancelled('before it ran'), clock.now()));
        return store.get(promptId) ?? job;
      }
      const follower = follow(job);
      follower.cancelling = true;
      store.update(promptId, { cancel_requested: true });
      const at = connectedTo(job);
      looks.now();
      // What is still being sent can't be found there yet: the looks that follow stop it.
      if (!follower.sending) await at.cancel(job.remote_id).catch(failedCancel);
      looks.now();
      return (await engine.wait(promptId, { timeoutMs: cancelWaitMs })) ?? job;
    },

    outside: async (promptId, options) => awaitOutside(connected(), promptId, clock, options),
    importHistory: async (signal) => importHistory(store, connected(), signal),
    cancelOutside: async (promptId) => cancelOutside(connected(), promptId, clock, cancelWaitMs),

    queue() {
      const shown = (entry: QueueEntry): QueuedPrompt => ({
        prompt_id: ourId(entry) ?? entry.remoteId,
        ours: isOurs(entry),
      });
      return { running: queue.running.map(shown), pending: queue.pending.map(shown) };
    },
    queueCounts: () => ({ running: queue.running.length, pending: queue.pending.length }),

    stop() {
      if (stopped) return;
      stopped = true;
      detach();
      for (const follower of followers.values()) follower.dispose();
      followers.clear();
      waiting.stop();
    },
  };
  return engine;
}
