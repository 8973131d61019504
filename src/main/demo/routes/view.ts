/** GET /view: files of the three folders, re-encoded on request. Source: ComfyUI 0.3.64, server.py view_image(). */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { sharp } from '../../sharp.js';
import type { EngineParts } from '../engine.js';
import { annotated, folderOf, inside } from '../files.js';
import { type Answer, type DemoRequest, empty, type Route } from '../http.js';
import { mimeType } from '../mime.js';
import { sendFile } from '../send-file.js';

/** Types that a browser would run as a page of this origin. */
const ACTIVE = ['text/html', 'text/javascript', 'application/javascript', 'text/css'];
const ACTIVE_LATE = [...ACTIVE, 'image/svg+xml', 'text/xml', 'application/xml'];
const PREVIEW_QUALITY = 90;

export function viewRoutes(engine: EngineParts): Route[] {
  return [{ method: 'GET', path: '/view', handler: (request) => view(engine, request) }];
}

async function view(engine: EngineParts, request: DemoRequest): Promise<Answer> {
  const { query } = request;
  const requested = query.get('filename');
  if (requested === null) return empty(404);
  const { name, type } = annotated(requested);
  if (name === '' || name.startsWith('/') || name.includes('..')) return empty(400);
  const folder = folderOf(engine.folders, type ?? query.get('type') ?? 'output');
  if (folder === undefined) return empty(400);
  const subfolder = await inside(folder, query.get('subfolder') ?? '');
  if (subfolder === undefined) return empty(403);
  const filename = basename(name);
  const path = await inside(subfolder, filename);
  if (path === undefined || !(await isFile(path))) return empty(404);

  const disposition = { 'content-disposition': headerText(`filename="${filename}"`) };
  if (query.has('preview')) return preview(path, query, disposition);
  if (query.get('channel') === 'rgb') return rgb(path, disposition);
  if (query.get('channel') === 'a') return alpha(path, disposition);
  return sendFile(path, request, typeHeaders(engine, filename, disposition));
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );
}

function typeHeaders(
  { profile }: EngineParts,
  filename: string,
  disposition: Record<string, string>,
): Record<string, string> {
  const type = mimeType(filename);
  if (!(profile.jobs ? ACTIVE_LATE : ACTIVE).includes(type)) return { ...disposition, 'content-type': type };
  const plain = { ...disposition, 'content-type': 'application/octet-stream' };
  if (!profile.jobs) return plain;
  return {
    ...plain,
    'content-disposition': `attachment; ${disposition['content-disposition']}`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
}

/** `preview=webp;90` or `jpeg;90`; anything else is webp. */
async function preview(path: string, query: URLSearchParams, headers: Record<string, string>): Promise<Answer> {
  const parts = (query.get('preview') ?? '').split(';');
  const format = parts[0] === 'jpeg' && !(query.get('channel') ?? '').includes('a') ? 'jpeg' : 'webp';
  const last = parts.at(-1) ?? '';
  const quality = /^\d+$/.test(last) ? Math.min(100, Math.max(1, Number(last))) : PREVIEW_QUALITY;
  const image = sharp(path);
  const body = await (format === 'jpeg' ? image.flatten().jpeg({ quality }) : image.webp({ quality })).toBuffer();
  return { status: 200, headers: { ...headers, 'content-type': `image/${format}` }, body };
}

async function rgb(path: string, headers: Record<string, string>): Promise<Answer> {
  const body = await sharp(path).removeAlpha().png().toBuffer();
  return { status: 200, headers: { ...headers, 'content-type': 'image/png' }, body };
}

/** The alpha channel alone: black pixels that are as opaque as the image's. */
async function alpha(path: string, headers: Record<string, string>): Promise<Answer> {
  const { data, info } = await sharp(path).ensureAlpha().extractChannel(3).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const body = await sharp({ create: { width, height, channels: 3, background: 'black' } })
    .joinChannel(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
  return { status: 200, headers: { ...headers, 'content-type': 'image/png' }, body };
}

/** UTF-8 bytes as Node wants them in a header; what would break the header is left out. */
export function headerText(value: string): string {
  return Buffer.from(value.replace(/\p{Cc}/gu, ''), 'utf8').toString('latin1');
}
