/** Looks at a folder that a person chose for the data, and says what a move there would mean. Changes nothing. */

import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { access, constants, readdir, realpath, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { z } from 'zod';
import type { MovePlan } from '../../../shared/data-move.js';
import { AppError } from '../../../shared/errors.js';
import { reasonOf } from '../files.js';
import { openReading } from '../sqlite.js';
import { contentsOf, isPassing, libraryName } from './contents.js';
import { type Marker, readMarker } from './marker.js';

/** Made in a chosen folder that is not empty. */
export const folderName = 'ComfyUI MCP Desktop';

/** Bytes that are left free beside what is copied: SQLite's log, the next results. */
const spare = 128 * 1024 ** 2;

/** Magic numbers of statfs(2) for file systems of the network: NFS, SMB, SMB2, CIFS, AFS, 9P, Ceph. */
const networkTypes = new Set([0x6969, 0x517b, 0xfe534d42, 0xff534d42, 0x5346414f, 0x01021997, 0x00c36400]);

/**
 * @throws AppError TARGET_UNWRITABLE for a place that can't hold it, `details.needed_bytes` and `free_bytes` where room is
 * short; VALIDATION_ERROR for one that makes no sense, DATA_DIR_IN_USE for a library that another program holds.
 */
export async function planMove(from: string, chosen: string): Promise<MovePlan> {
  if (!isAbsolute(chosen)) throw refuse(chosen, 'is not the whole path of a folder', 'Choose a folder.');
  const source = await realpath(from);
  const to = await targetOf(await realPlace(resolve(chosen)), source);
  if (to === source) throw refuse(to, 'is the data folder already', 'Choose another one.');
  if (to.startsWith(source + sep)) {
    throw refuse(to, 'lies in the data folder itself', 'Choose one outside of it.');
  }
  const place = existingPart(to);
  await checkWritable(to, place);
  const [items, network, free_bytes] = [await contentsOf(source), await isNetwork(place), await freeBytes(place)];
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0);
  const plan: MovePlan = {
    from,
    to,
    library: libraryIn(to),
    files: items.filter(({ kind }) => kind === 'file').length,
    bytes,
    free_bytes,
    other_volume: (await stat(place)).dev !== (await stat(source)).dev,
    network,
  };
  if (plan.library === null && free_bytes !== null && free_bytes < bytes + spare)
    throw tooLittle(to, bytes, free_bytes);
  return plan;
}

/** A half-finished move there, which may be begun anew. */
export function leftOver(to: string, names: readonly string[]): Marker | undefined {
  const marker = readMarker(to);
  const own = new Set([...(marker?.names ?? []), 'window']);
  return marker !== undefined && names.every((name) => isPassing(name) || own.has(name)) ? marker : undefined;
}

/** The chosen folder when it is new, empty or a library's; else a new one in it. */
async function targetOf(chosen: string, source: string): Promise<string> {
  if (chosen === source || chosen.startsWith(source + sep) || (await isFree(chosen))) return chosen;
  const inside = basename(chosen) === folderName ? chosen : join(chosen, folderName);
  if (inside === source || (await isFree(inside))) return inside;
  throw refuse(chosen, 'has other things in it', 'Choose an empty folder, or a new one.');
}

async function isFree(folder: string): Promise<boolean> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOENT') return true;
    throw new AppError('TARGET_UNWRITABLE', `${folder} can't be used: ${reasonOf(error)}.`, {
      hint: 'Choose a folder that you may read and write.',
      details: { path: folder },
      cause: error,
    });
  }
  return names.every(isPassing) || leftOver(folder, names) !== undefined || isLibrary(folder);
}

function isLibrary(folder: string): boolean {
  return existsSync(join(folder, libraryName)) && readMarker(folder) === undefined;
}

/** As the system sees it, links followed as far as there is something. */
async function realPlace(folder: string): Promise<string> {
  const place = existingPart(folder);
  return join(await realpath(place), folder.slice(place.length));
}

function existingPart(folder: string): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}

async function checkWritable(to: string, place: string): Promise<void> {
  const probe = join(place, `.probe-${randomUUID()}`);
  try {
    if (!(await stat(place)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    await access(place, constants.W_OK | constants.X_OK);
    // Permissions alone don't tell on every file system: write something.
    await writeFile(probe, '', { flag: 'wx' });
  } catch (error) {
    throw new AppError('TARGET_UNWRITABLE', `${to} can't be written: ${reasonOf(error)}.`, {
      hint: 'Choose a folder that you may write to.',
      details: { path: to },
      cause: error,
    });
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}

async function isNetwork(place: string): Promise<boolean> {
  if (process.platform === 'win32') return place.startsWith('\\\\');
  try {
    return networkTypes.has((await statfs(place)).type);
  } catch {
    return false;
  }
}

async function freeBytes(place: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(place);
    return bavail * bsize;
  } catch {
    // Not every file system tells, and copying will.
    return null;
  }
}

const countRow = z.object({ count: z.number().int() });

function libraryIn(to: string): MovePlan['library'] {
  if (!isLibrary(to)) return null;
  const file = join(to, libraryName);
  return { assets: assetsIn(file), changed_ms: statSync(file).mtimeMs };
}

/** Null where it can't be read: it is another program's, or damaged, and opening it will tell. */
function assetsIn(file: string): number | null {
  try {
    const database = openReading(file);
    try {
      return countRow.parse(database.get('SELECT count(*) AS count FROM asset WHERE deleted_ms IS NULL')).count;
    } finally {
      database.close();
    }
  } catch {
    return null;
  }
}

function refuse(folder: string, why: string, hint: string): AppError {
  return new AppError('VALIDATION_ERROR', `${folder} ${why}.`, { hint, details: { path: folder } });
}

function tooLittle(to: string, bytes: number, free: number): AppError {
  const needed = bytes + spare;
  return new AppError('TARGET_UNWRITABLE', `There is too little room for the library in ${to}.`, {
    hint: `It needs ${inWords(needed)}, and ${inWords(free)} are free: free some space there, or choose another disk.`,
    details: { path: to, needed_bytes: needed, free_bytes: free },
  });
}

function inWords(bytes: number): string {
  const megabytes = bytes / 1e6;
  return megabytes >= 1000 ? `${(megabytes / 1000).toFixed(1)} GB` : `${Math.ceil(megabytes)} MB`;
}
