/** Faults of files and archives in the words of the product. */
import { AppError } from '../../shared/errors.js';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'it is a folder',
  EEXIST: 'there is something of that name',
  ENOTEMPTY: 'there is something of that name',
  ENAMETOOLONG: 'the name is too long',
  EFBIG: 'the file is too large for this disk',
  EIO: 'the disk reports an error',
};

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(codeOf(error));
}

export function reasonOf(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return reasons[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

/** TARGET_UNWRITABLE for what the system says of a place to write to; foreseen errors as they are. */
export function unwritableTarget(path: string, error: unknown): unknown {
  if (error instanceof AppError || codeOf(error) === '') return error;
  return new AppError('TARGET_UNWRITABLE', `${path} could not be written: ${reasonOf(error)}.`, {
    hint: isFull(error) ? 'Free some space there, or choose another disk.' : 'Choose a folder you may write to.',
    details: { path },
    cause: error,
  });
}

export function tooLittleSpace(path: string, needed: number, free: number): AppError {
  return new AppError('TARGET_UNWRITABLE', `There is too little room for ${path}.`, {
    hint: `It needs about ${megabytes(needed)}, and ${megabytes(free)} are free: free some space there, or choose another disk.`,
    details: { path, needed_bytes: needed, free_bytes: free },
  });
}

function megabytes(bytes: number): string {
  const value = bytes / 1e6;
  return value >= 1000 ? `${(value / 1000).toFixed(1)} GB` : `${Math.ceil(value)} MB`;
}

/** BACKUP_INVALID: `why` ends a sentence that begins with the path. */
export function invalidBackup(path: string, why: string, cause?: unknown): AppError {
  return new AppError('BACKUP_INVALID', `${path} ${why}.`, {
    hint: 'Choose a zip or a folder that this app has exported, or an older backup.',
    details: { path },
    cause,
  });
}
