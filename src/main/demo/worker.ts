/**
 * The one worker: takes prompts off the queue, runs them, writes history, tells everybody. The order of its last
 * events is the contract: execution_success, then the history entry, then `status`, then `executing null`.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Logger } from '../ports.js';
import { type CacheMode, createNodeCache } from './cache.js';
import { type ExecutorOptions, execute } from './executor.js';
import type { Faults } from './faults.js';
import type { History } from './history.js';
import type { LogBook } from './logs.js';
import type { Profile } from './profiles.js';
import type { PromptQueue, QueueItem } from './queue.js';
import type { Sockets } from './sockets.js';

export interface WorkerOptions extends Omit<ExecutorOptions, 'cache'> {
  cacheMode: CacheMode;
  queue: PromptQueue;
  history: History;
  sockets: Sockets;
  logs: LogBook;
  logger: Logger;
  clock: Clock;
  profile: Profile;
  faults: Faults;
}

export interface Worker {
  /** Puts a prompt into the queue. Throws what the queue throws; the item is in it all the same. */
  submit(item: QueueItem): void;
  running(): QueueItem | undefined;
  /** Node that runs now and the client whose prompt it belongs to. */
  current(): { clientId: string | undefined; nodeId: string | undefined };
  /** Interrupts what runs; with an id only if that prompt does. True when something was. */
  interrupt(promptId?: string): boolean;
  /** Forgets the node cache, once nothing runs. */
  freeMemory(): void;
  /** Running and pending together. */
  remaining(): number;
  /** Tells everybody how long the queue is. */
  tellStatus(): void;
  /** Ends the running prompt at its next step and resolves when it has. */
  stop(): Promise<void>;
}

export function createWorker(options: WorkerOptions): Worker {
  const { queue, history, sockets, logs, logger, clock, faults, cacheMode } = options;
  const cache = createNodeCache(cacheMode);
  const stopping = new AbortController();
  let running: QueueItem | undefined;
  let nodeId: string | undefined;
  let clientId: string | undefined;
  let interruptAsked = false;
  let freeAsked = false;
  let loop: Promise<void> | undefined;

  const tellStatus = () => sockets.broadcast('status', queueStatus(worker.remaining()));

  const runOne = async (item: QueueItem): Promise<void> => {
    const { client_id: owner } = item.extraData;
    clientId = typeof owner === 'string' ? owner : undefined;
    interruptAsked = false;
    const started = clock.monotonic();
    const sink = sockets.sinkFor(clientId);
    const result = await execute(
      item,
      { ...options, cache },
      {
        sink,
        interrupted: () => interruptAsked,
        signal: stopping.signal,
        onNode: (id) => {
          nodeId = id;
        },
      },
    );
    sink.flush();
    nodeId = undefined;
    // The gap that clients must live with: success is told before history knows.
    if (faults.historyGapMs > 0) await clock.sleep(faults.historyGapMs, stopping.signal).catch(() => undefined);
    else await nextTurn();
    if (stopping.signal.aborted) return;
    history.add({ item, ...result });
    running = undefined;
    tellStatus();
    if (clientId !== undefined) sockets.send(clientId, 'executing', { node: null, prompt_id: item.promptId });
    logs.add(`Prompt executed in ${((clock.monotonic() - started) / 1000).toFixed(2)} seconds\n`);
  };

  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (freeAsked) cache.clear();
      freeAsked = false;
      running = queue.pop();
      if (!running) return;
      tellStatus();
      try {
        await runOne(running);
      } catch (error) {
        logger.error('the demo worker failed', { error });
        running = undefined;
        tellStatus();
      }
      running = undefined;
    }
  };

  const wake = () => {
    loop ??= nextTurn()
      .then(work)
      .finally(() => {
        loop = undefined;
        if (!stopping.signal.aborted && queue.size > 0) wake();
      });
  };

  const worker: Worker = {
    submit(item) {
      try {
        queue.push(item);
        tellStatus();
      } finally {
        wake();
      }
    },
    running: () => running,
    current: () => ({ clientId, nodeId }),
    interrupt(promptId) {
      if (!running || (promptId !== undefined && running.promptId !== promptId)) return false;
      interruptAsked = true;
      return true;
    },
    freeMemory() {
      freeAsked = true;
      wake();
    },
    remaining: () => queue.size + (running ? 1 : 0),
    tellStatus,
    async stop() {
      stopping.abort();
      await loop;
    },
  };
  return worker;
}

export function queueStatus(remaining: number): Record<string, unknown> {
  return { status: { exec_info: { queue_remaining: remaining } } };
}
