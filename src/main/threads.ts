/**
 * Work in a thread of its own: calls go there as messages, answers and errors come back as values. The thread is started
 * with the first call and keeps no program alive while it is idle; one that dies fails its calls, and the next starts anew.
 */
import { parentPort, Worker } from 'node:worker_threads';
import { type ErrorValue, fromErrorValue, toErrorValue } from '../shared/errors.js';

/** What a thread can be asked: plain functions of one plain value each. */
export type Calls = Readonly<Record<string, (input: never) => unknown>>;

/** The same from outside. Aborting a signal is told to the thread; its call then fails with the signal's reason. */
export type Asking<C extends Calls> = <K extends keyof C & string>(
  name: K,
  input: Parameters<C[K]>[0],
  signal?: AbortSignal,
) => Promise<Awaited<ReturnType<C[K]>>>;

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

/** `script` is a built file of `out/main` that calls `serveThread`; `workerData` is handed to it. */
export function createThread<C extends Calls>(script: string, workerData?: unknown): Thread<C> {
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: unknown): void }>();
  let thread: Worker | undefined;
  let lastId = 0;
  let closed = false;

  const fail = (error: unknown) => {
    thread = undefined;
    const left = [...waiting.values()];
    waiting.clear();
    for (const { reject } of left) reject(error);
  };

  function start(): Worker {
    const started = new Worker(script, { workerData });
    started.on('message', (answer: Answer) => waiting.get(answer.id)?.resolve(answer));
    started.on('error', fail);
    started.on('exit', (code) => {
      if (thread === started) fail(new Error(`the thread ended with ${code}`));
    });
    return started;
  }

  async function ask(name: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    if (closed) throw new Error('the thread is closed');
    signal?.throwIfAborted();
    thread ??= start();
    const running = thread;
    running.ref();
    lastId += 1;
    const id = lastId;
    const abort = () => running.postMessage({ id, abort: true } satisfies Message);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const answer = await new Promise<Answer>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        running.postMessage({ id, name, input } satisfies Message);
      });
      if ('value' in answer) return answer.value;
      throw signal?.aborted ? signal.reason : fromErrorValue(answer.error);
    } finally {
      waiting.delete(id);
      signal?.removeEventListener('abort', abort);
      if (waiting.size === 0) running.unref();
    }
  }

  return {
    ask: ask as Asking<C>,
    async close() {
      closed = true;
      const ending = thread;
      fail(new Error('the thread is closed'));
      await ending?.terminate();
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
  const ask = async (name: string, input: unknown, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    const answer = await answered(calls, { id: 0, name, input }, signal ?? new AbortController().signal);
    if ('value' in answer) return answer.value;
    throw signal?.aborted ? signal.reason : fromErrorValue(answer.error);
  };
  return { ask: ask as Asking<C>, close: async () => {} };
}
