import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPeaksThread, type PeaksReader } from './peaks-thread.js';

let dir: string;
let reader: PeaksReader | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'peaks-'));
});
afterEach(async () => {
  await reader?.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A thread that does what the path says, and counts in its answers what it has been asked. */
function open(options: { limitMs?: number; idleMs?: number } = {}): PeaksReader {
  const file = join(dir, 'worker.mjs');
  writeFileSync(
    file,
    `import { parentPort } from 'node:worker_threads';
    let asked = 0;
    parentPort.on('message', (path) => {
      asked += 1;
      if (path === 'die') process.exit(3);
      if (path === 'throw') throw new Error('out of memory');
      if (path === 'hang') return;
      if (path === 'bad')
        return parentPort.postMessage({ ok: false, error: { code: 'MEDIA_UNSUPPORTED', message: 'no', details: { fault: 'no_decoder' } } });
      parentPort.postMessage({ ok: true, peaks: { bars: [], duration: asked } });
    });`,
  );
  reader = createPeaksThread({ file, ...options });
  return reader;
}

it('answers in order from one thread, and with the error that the thread found', async () => {
  const { read } = open();
  const answers = await Promise.all([read('a'), read('b'), read('c')]);
  expect(answers.map(({ duration }) => duration)).toEqual([1, 2, 3]);
  await expect(read('bad')).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED', details: { fault: 'no_decoder' } });
});

it('loses one sound, not the next, when the thread dies, throws or hangs', async () => {
  const { read } = open({ limitMs: 1000 });
  for (const fate of ['die', 'throw', 'hang']) {
    const [lost, next] = await Promise.allSettled([read(fate), read('a')]);
    expect(lost, fate).toMatchObject({ status: 'rejected', reason: { code: 'MEDIA_UNSUPPORTED' } });
    expect(next, fate).toMatchObject({ status: 'fulfilled', value: { duration: expect.any(Number) } });
  }
});

it('gives up what nobody wants any more, and the thread when there is nothing to do', async () => {
  const { read } = open({ idleMs: 1 });
  const leaving = new AbortController();
  const left = read('hang', leaving.signal);
  leaving.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  await read('a');
  // A new thread counts from one again.
  await expect.poll(async () => (await read('a')).duration, { interval: 50 }).toBe(1);
});

it('rejects what it reads, and everything after, when it closes', async () => {
  const opened = open();
  const hanging = expect(opened.read('hang')).rejects.toThrow('closing');
  await opened.close();
  await hanging;
  await expect(opened.read('a')).rejects.toThrow('closing');
});
