/**
 * A recording of a real server, reduced to what a test needs: steps in the order of their arrival at the client.
 * `recv` with `progress` is a progress_state, its nodes written `id:value/max:state`; `{"$": "g0"}` is a shared graph.
 */
import { readFile } from 'node:fs/promises';
import type { DemoEngineOptions } from './index.js';
import { parsePythonJson } from './json.js';
import type { TestMessage } from './test-socket.js';

export type Json = Record<string, unknown>;

export interface HttpStep {
  http: string;
  headers?: Record<string, string>;
  json?: unknown;
  text?: string | { length: number };
  form?: Record<string, string | { name: string; content: string }>;
  status: number;
  answerHeaders?: Record<string, string>;
  answer?: unknown;
  answerText?: string;
  answerBytes?: number;
  image?: { format: string; size: number[]; mode: string; text_chunks?: string[] };
  /** How much of the answer is compared, and why not all of it. */
  compare?: 'keys' | 'status' | 'prefix' | 'set';
  differs?: string;
  /** What the recording keeps of the answer. */
  shown?: 'number and status' | 'graph sizes' | 'without prompt';
}

export type Step =
  | HttpStep
  | { note: string }
  | { connect: string; path: string }
  | { send: string; message: unknown }
  | { close: string }
  | { steps: number }
  | { idle: true }
  | { recv: string; event: [type: string, data: Json] }
  | { recv: string; progress: [promptId: string, states: string] }
  | { recv: string; binary: Json };

export interface Recording {
  scenario: string;
  about: string;
  leftOut: string[];
  options: Partial<DemoEngineOptions>;
  /** Graphs that the server had run before. */
  warm: unknown[];
  steps: Step[];
  /** Why only the first and the last of the status events are compared. */
  statusApart?: string;
}

/** Reads a fixture and puts its shared graphs in place. */
export async function readRecording(path: string): Promise<Recording> {
  const file = parsePythonJson(await readFile(path, 'utf8')) as Recording & { graphs: Json };
  const fill = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(fill);
    if (typeof value !== 'object' || value === null) return value;
    const name = (value as { $?: unknown }).$;
    if (typeof name === 'string') return structuredClone(file.graphs[name]);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item)]));
  };
  return { ...file, steps: fill(file.steps) as Step[], warm: fill(file.warm) as unknown[] };
}

/** The message that a step expects. */
export function messageOf(step: Extract<Step, { recv: string }>): TestMessage {
  if ('event' in step) return { type: step.event[0], data: step.event[1] };
  if ('binary' in step) return { type: `binary ${String(step.binary.event)}`, data: step.binary };
  const [promptId, states] = step.progress;
  const nodes = states.split(' ').map((state) => {
    const [id = '', value, max, name] = state.split(/[:/]/);
    const ids = { node_id: id, prompt_id: promptId, display_node_id: id, parent_node_id: null, real_node_id: id };
    return [id, { value: Number(value), max: Number(max), state: name, ...ids }];
  });
  return { type: 'progress_state', data: { prompt_id: promptId, nodes: Object.fromEntries(nodes) } };
}
