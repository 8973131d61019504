/**
 * The notes that a move leaves in the new folder: one while it is not finished, which keeps everybody from taking half a
 * library for a whole one; and one afterwards that tells where the old folder is.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError } from '../../../shared/errors.js';
import { syncFolderOf } from '../files.js';

export const markerName = 'unfinished-move.json';
export const movedFromName = 'moved-from.json';
/** In the old folder while a move is under way. */
export const movingToName = 'moving-to.json';

const markerSchema = z.object({
  /** Where the library lies until the move is finished. */
  from: z.string(),
  /** `whole`: everything is copied, checked and on the disk; only the switch may be missing. */
  state: z.enum(['copying', 'whole']),
  /** What is copied: names in the folder. Nothing else in it is the move's. */
  names: z.array(z.string()),
  /** The folder was made for it. */
  made: z.boolean(),
});
export type Marker = z.infer<typeof markerSchema>;

const movedFromSchema = z.object({
  from: z.string(),
  /** Milliseconds since the epoch. */
  moved_ms: z.number(),
  names: z.array(z.string()),
  files: z.number().int(),
  bytes: z.number(),
});
export type MovedFrom = z.infer<typeof movedFromSchema>;

/** Undefined when there is none. One that can't be read stands for a move that had only begun. */
export function readMarker(dir: string): Marker | undefined {
  const file = join(dir, markerName);
  if (!existsSync(file)) return undefined;
  const read = parsed(file, markerSchema);
  return read ?? { from: '', state: 'copying', names: [], made: false };
}

export function writeMarker(dir: string, marker: Marker): void {
  writeNote(join(dir, markerName), marker);
}

export function removeMarker(dir: string): void {
  rmSync(join(dir, markerName), { force: true });
  syncFolderOf(join(dir, markerName));
}

export function readMovedFrom(dir: string): MovedFrom | undefined {
  return parsed(join(dir, movedFromName), movedFromSchema);
}

export function writeMovedFrom(dir: string, note: MovedFrom): void {
  writeNote(join(dir, movedFromName), note);
}

export function removeMovedFrom(dir: string): void {
  rmSync(join(dir, movedFromName), { force: true });
}

const movingToSchema = z.object({ to: z.string() });

export function readMovingTo(dir: string): string | undefined {
  return parsed(join(dir, movingToName), movingToSchema)?.to;
}

export function writeMovingTo(dir: string, to: string): void {
  writeNote(join(dir, movingToName), { to });
}

export function removeMovingTo(dir: string): void {
  rmSync(join(dir, movingToName), { force: true });
}

/** @throws AppError DATA_DIR_UNFINISHED for a folder with half a library in it. */
export function refuseUnfinished(dir: string): void {
  const marker = readMarker(dir);
  if (marker === undefined) return;
  // Only its switch, or what comes after it, was cut short.
  if (marker.state === 'whole') {
    removeMarker(dir);
    return;
  }
  const where = marker.from === '' ? 'where it was' : `in ${marker.from}`;
  throw new AppError(
    'DATA_DIR_UNFINISHED',
    `Moving the library into ${dir} was not finished. It still lies ${where}.`,
    {
      hint: 'Use that folder, and move it again from there.',
      details: { dir, from: marker.from },
    },
  );
}

function parsed<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Missing, cut short by a death, or another program's.
    return undefined;
  }
}

/** Whole or not there, and on the disk when this returns. */
function writeNote(file: string, note: unknown): void {
  const unfinished = `${file}.part`;
  const handle = openSync(unfinished, 'w', 0o600);
  try {
    writeSync(handle, `${JSON.stringify(note, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(unfinished, file);
  syncFolderOf(file);
}
