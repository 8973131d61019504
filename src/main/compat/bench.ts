/** What the checks work with: a client and a socket on the server under test, and a record of everything the socket told. */
import { randomUUID } from 'node:crypto';
import { AppError } from '../../shared/errors.js';
import { type ComfyClient, createComfyClient, type Submission, type Submitted } from '../comfy/client.js';
import type { Graph } from '../comfy/graph.js';
import type { ComfyMessage } from '../comfy/messages.js';
import { type JobEnd, type OutputFile, readEnd, readOutputs } from '../comfy/outputs.js';
import { probeServer, type ServerProfile } from '../comfy/probe.js';
import type { HistoryEntry, ObjectInfo } from '../comfy/schemas.js';
import { type ComfySocket, createComfySocket, type SocketEvent } from '../comfy/socket.js';
import type { Clock } from '../ports.js';
import type { Connection } from './job-bench.js';

export interface Finished {
  promptId: string;
  entry: HistoryEntry;
  end: JobEnd;
  files: OutputFile[];
  texts: string[];
  /** What the socket told of this job, in short: `execution_start`, `executing 2`, … */
  sequence: string[];
}

export interface Bench {
  /** How to reach the server once more. */
  connection: Connection;
  client: ComfyClient;
  socket: ComfySocket;
  info: ObjectInfo;
  profile: ServerProfile;
  clock: Clock;
  /** The server's own folder of models, where empty files may stand in for them; undefined: nothing is written. */
  modelsDir: string | undefined;
  events: readonly SocketEvent[];
  /** Told of every prompt that is sent, here or by a job engine on the same server. */
  onSent: (graph: Graph, promptId: string) => void;
  /** Whether the server has all these node classes. */
  has(...classTypes: string[]): boolean;
  submit(graph: Graph, more?: Partial<Submission>): Promise<Submitted>;
  /** Submits and waits for the end. */
  run(graph: Graph, more?: Partial<Submission>): Promise<Finished>;
  /** Waits for the end of a job, by its events or, should they fail to come, by the history. */
  finish(promptId: string): Promise<Finished>;
  /** Waits until the test holds for an event that came or comes. */
  until(what: string, test: (event: SocketEvent) => boolean, timeoutMs?: number): Promise<void>;
  messagesOf(promptId: string): ComfyMessage[];
  dispose(): Promise<void>;
}

/** Longest wait for one job. Generous: the first sampling on a CPU loads gigabytes. */
const jobMs = 300_000;
const pollMs = 500;

/** Connects. @throws AppError when there is no ComfyUI. */
export async function createBench(options: Connection, modelsDir?: string): Promise<Bench> {
  const { clock } = options;
  const client = createComfyClient(options);
  const profile = await probeServer(client);
  const info = await client.objectInfo();
  const socket = createComfySocket({ ...options, clientId: randomUUID() });
  const events: SocketEvent[] = [];
  const wakers = new Set<() => void>();
  const submitted: string[] = [];
  socket.listen((event) => {
    events.push(event);
    for (const wake of [...wakers]) wake();
  });

  async function until(what: string, test: (event: SocketEvent) => boolean, timeoutMs = 30_000): Promise<void> {
    let from = 0;
    const deadline = clock.monotonic() + timeoutMs;
    for (;;) {
      while (from < events.length) {
        const event = events[from];
        from += 1;
        if (event !== undefined && test(event)) return;
      }
      const left = deadline - clock.monotonic();
      if (left <= 0) throw new AppError('COMFYUI_TIMEOUT', `Waited ${timeoutMs / 1000} s for ${what}.`);
      const woken = new AbortController();
      const wake = () => woken.abort();
      wakers.add(wake);
      await clock.sleep(left, woken.signal).catch(() => {}); // woken by an event
      wakers.delete(wake);
    }
  }

  const messagesOf = (promptId: string) =>
    events.flatMap((event) =>
      event.type === 'message' && 'prompt_id' in event.message.data && event.message.data.prompt_id === promptId
        ? [event.message]
        : [],
    );

  async function finish(promptId: string): Promise<Finished> {
    const deadline = clock.monotonic() + jobMs;
    let entry: HistoryEntry | undefined;
    while (entry === undefined) {
      const over = isEnd(promptId);
      await until('the end of a job', over, pollMs).catch(() => {}); // then the history is asked all the same
      entry = await client.history(promptId);
      if (entry === undefined && clock.monotonic() > deadline) {
        throw new AppError('COMFYUI_TIMEOUT', `The job was not over after ${jobMs / 1000} s.`);
      }
      if (entry === undefined && events.some(over)) await clock.sleep(20);
    }
    // The history is written before the last event goes out.
    await until('the last event of a job', isEnd(promptId), 2_000).catch(() => {});
    const { files, texts } = readOutputs(entry.outputs);
    const heard = messagesOf(promptId);
    const sequence = shorten(heard);
    return { promptId, entry, end: readEnd(entry, heard), files, texts: texts.map(({ text }) => text), sequence };
  }

  const bench: Bench = {
    connection: options,
    client,
    socket,
    info,
    profile,
    clock,
    modelsDir,
    events,
    onSent: () => {},
    has: (...classTypes) => classTypes.every((classType) => Object.hasOwn(info, classType)),
    async submit(graph, more) {
      const answer = await client.submit({ graph, promptId: randomUUID(), clientId: socket.clientId, ...more });
      submitted.push(answer.promptId);
      bench.onSent(graph, answer.promptId);
      return answer;
    },
    run: async (graph, more) => finish((await bench.submit(graph, more)).promptId),
    finish,
    until,
    messagesOf,
    async dispose() {
      await client.deletePending(submitted);
      await client.deleteHistory(submitted);
      await socket.close();
      client.dispose();
    },
  };
  socket.start();
  await until('the connection', (event) => event.type === 'connected');
  return bench;
}

/** The event that ends a job. */
export function isEnd(promptId: string): (event: SocketEvent) => boolean {
  return (event) =>
    event.type === 'message' &&
    event.message.type === 'executing' &&
    event.message.data.prompt_id === promptId &&
    !event.message.data.node;
}

/** Messages in short, runs of progress as one. */
function shorten(messages: readonly ComfyMessage[]): string[] {
  const short: string[] = [];
  for (const { type, data } of messages) {
    const isProgress = type === 'progress' || type === 'progress_state';
    const text =
      type === 'executing' ? `executing ${data.node ?? 'null'}` : type === 'executed' ? `executed ${data.node}` : type;
    if (!isProgress || short.at(-1) !== text) short.push(text);
  }
  return short;
}
