/** Pictures of templates, fetched from the engine for the window, which reaches no network by itself. */
import { AppError } from '../shared/errors.js';
import type { Engine } from './engine.js';

export interface TemplatePicture {
  bytes: Uint8Array;
  mime_type: string;
}

/** By the ending of its file: Python's own table, which the server answers by, lacks WebP on some systems. */
const types: Readonly<Record<string, string>> = {
  webp: 'image/webp',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  avif: 'image/avif',
};

/** Bytes; those of the package have some hundred thousand. */
const largest = 8 * 1024 ** 2;

/**
 * `key` is `module/name` of a template, `ending` that of its picture's file.
 *
 * @throws AppError NOT_FOUND when there is none, MEDIA_UNSUPPORTED for one that is too large, and why the engine can't be asked.
 */
export async function templatePicture(
  engine: Pick<Engine, 'ready'>,
  key: string,
  ending: string,
): Promise<TemplatePicture> {
  const mime_type = Object.hasOwn(types, ending) ? types[ending] : undefined;
  const [, module, name] = /^([^/]+)\/(.+)$/.exec(key) ?? [];
  if (module === undefined || name === undefined || /^\.+$/.test(module) || mime_type === undefined) {
    throw new AppError('NOT_FOUND', 'There is no such template.');
  }
  const client = await engine.ready();
  const found = await client.templatePicture({ module, name, picture: ending });
  if (found === undefined) throw new AppError('NOT_FOUND', `The template "${name}" has no picture.`);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of found) {
    parts.push(part);
    size += part.length;
    if (size > largest) break;
  }
  if (size > largest) {
    throw new AppError('MEDIA_UNSUPPORTED', `The picture of the template "${name}" is too large to be shown.`);
  }
  return { bytes: Buffer.concat(parts), mime_type };
}
