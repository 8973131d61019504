/**
 * Ownership of the data directory: one program at a time. The lock is an exclusive transaction on `lock.db`, which the
 * operating system frees at any death of the process; `owner.json` beside it only says who that is.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { z } from 'zod';
import { AppError } from '../../shared/errors.js';
import { reasonOf } from './files.js';
import { refuseUnfinished } from './moving/marker.js';
import { asWriteError, busyCode, errorText, sqliteCode, unwritable } from './sqlite.js';

const ownerSchema = z.object({
  pid: z.number().int(),
  /** Where its MCP endpoint listens; null until it does. */
  endpoint: z.string().nullable(),
  kind: z.enum(['desktop', 'headless']),
  /** Who a stdio bridge started makes room for the desktop app unasked. */
  started_by: z.enum(['person', 'bridge']).default('person'),
  /** ISO 8601, UTC. */
  started_at: z.string(),
  /** Proves to the owner that a caller may read this directory, and to a caller that an endpoint is the owner's. */
  secret: z.string(),
});
export type DataDirOwner = z.infer<typeof ownerSchema>;

export interface ClaimedDataDir {
  readonly dir: string;
  readonly owner: DataDirOwner;
  /** Tells others where the endpoint listens; null when it stops. */
  setEndpoint(url: string | null): void;
  /** Gives the directory free. Twice is fine. */
  release(): void;
}

export interface ClaimOptions {
  kind: DataDirOwner['kind'];
  startedBy?: DataDirOwner['started_by'];
  now?: number;
  /** `mine`: the caller is moving a library into it. */
  unfinished?: 'refused' | 'mine';
}

/**
 * Makes `dir` (for this user only) when there is none, and takes it. Throws DATA_DIR_UNWRITABLE, or DATA_DIR_IN_USE with
 * `pid`, `endpoint` and `kind` of the owner in its details; DATA_DIR_UNFINISHED for half a copy.
 */
export function claimDataDir(
  dir: string,
  { kind, startedBy = 'person', now = Date.now(), unfinished = 'refused' }: ClaimOptions,
): ClaimedDataDir {
  prepare(dir);
  const lock = takeLock(dir);
  try {
    if (unfinished === 'refused') refuseUnfinished(dir);
    removeLeftOvers(dir);
  } catch (error) {
    lock.close();
    throw error;
  }
  let owner: DataDirOwner = {
    pid: process.pid,
    endpoint: null,
    kind,
    started_by: startedBy,
    started_at: new Date(now).toISOString(),
    secret: randomBytes(32).toString('base64url'),
  };
  const tell = (next: DataDirOwner) => {
    writeOwner(dir, next);
    owner = next;
  };
  try {
    tell(owner);
  } catch (error) {
    lock.close();
    throw unwritable(dir, errorText(error), error);
  }
  let held = true;
  return {
    dir,
    get owner() {
      return owner;
    },
    setEndpoint(url) {
      if (held) tell({ ...owner, endpoint: url });
    },
    release() {
      if (!held) return;
      held = false;
      // Before the lock goes, lest the next owner's file be removed.
      rmSync(ownerFile(dir), { force: true });
      lock.close();
    },
  };
}

/** Who wrote `owner.json`, alive or not; undefined when there is none that can be read. */
export function readOwner(dir: string): DataDirOwner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(ownerFile(dir), 'utf8')));
  } catch {
    // Missing, half a file of an older version, or another user's: in each case nobody can be named.
    return undefined;
  }
}

function ownerFile(dir: string): string {
  return join(dir, 'owner.json');
}

function prepare(dir: string): void {
  try {
    makeFolder(dir);
    if (!statSync(dir).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'EEXIST' });
    accessSync(dir, constants.W_OK | constants.X_OK);
    // Permissions alone don't tell on every file system: write something.
    const probe = join(dir, `.probe-${randomUUID()}`);
    writeFileSync(probe, '');
    // Whoever owns the folder may have removed it already.
    rmSync(probe, { force: true });
  } catch (error) {
    throw unwritable(dir, reasonOf(error), error);
  }
}

/**
 * Makes a folder and its missing parents, one by one: Node's own recursion never ends where the system answers ENOENT
 * for a parent that exists, as in /proc.
 */
export function makeFolder(dir: string): void {
  if (existsSync(dir)) return;
  const parent = dirname(dir);
  if (parent !== dir) makeFolder(parent);
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error) {
    // Another program may have made it in between.
    if (!existsSync(dir)) throw error;
  }
}

/** What a start that was cut short has left here. */
function removeLeftOvers(dir: string): void {
  for (const name of readdirSync(dir)) {
    if (/^(\.probe-[\w-]+|owner\.json\.\d+\.part)$/.test(name)) rmSync(join(dir, name), { force: true });
  }
}

function takeLock(dir: string): DatabaseSyncInstance {
  const file = join(dir, 'lock.db');
  let lock: DatabaseSyncInstance | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE');
    chmodSync(file, 0o600);
    return lock;
  } catch (error) {
    lock?.close();
    if (sqliteCode(error) === busyCode) throw inUse(dir, error);
    throw asWriteError(error, dir);
  }
}

function inUse(dir: string, cause: unknown): AppError {
  const owner = readOwner(dir);
  const program = owner?.kind === 'headless' ? 'The headless program' : 'The desktop app';
  const place = owner?.endpoint ? `, endpoint ${owner.endpoint}` : '';
  const who = owner === undefined ? 'Another program' : `${program} (process ${owner.pid}${place})`;
  return new AppError('DATA_DIR_IN_USE', `${who} uses the data directory ${dir}.`, {
    hint: owner?.endpoint
      ? `Connect to ${owner.endpoint}, stop that program, or choose another directory with --data-dir.`
      : 'Stop that program, or choose another directory with --data-dir.',
    details: {
      dir,
      pid: owner?.pid ?? null,
      endpoint: owner?.endpoint ?? null,
      kind: owner?.kind ?? null,
      started_by: owner?.started_by ?? null,
    },
    cause,
  });
}

function writeOwner(dir: string, owner: DataDirOwner): void {
  const file = ownerFile(dir);
  const unfinished = `${file}.${owner.pid}.part`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${JSON.stringify(owner, null, 2)}\n`, { mode: 0o600 });
  renameSync(unfinished, file);
}
