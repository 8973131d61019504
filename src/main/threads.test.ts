/** Threads with scripts of their own, in plain JavaScript: what is said to them and what becomes of one that hangs or dies. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../shared/errors.js';
import { type AskOptions, createInlineThread, createThread, type Thread, ThreadLostError } from './threads.js';

type Work = {
  double(input: number): number;
  hang(input: null): never;
  die(input: null): never;
  fail(input: null): never;
  wait(input: null): string;
  started(input: null): number;
};

const script = `
const { parentPort, workerData, threadId } = require('node:worker_threads');
const aborted = new Set();
parentPort.on('message', ({ id, name, input, abort }) => {
  if (abort) return aborted.add(id);
  const answer = (value) => parentPort.postMessage({ id, value });
  if (name === 'double') answer(input * workerData.factor);
  if (name === 'hang') for (;;) {}
  if (name === 'die') process.exit(3);
  if (name === 'fail') parentPort.postMessage({ id, error: { code: 'NOT_FOUND', message: 'nothing', hint: 'look' } });
  if (name === 'wait') setTimeout(() => answer(aborted.has(id) ? 'told' : 'not told'), 200);
  if (name === 'started') answer(threadId);
});`;

let dir: string;
let thread: Thread<Work>;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'threads-'));
  writeFileSync(path.join(dir, 'work.cjs'), script);
  thread = createThread<Work>(path.join(dir, 'work.cjs'), { workerData: { factor: 2 }, idleMs: 200 });
});
afterEach(async () => {
  await thread.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('a thread', () => {
  it('answers calls, many at once, and throws what they threw', async () => {
    const answers = await Promise.all([1, 2, 3].map((number) => thread.ask('double', number)));
    expect(answers).toEqual([2, 4, 6]);
    const error: unknown = await thread.ask('fail', null).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'NOT_FOUND', hint: 'look' });
  });

  it('that hangs is ended, and the next call is answered by a new one', async () => {
    const before = await thread.ask('started', null);
    const held = thread.ask('hang', null, { limitMs: 300 });
    const behind = thread.ask('double', 4);
    await expect(held).rejects.toBeInstanceOf(ThreadLostError);
    await expect(behind).rejects.toBeInstanceOf(ThreadLostError);
    expect(await thread.ask('started', null)).not.toBe(before);
  });

  it('that dies costs the calls it had', async () => {
    await expect(thread.ask('die', null)).rejects.toBeInstanceOf(ThreadLostError);
    expect(await thread.ask('double', 5)).toBe(10);
  });

  it('is told of an abort, which ends the waiting at once', async () => {
    const abort = new AbortController();
    const options: AskOptions = { signal: abort.signal };
    const waiting = thread.ask('wait', null, options);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(thread.ask('double', 1, options)).rejects.toThrow('enough');
    expect(await thread.ask('double', 1)).toBe(2);
  });

  it('ends when nothing comes for a while, and starts anew', async () => {
    const before = await thread.ask('started', null);
    await vi.waitFor(async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await thread.ask('started', null)).not.toBe(before);
    });
  });

  it('that was closed answers nothing', async () => {
    const waiting = thread.ask('wait', null);
    const ended = expect(waiting).rejects.toBeInstanceOf(ThreadLostError);
    await thread.close();
    await ended;
    await expect(thread.ask('double', 1)).rejects.toBeInstanceOf(ThreadLostError);
  });
});

it('without a thread the same calls give the same answers', async () => {
  const inline = createInlineThread({
    double: (number: number) => number * 2,
    fail() {
      throw new AppError('NOT_FOUND', 'nothing');
    },
  });
  expect(await inline.ask('double', 3)).toBe(6);
  await expect(inline.ask('fail', undefined as never)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(inline.ask('double', 3, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});
