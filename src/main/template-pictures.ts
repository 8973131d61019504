/** Pictures of templates, fetched from the engine for the window, which reaches no network by itself. */
import { AppError } from '../shared/errors.js';
import type { Engine } from './engine.js';

export interface TemplatePicture {
  bytes: Uint8Array;
  mime_type: string;
}

/** Bytes; those of the package have some hundred thousand. */
const largest = 8 * 1024 ** 2;

/**
 * `key` is `module/name` of a template, `ending` that of its picture's file.
 *
 * @throws AppError NOT_FOUND when there is none, MEDIA_UNSUPPORTED for what is no picture, and why the engine can't be asked.
 */
export async function templatePicture(
  engine: Pick<Engine, 'ready'>,
  key: string,
  ending: string,
): Promise<TemplatePicture> {
  const [, module, name] = /^([^/]+)\/(.+)$/.exec(key) ?? [];
  if (module === undefined || name === undefined || /^\.+$/.test(module) || !/^[a-z]{3,4}$/.test(ending)) {
    throw new AppError('NOT_FOUND', 'There is no such template.');
  }
  const client = await engine.ready();
  const found = await client.templatePicture({ module, name, picture: ending });
  if (found === undefined) throw new AppError('NOT_FOUND', `The template "${name}" has no picture.`);
  const { body, mime_type } = found;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size > largest) break;
  }
  if (!mime_type.startsWith('image/') || size > largest) {
    throw new AppError('MEDIA_UNSUPPORTED', `What the template "${name}" has is no picture that can be shown.`);
  }
  return { bytes: Buffer.concat(parts), mime_type };
}
