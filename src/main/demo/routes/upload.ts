/** POST /upload/image and /upload/mask. Source: ComfyUI 0.3.64, server.py image_upload(). */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { sharp } from '../../sharp.js';
import type { EngineParts } from '../engine.js';
import { annotated, folderOf, inside } from '../files.js';
import { type Answer, type DemoRequest, empty, json, type Route } from '../http.js';
import { parsePythonJson } from '../json.js';
import { type FormPart, parseForm } from '../multipart.js';
import { PythonError } from '../python.js';

type Form = Map<string, FormPart>;
/** Writes the uploaded bytes to a path. */
type Save = (data: Buffer, path: string, form: Form) => Promise<void>;

export function uploadRoutes(engine: EngineParts): Route[] {
  const plain: Save = (data, path) => writeFile(path, data);
  const mask: Save = (data, path, form) => saveMask(engine, data, path, form);
  return [
    { method: 'POST', path: '/upload/image', handler: (request) => upload(engine, request, plain) },
    { method: 'POST', path: '/upload/mask', handler: (request) => upload(engine, request, mask) },
  ];
}

async function upload({ folders }: EngineParts, request: DemoRequest, save: Save): Promise<Answer> {
  const form = parseForm(request.headers['content-type'], await request.body());
  const image = form.get('image');
  if (image?.filename === undefined) return empty(400);
  const type = textOf(form, 'type') ?? 'input';
  const subfolder = textOf(form, 'subfolder') ?? '';
  const root = folderOf(folders, type);
  if (root === undefined) throw new PythonError('UnboundLocalError', `no folder of type ${type}`);
  const folder = await inside(root, subfolder);
  const wanted = folder === undefined ? undefined : await inside(folder, image.filename);
  if (folder === undefined || wanted === undefined) return empty(400);
  if (image.filename === '') throw new PythonError('IsADirectoryError', 'the file has no name');
  await mkdir(folder, { recursive: true });
  const overwrite = ['true', '1'].includes(textOf(form, 'overwrite') ?? '');
  const { name, exists } = overwrite
    ? { name: image.filename, exists: false }
    : await freeName(folder, image.filename, image.data);
  if (!exists) await save(image.data, join(folder, name), form);
  return json({ name, subfolder, type });
}

function textOf(form: Form, name: string): string | undefined {
  return form.get(name)?.data.toString('utf8');
}

/** A name that is free, or that of a file with the same content: `a.png`, `a (1).png`, … */
async function freeName(folder: string, filename: string, data: Buffer): Promise<{ name: string; exists: boolean }> {
  const extension = extname(filename);
  const stem = filename.slice(0, filename.length - extension.length);
  let name = filename;
  for (let count = 1; ; count += 1) {
    const path = await inside(folder, name);
    const there = path === undefined ? undefined : await readFile(path).catch(() => undefined);
    if (!there) return { name, exists: false };
    if (there.equals(data)) return { name, exists: true };
    name = `${stem} (${count})${extension}`;
  }
}

/** The original's colours with the uploaded image's alpha; nothing when there is no original. */
async function saveMask({ folders }: EngineParts, data: Buffer, path: string, form: Form): Promise<void> {
  const reference = parsePythonJson(textOf(form, 'original_ref') ?? '') as Record<string, unknown> | null;
  const filename = reference?.filename;
  if (typeof filename !== 'string') throw new PythonError('KeyError', "'filename'");
  const { name, type } = annotated(filename);
  if (name === '' || name.startsWith('/') || name.includes('..')) return;
  const root = folderOf(folders, type ?? String(reference?.type ?? 'output'));
  const original = root === undefined ? undefined : await inside(root, String(reference?.subfolder ?? ''), name);
  if (original === undefined || !(await stat(original).catch(() => undefined))?.isFile()) return;
  const { width, height } = await sharp(original).metadata();
  const alpha = await sharp(data)
    .resize(width, height, { fit: 'fill' })
    .ensureAlpha()
    .extractChannel(3)
    .raw()
    .toBuffer();
  // Two passes: sharp takes away alpha last, whatever the order of the calls.
  const colours = await sharp(original).removeAlpha().toColourspace('srgb').raw().toBuffer();
  const merged = await sharp(colours, { raw: { width, height, channels: 3 } })
    .joinChannel(alpha, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, merged);
}
