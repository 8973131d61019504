/**
 * Plays a recording of a real server against the engine: sends the same requests in the same order, with the engine
 * held at each sampling step until the recording moves on, and collects what is to be compared.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../ports.js';
import { sharp } from '../sharp.js';
import { systemClock } from '../system.js';
import { parsePythonJson, stringifyPythonJson } from './json.js';
import { type HttpStep, messageOf, type Recording } from './recording.js';
import { answerPairs } from './replay-answers.js';
import { comparable, createNames, type Names, translate } from './replay-names.js';
import { encodeForm, type FormFields, type RawAnswer, sendRaw } from './test-http.js';
import { openSocket, type TestMessage, type TestSocket } from './test-socket.js';

/** Two values that should be equal, with the step they belong to. */
export interface Comparison {
  step: string;
  expected: unknown;
  actual: unknown;
}

/** A clock whose `sleep` lasts until somebody lets go: the engine's steps wait at it. */
export interface Gate {
  clock: Clock;
  /** Whether a step waits. */
  isHeld(): boolean;
  release(): void;
  /** From now on nobody waits. */
  open(): void;
}

export function createGate(): Gate {
  let held: (() => void) | undefined;
  let isOpen = false;
  return {
    clock: {
      ...systemClock,
      sleep: (_ms, signal) =>
        new Promise((resolve, reject) => {
          if (isOpen) return resolve();
          held = resolve;
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        }),
    },
    isHeld: () => held !== undefined,
    release() {
      const go = held;
      held = undefined;
      go?.();
    },
    open() {
      isOpen = true;
      this.release();
    },
  };
}

/** The engine under test, and what holds it. */
export interface Stage {
  url: string;
  /** Its data root, as it may turn up in texts. */
  base: string;
  gate: Gate;
}

export async function replay(recording: Recording, stage: Stage): Promise<Comparison[]> {
  const { base, gate } = stage;
  const names = { recorded: createNames(), replayed: createNames() };
  const audience = createAudience(recording, stage);
  const results: Comparison[] = [];
  let note = '';

  for (const graph of recording.warm) await runToEnd(stage, graph);
  for (const step of recording.steps) {
    if ('recv' in step) audience.expect(step.recv, messageOf(step));
    else if ('note' in step) note = step.note;
    else if ('send' in step) audience.send(step.send, step.message);
    else if ('idle' in step) await untilIdle(stage);
    else if ('steps' in step) await letGo(gate, step.steps);
    else {
      await audience.catchUp();
      if ('connect' in step) await audience.connect(step.connect, step.path);
      else if ('close' in step) await audience.close(step.close);
      else {
        const pairs = await answerPairs(step, await request(step, stage, names));
        for (const { what, expected, actual } of pairs) {
          results.push({
            step: `${note} ${step.http}: ${what}`,
            expected: comparable(expected, names.recorded, base),
            actual: comparable(actual, names.replayed, base),
          });
        }
        // After another answer than the recorded one the stories have nothing more in common.
        if (pairs.some(({ what, expected, actual }) => what === 'status' && expected !== actual)) return results;
      }
    }
  }
  await audience.catchUp();
  gate.open();
  await untilIdle(stage);
  return [...results, ...(await audience.compare(names))];
}

interface Audience {
  connect(name: string, path: string): Promise<void>;
  send(name: string, message: unknown): void;
  close(name: string): Promise<void>;
  expect(name: string, message: TestMessage): void;
  /** Lets the engine go on, step by step, until every socket has heard what it should, or all is quiet. */
  catchUp(): Promise<void>;
  compare(names: { recorded: Names; replayed: Names }): Promise<Comparison[]>;
}

/** The sockets of a replay. */
function createAudience(recording: Recording, stage: Stage): Audience {
  const { url, base, gate } = stage;
  const seats = new Map<string, { socket: TestSocket; expected: TestMessage[]; closed: boolean }>();
  const heard = (socket: TestSocket) =>
    socket.messages.filter(({ type }) => !recording.leftOut.includes(type.split(' ')[0] ?? ''));
  const isMissing = () =>
    [...seats.values()].some(({ socket, expected, closed }) => !closed && heard(socket).length < expected.length);
  const settle = async () => {
    for (const { socket, closed } of seats.values()) if (!closed) await socket.settle();
  };
  /** Why only some status events count is told by the recording. */
  const counted = (messages: TestMessage[]): unknown => {
    if (recording.statusApart === undefined) return messages;
    const statuses = messages.filter(({ type }) => type === 'status');
    return { first: statuses[0], last: statuses.at(-1), others: messages.filter(({ type }) => type !== 'status') };
  };

  return {
    async connect(name, path) {
      const socket = await openSocket(url.replace('http', 'ws') + path);
      seats.set(name, { socket, expected: [], closed: false });
    },
    send: (name, message) => seats.get(name)?.socket.send(message),
    async close(name) {
      const seat = seats.get(name);
      if (!seat) return;
      seat.closed = true;
      seat.socket.close();
      await seat.socket.closed;
    },
    expect: (name, message) => void seats.get(name)?.expected.push(message),
    async catchUp() {
      while (isMissing()) {
        // Only what was held before all sockets had spoken may go on: nothing of its last step is under way any more.
        const wasHeld = gate.isHeld();
        const isQuiet = !wasHeld && (await remaining(url)) === 0;
        await settle();
        if (!isMissing() || isQuiet) return;
        if (wasHeld) gate.release();
      }
    },
    async compare({ recorded, replayed }) {
      await settle();
      const results: Comparison[] = [];
      for (const [name, { socket, expected }] of seats) {
        const seen = await Promise.all(heard(socket).map(describeBinary));
        results.push({
          step: `socket ${name}`,
          expected: comparable(counted(expected), recorded, base),
          actual: comparable(counted(seen), replayed, base),
        });
      }
      return results;
    },
  };
}

/** Lets the engine do so many sampling steps. */
async function letGo(gate: Gate, steps: number): Promise<void> {
  for (let step = 0; step <= steps; step += 1) {
    while (!gate.isHeld()) await delay(1);
    if (step < steps) gate.release();
  }
}

async function request(
  step: HttpStep,
  stage: Stage,
  { recorded, replayed }: { recorded: Names; replayed: Names },
): Promise<RawAnswer> {
  const [method = '', path = ''] = step.http.split(' ');
  const local = (text: string) => translate(text, recorded, replayed);
  const { body, headers } = await encoded(step);
  const send = () => sendRaw(stage.url + local(path), method, body, atPort(headers, stage.url, local));
  const answer = await send();
  // Without a socket to tell, the recording's client asked until the entry was there.
  const isEarly = path.startsWith('/history/') && answer.body.toString() === '{}' && step.answer !== undefined;
  if (!isEarly || stringifyPythonJson(step.answer) === '{}') return answer;
  await untilIdle(stage);
  return send();
}

/** The recorded server listened on port 8188; the recording client took compressed answers. */
function atPort(
  headers: Record<string, string>,
  url: string,
  change: (text: string) => string,
): Record<string, string> {
  const port = new URL(url).port;
  const named = Object.entries(headers).map(([name, value]) => [name, change(value).replace(':8188', `:${port}`)]);
  return { 'Accept-Encoding': 'gzip, deflate', ...Object.fromEntries(named) };
}

/** A binary frame in the words of the recording. */
async function describeBinary(message: TestMessage): Promise<TestMessage> {
  const { bytes, type } = message;
  if (!bytes) return message;
  const event = Number(type.split(' ')[1]);
  const length = bytes.readUInt32BE(0);
  if (event === 3) {
    const data = { event, node_id: bytes.toString('utf8', 4, 4 + length), text: bytes.toString('utf8', 4 + length) };
    return { type, data };
  }
  const image = bytes.subarray(event === 4 ? 4 + length : 4);
  const { format, width, height } = await sharp(image).metadata();
  const facts = { event, format: format?.toUpperCase(), size: [width, height] };
  if (event === 1) return { type, data: facts };
  return { type, data: { ...facts, metadata: parsePythonJson(bytes.toString('utf8', 4, 4 + length)) } };
}

async function encoded(step: HttpStep): Promise<{ body: Buffer | undefined; headers: Record<string, string> }> {
  const { headers = {}, json, text, form } = step;
  if (json !== undefined) return { body: Buffer.from(stringifyPythonJson(json)), headers };
  if (typeof text === 'string') return { body: Buffer.from(text), headers };
  if (text) return { body: Buffer.alloc(text.length), headers };
  if (!form) return { body: undefined, headers };
  const fields: FormFields = {};
  for (const [name, value] of Object.entries(form)) {
    fields[name] = typeof value === 'string' ? value : { name: value.name, data: await contentOf(value.content) };
  }
  const { type, body } = encodeForm(fields);
  return { body, headers: { ...headers, 'content-type': type } };
}

async function contentOf(content: string): Promise<Buffer> {
  const [kind, value = ''] = content.split(/:(.*)/s);
  if (kind === 'text') return Buffer.from(value);
  if (kind === 'zeros') return Buffer.alloc(Number(value));
  const background = value === 'mask' ? { r: 0, g: 0, b: 0, alpha: 0.5 } : value;
  return sharp({ create: { width: 16, height: 16, channels: value === 'mask' ? 4 : 3, background } })
    .png()
    .toBuffer();
}

async function runToEnd(stage: Stage, graph: unknown): Promise<void> {
  // An explicit number leaves the counter alone.
  const body = stringifyPythonJson({ prompt: graph, number: 0 });
  const response = await fetch(`${stage.url}/prompt`, { method: 'POST', body });
  if (response.status !== 200) throw new Error(`warming up: ${await response.text()}`);
  await untilIdle(stage);
}

async function untilIdle({ url, gate }: Stage): Promise<void> {
  while ((await remaining(url)) > 0) {
    gate.release();
    await delay(1);
  }
}

async function remaining(url: string): Promise<number> {
  const status = (await (await fetch(`${url}/prompt`)).json()) as { exec_info: { queue_remaining: number } };
  return status.exec_info.queue_remaining;
}
