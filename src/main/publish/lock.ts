/**
 * One writer at a time in a publish folder: two calls of this program, and two programs that share a project, would
 * otherwise each write a manifest without the other's entry. The lock is a file that names its process; one whose
 * process is gone is taken over.
 */
import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '../../shared/errors.js';
import type { Clock } from '../ports.js';
import { noLinks } from './atomic.js';
import { codeOf, isMissing } from './contain.js';

const lockName = '.publish.lock';
/** Milliseconds: between looks, until a writer gives up, and until a lock nobody can vouch for counts as left behind. */
const lookMs = 25;
const patienceMs = 15_000;
const staleMs = 60_000;

/** `started`: when the process did, milliseconds since the epoch. A container gives the same number to its next process. */
const holderSchema = z.object({ pid: z.number(), started: z.number(), host: z.string(), id: z.string() });

function me(): z.infer<typeof holderSchema> {
  return { pid: process.pid, started: Math.round(performance.timeOrigin), host: hostname(), id: randomUUID() };
}

export type FolderLock = <T>(folder: string, work: () => Promise<T>) => Promise<T>;

/** `folder` must be a real path. @throws AppError PUBLISH_FAILED when another program does not let go. */
export function createFolderLock(clock: Clock): FolderLock {
  const latest = new Map<string, Promise<unknown>>();
  return async (folder, work) => {
    const before = latest.get(folder) ?? Promise.resolve();
    const mine = before.then(
      () => holding(folder, work, clock),
      () => holding(folder, work, clock),
    );
    latest.set(folder, mine);
    try {
      return await mine;
    } finally {
      if (latest.get(folder) === mine) latest.delete(folder);
    }
  };
}

async function holding<T>(folder: string, work: () => Promise<T>, clock: Clock): Promise<T> {
  const file = path.join(folder, lockName);
  const since = clock.monotonic();
  while (!(await take(file))) {
    if (await isLeftBehind(file, clock.now())) await takeAway(file);
    else if (clock.monotonic() - since > patienceMs) throw held(file);
    else await clock.sleep(lookMs);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** The lock appears with its holder in it: one without, of a process that died in between, would tell nothing. */
async function take(file: string): Promise<boolean> {
  const mine = JSON.stringify(me());
  const aside = `${file}.${randomUUID()}.tmp`;
  try {
    if (await stat(file).then(yes, no)) return false;
    await writeFile(aside, mine, { flag: 'wx' });
    await link(aside, file).catch((error: unknown) => {
      if (!noLinks.has(codeOf(error) ?? '')) throw error;
      return writeFile(file, mine, { flag: 'wx' });
    });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function isLeftBehind(file: string, now: number): Promise<boolean> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    if (now - mtimeMs > staleMs) return true;
    const { success, data } = holderSchema.safeParse(parsed(text));
    if (!success || data.host !== hostname()) return false;
    return data.pid === process.pid ? data.started !== me().started : !isAlive(data.pid);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Two may find the same lock left behind: whoever then moves a fresh one puts it back. */
async function takeAway(file: string): Promise<void> {
  const seen = await readFile(file, 'utf8').catch(() => undefined);
  const aside = `${file}.${randomUUID()}.tmp`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== seen) await link(aside, file);
  } catch (error) {
    if (!isMissing(error) && codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process can't be signalled, and lives.
    return codeOf(error) === 'EPERM';
  }
}

function held(file: string): AppError {
  return new AppError('PUBLISH_FAILED', 'Another program is writing into the publish folder and does not end.', {
    hint: `Try again. If no such program runs, delete ${file}.`,
    details: { path: file },
  });
}

const yes = () => true;
const no = () => false;
