/**
 * Work in a thread of its own: calls go there as messages, answers and errors come back as values. The thread starts with
 * the first call, keeps no program alive while it is idle, and ends when nothing has come for a while. One that dies, or
 * is held up for longer than a call allows, costs the calls it had; the next call starts it anew.
 */
import { parentPort, Worker } from 'node:worker_threads';
import { type ErrorValue, fromErrorValue, toErrorValue } from '../shared/errors.js';

/** What a thread can be asked: plain functions of one plain value each. */
export type Calls = Readonly<Record<string, (input: never) => unknown>>;

export interface AskOptions {
  /** Aborting ends the waiting at once, and is told to the thread. */
  signal?: AbortSignal;
  /** Aborting ends the thread: for work that hears of nothing while it runs. */
  abortEnds?: true;
  /** Milliseconds without an answer after which the thread is taken for hanging, and ended. */
  limitMs?: number;
}

/** The same from outside. Throws ThreadLostError when the thread died or was ended, else what the call threw. */
export type Asking<C extends Calls> = <K extends keyof C & string>(
  name: K,
  input: Parameters<C[K]>[0],
  options?: AskOptions,
) => Promise<Awaited<ReturnType<C[K]>>>;

/** The thread is gone, and with it the answer. */
export class ThreadLostError extends Error {}

export interface ThreadOptions {
  /** Handed to the script. */
  workerData?: unknown;
  /** Milliseconds without work after which the thread ends and gives its memory back. */
  idleMs?: number;
  /** Megabytes of JavaScript objects; what takes more ends the thread, not the program. */
  heapMb?: number;
}

export interface Thread<C extends Calls> {
  ask: Asking<C>;
  /** Ends the thread at once; calls that wait fail. */
  close(): Promise<void>;
}

interface Call {
  id: number;
  name: string;
  input: unknown;
}
type Message = Call | { id: number; abort: true };
type Answer = { id: number; value: unknown } | { id: number; error: ErrorValue };

const usualIdleMs = 60_000;

/** `script` is a built file of `out/main` that calls `serveThread`. */
export function createThread<C extends Calls>(script: string, options: ThreadOptions = {}): Thread<C> {
  const { workerData, idleMs = usualIdleMs, heapMb } = options;
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: unknown): void }>();
  let thread: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let lastId = 0;
  let closed = false;

  /** Gives up the thread and what it had to do. */
  function end(why: string, cause?: unknown): Promise<unknown> {
    clearTimeout(idle);
    const ending = thread;
    thread = undefined;
    const left = [...waiting.values()];
    waiting.clear();
    for (const { reject } of left) reject(new ThreadLostError(why, { cause }));
    return ending?.terminate() ?? Promise.resolve();
  }

  function start(): Worker {
    const resourceLimits = heapMb === undefined ? undefined : { maxOldGenerationSizeMb: heapMb };
    const started = new Worker(script, { workerData, stderr: true, ...(resourceLimits ? { resourceLimits } : {}) });
    // Decoders write there what they think of damaged files; the answer says it too.
    started.stderr.resume();
    started.on('message', (answer: Answer) => waiting.get(answer.id)?.resolve(answer));
    const lost = (cause: unknown) => {
      if (thread === started) void end('the thread died', cause);
    };
    started.on('error', lost).on('exit', lost);
    return started;
  }

  async function ask(name: string, input: unknown, { signal, abortEnds, limitMs }: AskOptions = {}): Promise<unknown> {
    if (closed) throw new ThreadLostError('the thread is closed');
    signal?.throwIfAborted();
    clearTimeout(idle);
    thread ??= start();
    const asked = thread;
    asked.ref();
    lastId += 1;
    const id = lastId;
    const limit = limitMs === undefined ? undefined : setTimeout(() => void end(`${name} took too long`), limitMs);
    limit?.unref();
    let abort = () => {};
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        abort = () => {
          reject(signal?.reason);
          if (abortEnds) void end('a call was given up');
          else asked.postMessage({ id, abort: true } satisfies Message);
        };
        signal?.addEventListener('abort', abort, { once: true });
        asked.postMessage({ id, name, input } satisfies Message);
      });
      if ('value' in answer) return answer.value;
      throw fromErrorValue(answer.error);
    } finally {
      clearTimeout(limit);
      signal?.removeEventListener('abort', abort);
      waiting.delete(id);
      if (waiting.size === 0) rest();
    }
  }

  function rest(): void {
    thread?.unref();
    clearTimeout(idle);
    idle = setTimeout(() => void end('the thread is idle'), idleMs);
    idle.unref();
  }

  return {
    ask: ask as Asking<C>,
    async close() {
      closed = true;
      await end('the thread is closed');
    },
  };
}

/** In the thread: answers calls. Functions may take a second argument, a signal that is aborted with the caller's. */
export function serveThread(calls: Readonly<Record<string, (input: never, signal: AbortSignal) => unknown>>): void {
  const running = new Map<number, AbortController>();
  const port = parentPort;
  if (port === null) throw new Error('this is no thread');
  port.on('message', async (message: Message) => {
    if ('abort' in message) return running.get(message.id)?.abort();
    const controller = new AbortController();
    running.set(message.id, controller);
    port.postMessage(await answered(calls, message, controller.signal));
    running.delete(message.id);
  });
}

async function answered(
  calls: Readonly<Record<string, (input: never, signal: AbortSignal) => unknown>>,
  { id, name, input }: Call,
  signal: AbortSignal,
): Promise<Answer> {
  try {
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (call === undefined) throw new Error(`the thread knows no ${name}`);
    return { id, value: await call(input as never, signal) };
  } catch (error) {
    return { id, error: toErrorValue(error) };
  }
}

/** The same functions without a thread, for tests and small tools. */
export function createInlineThread<C extends Calls>(calls: C): Thread<C> {
  const ask = async (name: string, input: unknown, { signal }: AskOptions = {}) => {
    signal?.throwIfAborted();
    const answer = await answered(calls, { id: 0, name, input }, signal ?? new AbortController().signal);
    signal?.throwIfAborted();
    if ('value' in answer) return answer.value;
    throw fromErrorValue(answer.error);
  };
  return { ask: ask as Asking<C>, close: async () => {} };
}

/** A thread of the built script; without one the work is done in this thread, as in tests. */
export function threadOf<C extends Calls>(
  script: string | undefined,
  calls: () => C,
  options?: ThreadOptions,
): Thread<C> {
  return script === undefined ? createInlineThread(calls()) : createThread<C>(script, options);
}
