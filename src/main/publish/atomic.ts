/** Files that are whole or not there: written under another name in the same folder, synced, and then renamed. */
import { randomUUID } from 'node:crypto';
import { link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { systemFiles } from '../files.js';
import { codeOf } from './contain.js';

/** Never a name that can be published: those begin with a letter or digit. */
const unfinished = /^\..+\.[0-9a-f-]{36}\.tmp$/;
/** Milliseconds after which an unfinished file is one that a death left behind. */
const leftBehindMs = 3_600_000;

/** What systems without hard links answer. */
export const noLinks = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV']);

/**
 * Writes `file` whole. Without `replace` a file that is there stays, even when it came just now.
 *
 * @throws what the file system says; EEXIST when the file is there and may not be replaced.
 */
export async function writeWhole(file: string, bytes: Uint8Array, { replace }: { replace: boolean }): Promise<void> {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (replace) await rename(temporary, file);
    else await putNew(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  // The new name survives a power cut too.
  await systemFiles.syncDirectory(folder);
}

async function putNew(temporary: string, file: string): Promise<void> {
  try {
    await link(temporary, file);
  } catch (error) {
    if (!noLinks.has(codeOf(error) ?? '')) throw error;
    const there = await stat(file).then(
      () => true,
      () => false,
    );
    if (there) throw Object.assign(new Error(`${file} exists`), { code: 'EEXIST' });
    await rename(temporary, file);
  }
}

/** Removes what a death halfway left, never what is being written now. `now` is milliseconds since the epoch. */
export async function sweep(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!unfinished.test(name)) continue;
    const file = path.join(folder, name);
    const facts = await stat(file).catch(() => undefined);
    if (facts !== undefined && now - facts.mtimeMs > leftBehindMs) await rm(file, { force: true });
  }
}
