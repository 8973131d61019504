/** Where the program is to be killed in one of its lives, and whether it was. */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Headless } from '../headless.js';
import type { Random } from './random.js';
import type { Moment } from './tap.js';

/** Moments by what they are moments of. `some time` after the start, and `starting`, before it is ready, belong to each. */
export const killPoints = {
  generation: [
    'sending',
    'accepted',
    'answered',
    'executing',
    'asking',
    'told',
    'cancelling',
    'writing an original',
    'writing a thumbnail',
    'some time',
    'starting',
  ],
  import: ['looking', 'registering', 'after a change'],
  deletion: ['updating', 'updated', 'deleting', 'deleted', 'restoring', 'restored', 'emptying', 'going', 'emptied'],
  batch: ['beginning', 'begun', 'between jobs', 'all but its sheet', 'keeping a sheet', 'sheet registered'],
  migration: ['copying', 'copied', 'changing', 'migrated', 'starting'],
} as const;

export type Kind = keyof typeof killPoints;
export type KillPoint = Moment | (typeof killPoints)[Kind][number];

/** Moments that come again and again in one life: not always the first is the one. */
const repeated: ReadonlySet<KillPoint> = new Set([
  ...['sending', 'accepted', 'answered', 'executing', 'asking', 'told', 'updated', 'deleted', 'restored'],
  ...['writing an original', 'writing a thumbnail', 'registering', 'after a change', 'between jobs'],
] as KillPoint[]);

/** Milliseconds at most between a moment and the kill: 0 is at once. */
const lateMs = 40;
/** Milliseconds between two looks at the disk. */
const lookMs = 2;

export interface Aim {
  readonly point: KillPoint;
  /** Where the program was killed; undefined while it lives, or when that was at no particular moment. */
  readonly hit: KillPoint | undefined;
  /** Says that a moment has come; kills when it is the one. True when that was at once: what was under way is cut there. */
  at(moment: KillPoint): boolean;
  /** Kills at no particular moment. */
  kill(): void;
  /** Runs `work` before the kill. */
  before(work: () => void): void;
}

export function createAim(program: Headless, point: KillPoint, random: Random): Aim {
  const delay = random.next() < 0.5 ? 0 : random.below(lateMs);
  let skipped = repeated.has(point) ? random.below(2) : 0;
  let hit: KillPoint | undefined;
  const preparations: (() => void)[] = [];
  const kill = () => {
    for (const prepare of preparations.splice(0)) prepare();
    program.process.kill('SIGKILL');
  };
  return {
    point,
    get hit() {
      return hit;
    },
    at(moment) {
      if (moment !== point || hit !== undefined || skipped-- > 0) return false;
      hit = point;
      if (delay > 0) setTimeout(kill, delay);
      else kill();
      return delay === 0;
    },
    kill,
    before: (work) => void preparations.push(work),
  };
}

/** Tells the moments that are seen on the disk: files being written into the cache, and what is committed. */
export function watchDisk(dataDir: string, aim: Aim): void {
  const looks: (() => void)[] = [];
  const cache = (name: string, moment: KillPoint) => {
    const part = path.join(dataDir, 'cache', name, 'part');
    looks.push(() => {
      if (namesIn(part).length > 0) aim.at(moment);
    });
  };
  if (aim.point === 'writing an original') cache('originals', aim.point);
  if (aim.point === 'writing a thumbnail') cache('thumbnails', aim.point);
  if (aim.point === 'keeping a sheet') cache('kept', aim.point);
  const sql = statements[aim.point];
  if (sql !== undefined) looks.push(lookAtDatabase(dataDir, sql, aim));
  if (looks.length === 0) return;
  const timer = setInterval(() => {
    for (const look of looks) look();
  }, lookMs);
  aim.before(() => clearInterval(timer));
}

/** What changes when a moment comes that is seen in the database. */
const statements: Partial<Record<KillPoint, string>> = {
  registering: 'SELECT count(*) || total(modified_ms) || count(missing_ms) AS state FROM source_file',
  'between jobs': `SELECT count(*) AS state FROM job WHERE batch_id IS NOT NULL AND cell IS NOT NULL
    AND status NOT IN ('queued', 'running')`,
  'all but its sheet': `SELECT count(*) AS state FROM batch WHERE sheet_wanted = 1 AND NOT EXISTS (
    SELECT 1 FROM job WHERE job.batch_id = batch.id AND status IN ('queued', 'running'))`,
  'sheet registered': 'SELECT count(*) AS state FROM asset_part',
  going: 'SELECT count(*) AS state FROM asset WHERE deleted_ms IS NOT NULL',
};

function lookAtDatabase(dataDir: string, sql: string, aim: Aim): () => void {
  const database = new DatabaseSync(path.join(dataDir, 'library.db'), { readOnly: true, timeout: 1000 });
  // A reader that outlived the program would spare the next start what it has to mend.
  aim.before(() => database.close());
  const statement = database.prepare(sql);
  const state = () => (statement.get() as { state: unknown }).state;
  const before = state();
  return () => {
    if (state() !== before) aim.at(aim.point);
  };
}

export function namesIn(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}
