/** The folder that the data was moved out of: told, and removed only when the person says so. */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { OldFolder } from '../../../shared/data-move.js';
import { AppError, toErrorValue } from '../../../shared/errors.js';
import { claimDataDir } from '../data-dir.js';
import { contentsOf, isPassing, libraryName, windowFolder } from './contents.js';
import { type MovedFrom, readMovedFrom, removeMovedFrom } from './marker.js';

/** Undefined when the data was never moved, the old folder is gone, or it was let go of. */
export async function oldFolder(dir: string): Promise<OldFolder | undefined> {
  const note = noteOf(dir);
  if (note === undefined) return undefined;
  const { from, files, bytes, moved_ms } = note;
  const problem = await changedSince(note).catch((error: unknown) => error);
  return { path: from, files, bytes, moved_ms, problem: problem === undefined ? null : toErrorValue(problem) };
}

/**
 * Removes what was copied out of the old folder, and the folder when nothing else is in it.
 *
 * @throws AppError NOT_FOUND when there is none, DATA_DIR_IN_USE when somebody holds it, NOT_SUPPORTED when it was worked
 * with since.
 */
export async function removeOldFolder(dir: string): Promise<void> {
  const note = noteOf(dir);
  if (note === undefined) throw new AppError('NOT_FOUND', 'There is no old folder any more.');
  const claim = claimDataDir(note.from, { kind: 'desktop' });
  try {
    const problem = await changedSince(note);
    if (problem !== undefined) throw problem;
    // The library goes first: half a folder must not be opened as one.
    const names = [libraryName, ...note.names.filter((name) => name !== libraryName), windowFolder];
    for (const name of names) rmSync(join(note.from, name), { recursive: true, force: true, maxRetries: 3 });
  } finally {
    claim.release();
  }
  for (const name of readdirSync(note.from)) if (isPassing(name)) rmSync(join(note.from, name), { force: true });
  removeMovedFrom(dir);
  if (readdirSync(note.from).length === 0) rmdirSync(note.from);
}

/** The old folder stays, and is not spoken of again. */
export function keepOldFolder(dir: string): void {
  removeMovedFrom(dir);
}

function noteOf(dir: string): MovedFrom | undefined {
  const note = readMovedFrom(dir);
  return note !== undefined && note.from !== dir && existsSync(join(note.from, libraryName)) ? note : undefined;
}

/** What tells that somebody went on working there: removing it would lose that. */
async function changedSince(note: MovedFrom): Promise<AppError | undefined> {
  const items = await contentsOf(note.from);
  // How the window looked is written once more when the program that moved it ends.
  const own = items.filter(({ path, kind }) => kind === 'file' && !path.startsWith(windowFolder));
  const later = own.find(({ path, modified_ms, changed_ms }) => {
    const since = Math.max(modified_ms, changed_ms);
    return since > note.moved_ms && note.names.includes(path.split(sep)[0] ?? '');
  });
  if (later === undefined) return undefined;
  return new AppError('NOT_SUPPORTED', `${join(note.from, later.path)} was changed after the library was moved.`, {
    hint: 'Somebody went on working in the old folder. Look at it, and remove it yourself when nothing in it is needed.',
    details: { path: join(note.from, later.path) },
  });
}
