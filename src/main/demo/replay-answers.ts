/** Comparing an answer of the engine with the recorded one. */
import { sharp } from '../sharp.js';
import { parsePythonJson } from './json.js';
import type { HttpStep, Json } from './recording.js';
import { shape, sorted } from './replay-names.js';
import type { RawAnswer } from './test-http.js';

/** Two values that should be equal. */
export interface Pair {
  what: string;
  expected: unknown;
  actual: unknown;
}

/** Everything about an answer that the step has an opinion on. */
export async function answerPairs(step: HttpStep, { status, headers, body }: RawAnswer): Promise<Pair[]> {
  const wanted = step.answerHeaders ?? {};
  const pairs: Pair[] = [
    { what: 'status', expected: step.status, actual: status },
    { what: 'headers', expected: wanted, actual: pick(headers, Object.keys(wanted)) },
  ];
  if (step.answerText !== undefined && step.compare !== 'status') {
    pairs.push({ what: 'text', expected: step.answerText, actual: body.toString() });
  }
  if (step.answerBytes !== undefined) pairs.push({ what: 'length', expected: step.answerBytes, actual: body.length });
  if (step.image) pairs.push({ what: 'image', expected: step.image, actual: await imageFacts(body, step.image) });
  if (step.answer !== undefined) {
    const actual = asShown(readAnswer(body), step.shown);
    pairs.push({ what: 'body', ...reduced(step, asShown(step.answer, step.shown), actual) });
  }
  return pairs;
}

/** The answer as JSON, or as text when it is none. */
function readAnswer(bytes: Buffer): unknown {
  try {
    return parsePythonJson(bytes.toString());
  } catch {
    return bytes.toString();
  }
}

function reduced(step: HttpStep, expected: unknown, actual: unknown): { expected: unknown; actual: unknown } {
  if (step.compare === undefined) return { expected, actual };
  if (step.differs === undefined) throw new Error(`${step.http} needs a reason to differ`);
  if (step.compare === 'keys') return { expected: shape(expected), actual: shape(actual) };
  if (step.compare === 'set') return { expected: sorted(expected), actual: sorted(actual) };
  if (step.compare === 'prefix' && Array.isArray(expected) && Array.isArray(actual)) {
    return { expected, actual: actual.slice(0, expected.length) };
  }
  return { expected: undefined, actual: undefined };
}

/** Some recordings keep only part of an answer: the same part of ours. */
function asShown(answer: unknown, shown: HttpStep['shown']): unknown {
  if (shown === undefined || typeof answer !== 'object' || answer === null) return answer;
  const entries = Object.entries(answer as Record<string, Json>);
  if (shown === 'number and status') {
    return entries.map(([id, entry]) => {
      const prompt = entry.prompt as unknown[] | undefined;
      const status = entry.status as Json | string;
      return [id, entry.number ?? prompt?.[0], typeof status === 'string' ? status : status.status_str];
    });
  }
  if (shown === 'without prompt') {
    return Object.fromEntries(entries.map(([id, { prompt: _prompt, ...entry }]) => [id, entry]));
  }
  const items = (list: unknown) =>
    (list as unknown[][]).map((item) => item.map((part, at) => (at === 2 ? size(part) : part)));
  return Object.fromEntries(entries.map(([key, list]) => [key, items(list)]));
}

function size(graph: unknown): unknown {
  return typeof graph === 'string' ? graph : `<graph of ${Object.keys(graph as Json).length} nodes>`;
}

async function imageFacts(bytes: Buffer, wanted: NonNullable<HttpStep['image']>): Promise<Json> {
  if (bytes.length === 0) return {};
  const { format, width, height, hasAlpha } = await sharp(bytes).metadata();
  const facts = { format: format?.toUpperCase(), size: [width, height], mode: hasAlpha ? 'RGBA' : 'RGB' };
  // The engine marks its files as the demo's with one chunk more.
  const chunks = textChunks(bytes).filter((key) => key !== 'demo');
  return wanted.text_chunks ? { ...facts, text_chunks: chunks } : facts;
}

/** Keys of the tEXt chunks of a PNG. */
function textChunks(png: Buffer): string[] {
  const keys: string[] = [];
  for (let at = 8; at + 8 <= png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'tEXt') {
      keys.push(png.toString('latin1', at + 8, png.indexOf(0, at + 8)));
    }
  }
  return keys;
}

function pick(headers: Record<string, string>, names: readonly string[]): Json {
  const volatile = ['etag', 'last-modified'];
  return Object.fromEntries(
    names.map((name) => [name, volatile.includes(name) && headers[name] ? 'T' : headers[name]]),
  );
}
