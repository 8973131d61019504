/** `manifest.json` in the publish folder: key → file name, for pages that ask by key. */
import { readFile } from 'node:fs/promises';
import { parseJsonObject } from '../../shared/config-text.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { writeWhole } from './atomic.js';
import { isMissing } from './contain.js';

export const manifestName = 'manifest.json';

export type Manifest = Readonly<Record<string, unknown>>;

/** What is in it; empty when there is no file. @throws AppError PUBLISH_FAILED for a broken one, which stays as it is. */
export async function readManifest(file: string): Promise<Manifest> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
  if (text.trim() === '') return {};
  try {
    return parseJsonObject(text, file);
  } catch (error) {
    throw new AppError('PUBLISH_FAILED', toErrorValue(error).message, {
      hint: 'Correct that file, or move it away; nothing was published and it was left as it is.',
      details: { path: file },
      cause: error,
    });
  }
}

/** Writes it with one more entry. Others are kept, whatever they are. */
export async function writeManifest(file: string, manifest: Manifest, key: string, filename: string): Promise<void> {
  const text = `${JSON.stringify({ ...manifest, [key]: filename }, undefined, 2)}\n`;
  await writeWhole(file, Buffer.from(text), { replace: true });
}
