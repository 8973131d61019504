/** Where a path really leads: links are followed before anything is compared, and nothing is trusted by its spelling. */
import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../shared/errors.js';

/** Whether `inner` is `outer` or lies below it. Both must be real paths. */
export function isInside(inner: string, outer: string): boolean {
  const way = path.relative(outer, inner);
  return way === '' || (way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way));
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

/** The real path of what is there; undefined when nothing is. A link that leads nowhere counts as there. */
async function realOf(name: string, root: string): Promise<string | undefined> {
  const facts = await lstat(name).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (facts === undefined) return undefined;
  return realpath(name).catch((error: unknown) => {
    if (isMissing(error)) throw leadsAway(name, root);
    throw error;
  });
}

/**
 * The real path of a file or folder below the real folder `root`, followed step by step; what does not exist yet is
 * joined on.
 *
 * @throws AppError PATH_TRAVERSAL_DETECTED when a link leads out of `root`, or nowhere.
 */
export async function resolveInside(root: string, ...steps: readonly string[]): Promise<string> {
  let at = root;
  for (const step of steps) {
    const next = path.join(at, step);
    const real = (await realOf(next, root)) ?? next;
    if (!isInside(real, root)) throw leadsAway(next, root);
    at = real;
  }
  return at;
}

function leadsAway(name: string, root: string): AppError {
  return new AppError('PATH_TRAVERSAL_DETECTED', `${name} leads out of ${root}; nothing was written.`, {
    hint: 'Replace the link by a real folder or file, or publish under another name.',
    details: { path: name, root },
  });
}
