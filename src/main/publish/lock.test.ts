import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../system.js';
import { createFolderLock } from './lock.js';
import { createStudio, type Studio } from './testing.js';

let studio: Studio;
let file: string;
beforeEach(() => {
  studio = createStudio();
  file = path.join(studio.project, '.publish.lock');
});
afterEach(() => studio.dispose());

const here = { started: Math.round(performance.timeOrigin), host: hostname(), id: 'x' };
const holder = (pid: number, more = {}) => writeFileSync(file, JSON.stringify({ ...here, pid, ...more }));

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

/** A clock that goes on by itself when somebody waits. */
function quickClock(onSleep: () => void = () => {}) {
  let passed = 0;
  return {
    now: () => Date.now(),
    monotonic: () => passed,
    async sleep(ms: number) {
      passed += ms;
      onSleep();
    },
  };
}

it('lets one work at a time, after a failure too, and leaves nothing', async () => {
  const [one, other] = [createFolderLock(systemClock), createFolderLock(systemClock)];
  let inside = 0;
  const work = (lock: typeof one, fail: boolean) =>
    lock(studio.project, async () => {
      inside += 1;
      expect(inside).toBe(1);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
      if (fail) throw new Error('failed');
    });
  const all = await Promise.allSettled([one, other, one, other].map((lock, at) => work(lock, at % 2 === 0)));
  expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(2);
  expect(existsSync(file)).toBe(false);
});

it('takes over from a process that died, and from one nobody can vouch for when it is old', async () => {
  const lock = createFolderLock(quickClock());
  holder(await deadPid());
  expect(await lock(studio.project, async () => 'mine')).toBe('mine');
  // Of an earlier process that had the same number, as in a container that was started again.
  holder(process.pid, { started: 1000 });
  expect(await lock(studio.project, async () => 'mine')).toBe('mine');
  for (const content of ['', '{', JSON.stringify({ ...here, pid: 1, host: 'elsewhere' })]) {
    writeFileSync(file, content);
    utimesSync(file, 1000, 1000);
    expect(await lock(studio.project, async () => 'mine')).toBe('mine');
  }
});

it.each(['this', 'another'])(
  'waits for %s process while it lives, and says in the end what is in the way',
  async (which) => {
    holder(which === 'this' ? process.pid : process.ppid);
    let looks = 0;
    const patient = createFolderLock(
      quickClock(() => {
        looks += 1;
      }),
    );
    await expect(patient(studio.project, async () => {})).rejects.toMatchObject({
      code: 'PUBLISH_FAILED',
      hint: expect.stringContaining(file),
    });
    expect(looks).toBeGreaterThan(10);
    expect(existsSync(file)).toBe(true);
  },
);
