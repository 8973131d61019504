/** Errors for files that can't be read or drawn. */
import { access } from 'node:fs/promises';
import { AppError } from '../../shared/errors.js';
import type { MediaFault } from '../../shared/media-fault.js';

/** MEDIA_UNSUPPORTED. `fault` is missing for kinds of files that have no picture at all. */
export function unsupported(message: string, { fault, cause }: { fault?: MediaFault; cause?: unknown } = {}): AppError {
  return new AppError('MEDIA_UNSUPPORTED', message, {
    hint: 'Give the person the asset_url instead.',
    ...(cause === undefined ? {} : { cause }),
    details: {
      ...(fault === undefined ? {} : { fault }),
      ...(cause === undefined ? {} : { reason: cause instanceof Error ? cause.message : String(cause) }),
    },
  });
}

/** The same for a file that failed halfway. Throws ENOENT for one that went away meanwhile: it is not damaged. */
export async function unreadable(
  path: string,
  message: string,
  { fault, cause }: { fault: MediaFault; cause: unknown },
): Promise<AppError> {
  await access(path);
  return unsupported(message, { fault, cause });
}

const fileFaults = new Set(['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST']);

/** DATA_DIR_UNWRITABLE for a fault of this machine's disk; undefined for any other error. */
export function unwritable(cacheDir: string, cause: unknown): AppError | undefined {
  if (!(cause instanceof Error) || !('code' in cause) || !fileFaults.has(String(cause.code))) return undefined;
  return new AppError('DATA_DIR_UNWRITABLE', `The cache can't be written: ${cacheDir} (${cause.message}).`, {
    hint: 'Check its permissions and the free space.',
    details: { path: cacheDir },
    cause,
  });
}
