/** What is done to whole database files: they are copied, renamed and synced with everything that belongs to them. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../../shared/errors.js';
import { asWriteError, errorText, unwritable } from './sqlite.js';

/** A database and what SQLite keeps beside it, found by name. */
const suffixes = ['', '-wal', '-shm', '-journal'];

export function removeDatabase(file: string): void {
  for (const suffix of suffixes) rmSync(file + suffix, { force: true });
}

/** Renames a database with its log: SQLite finds that by name, should someone try to mend the file. */
export function renameDatabase(from: string, to: string): void {
  for (const suffix of suffixes) {
    if (existsSync(from + suffix)) renameSync(from + suffix, to + suffix);
  }
}

/** Waits until the bytes of a closed file are on the disk. */
export function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Waits until a renaming is on the disk, where the system knows such a thing. */
export function syncFolderOf(file: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(dirname(file), 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

const reasons: Record<string, string> = {
  ENOENT: 'no folder can be made there',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'a part of the path is a file',
  ENAMETOOLONG: 'the name is too long',
};

/** Why a file or folder can't be written, in a few words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? errorText(error);
}

/** DATA_DIR_UNWRITABLE for what the system or SQLite could not write; every other error as it is. */
export function asUnwritable(error: unknown, path: string): unknown {
  if (error instanceof AppError) return error;
  const known = error instanceof Error && 'code' in error && String(error.code) in reasons;
  return known ? unwritable(path, reasonOf(error), error) : asWriteError(error, path);
}
