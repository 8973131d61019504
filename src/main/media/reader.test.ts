import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMediaReader, type MediaReader } from './reader.js';

let dir: string;
let reader: MediaReader;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reader-'));
  const script = join(dir, 'thread.cjs');
  // A thread that does what the path says, and counts in its answers what it has been asked.
  writeFileSync(
    script,
    `const { parentPort } = require('node:worker_threads');
    let asked = 0;
    parentPort.on('message', ({ id, name, input }) => {
      asked += 1;
      const path = name === 'peaks' ? input : input.path;
      if (path === 'die') process.exit(3);
      if (path === 'throw') throw new Error('out of memory');
      if (path === 'hang') for (;;) {}
      if (path === 'bad')
        return parentPort.postMessage({ id, error: { code: 'MEDIA_UNSUPPORTED', message: 'no', details: { fault: 'no_decoder' } } });
      parentPort.postMessage({ id, value: { bars: [], duration: asked } });
    });`,
  );
  reader = createMediaReader({ script, limits: { peaks: 1000, facts: 1000 }, idleMs: 10_000 });
});
afterEach(async () => {
  await reader.close();
  rmSync(dir, { recursive: true, force: true });
});

it('answers in order, and with the error that the thread found', async () => {
  const answers = await Promise.all(['a', 'b', 'c'].map((path) => reader.peaks(path)));
  expect(answers.map(({ duration }) => duration)).toEqual([1, 2, 3]);
  await expect(reader.peaks('bad')).rejects.toMatchObject({
    code: 'MEDIA_UNSUPPORTED',
    details: { fault: 'no_decoder' },
  });
});

it.each(['die', 'throw', 'hang'])(
  'a file that makes its thread %s is damaged, and the next one is read',
  async (fate) => {
    const damaged = { status: 'rejected', reason: { code: 'MEDIA_UNSUPPORTED', details: { fault: 'damaged' } } };
    const [lost, next] = await Promise.allSettled([reader.peaks(fate), reader.peaks('a')]);
    expect(lost).toMatchObject(damaged);
    expect(next).toMatchObject({ status: 'fulfilled', value: { duration: expect.any(Number) } });
    const [facts, more] = await Promise.allSettled([reader.facts('video', fate), reader.facts('audio', 'a')]);
    expect(facts).toMatchObject(damaged);
    expect(more).toMatchObject({ status: 'fulfilled' });
  },
);

it('gives up what nobody wants any more, with the thread that hangs on it', async () => {
  const leaving = new AbortController();
  const left = reader.peaks('hang', leaving.signal);
  setTimeout(() => leaving.abort(new Error('left')), 50);
  await expect(left).rejects.toThrow('left');
  expect((await reader.peaks('a')).duration).toBe(1);
});

it('a wave waits for no facts, and facts for no wave', async () => {
  const held = reader.peaks('hang');
  const refused = expect(held).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
  expect(await reader.facts('audio', 'a')).toBeDefined();
  await refused;
});
