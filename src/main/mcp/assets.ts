/**
 * Addresses under which the person's browser opens an asset, with or without a token: `/a/<asset id>/<signature>/<filename>`.
 * Nobody can guess one, and what is served can't act: no scripts, no guessing of types, no use in foreign pages.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { parseRange } from '../../shared/byte-range.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import type { Logger } from '../ports.js';
import { sendJson } from './exchange.js';

/** A file on disk that holds an asset's bytes. */
export interface AssetFile {
  path: string;
  /** Bytes. */
  size: number;
  mime_type: string;
  filename: string;
}

export interface AssetDoor {
  /** Path of an asset's address, signed. */
  pathOf(asset: { asset_id: string; filename: string }): string;
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

const signatureLength = 22;

/** Types a browser shows without running anything in them. Everything else is a download. */
const shown = /^(image\/(?!svg)[\w.+-]+|video\/[\w.+-]+|audio\/[\w.+-]+|text\/plain|application\/json)$/;

const statusOf: Partial<Record<string, number>> = {
  ASSET_NOT_FOUND: 404,
  NOT_FOUND: 404,
  ASSET_EXPIRED: 410,
  MEDIA_UNAVAILABLE: 503,
  COMFYUI_UNREACHABLE: 503,
};

/** @param key HMAC key of the data directory; addresses live as long as it does */
export function createAssetDoor({
  key,
  assetFile,
  logger,
}: {
  key: Buffer;
  assetFile: (assetId: string) => Promise<AssetFile>;
  logger: Logger;
}): AssetDoor {
  const sign = (assetId: string, filename: string) =>
    createHmac('sha256', key).update(`asset\n${assetId}\n${filename}`).digest('base64url').slice(0, signatureLength);

  const verify = (path: string): string | undefined => {
    const [id, signature, filename, ...rest] = path.slice('/a/'.length).split('/').map(decode);
    if (id === undefined || signature === undefined || filename === undefined || rest.length > 0) return undefined;
    const wanted = Buffer.from(sign(id, filename));
    const given = Buffer.from(signature);
    return given.length === wanted.length && timingSafeEqual(given, wanted) ? id : undefined;
  };

  const serve = async (assetId: string, req: IncomingMessage, res: ServerResponse) => {
    const file = await assetFile(assetId);
    const handle = await open(file.path, 'r').catch((cause: unknown) => {
      // The system's own words would tell a path of this machine.
      throw new AppError('MEDIA_UNAVAILABLE', 'The file of this asset is gone.', { cause });
    });
    try {
      await sendFile(file, handle, req, res);
    } finally {
      await handle.close();
    }
  };

  return {
    pathOf: ({ asset_id, filename }) =>
      `/a/${encodeURIComponent(asset_id)}/${sign(asset_id, filename)}/${encodeURIComponent(filename)}`,
    async handle(req, res) {
      const refuse = (status: number, error: string, headers?: Record<string, string>) =>
        sendJson(res, status, { error }, headers);
      if (req.method !== 'GET' && req.method !== 'HEAD') return refuse(405, 'Read only.', { allow: 'GET, HEAD' });
      // `none`: typed, or opened by another program. Pages elsewhere, also on other local ports, have no business here.
      const site = req.headers['sec-fetch-site'];
      if (site !== undefined && site !== 'none' && site !== 'same-origin') {
        return refuse(403, 'Other sites may not use assets.');
      }
      const assetId = verify((req.url ?? '').split('?', 1)[0] ?? '');
      if (assetId === undefined) return refuse(404, 'Not found.');
      try {
        await serve(assetId, req, res);
      } catch (error) {
        // A browser that stops reading, as players do, is no failure.
        if (res.headersSent || res.destroyed) return void res.destroy();
        const { code, message, hint } = toErrorValue(error);
        logger.warn('An asset could not be served', { asset_id: assetId, code, error });
        sendJson(res, statusOf[code] ?? 500, { error: message, error_code: code, ...(hint && { hint }) });
      }
    },
  };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

async function sendFile(file: AssetFile, handle: FileHandle, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { size, mtimeMs } = await handle.stat();
  const etag = `"${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`;
  const headers = { ...headersOf(file), etag };
  if (req.headers['if-none-match']?.split(/\s*,\s*/).includes(etag)) {
    res.writeHead(304, headers).end();
    return;
  }
  const ifRange = req.headers['if-range'];
  const range = ifRange === undefined || ifRange === etag ? parseRange(req.headers.range, size) : undefined;
  if (range === 'unsatisfiable') {
    res.writeHead(416, { ...headers, 'content-range': `bytes */${size}`, 'content-length': 0 }).end();
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  res.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    'content-length': end - start + 1,
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (req.method === 'HEAD' || size === 0) {
    res.end();
    return;
  }
  await pipeline(handle.createReadStream({ start, end, autoClose: false }), res);
}

function headersOf({ mime_type, filename }: AssetFile): Record<string, string> {
  const inline = shown.test(mime_type);
  const text = mime_type === 'text/plain' ? '; charset=utf-8' : '';
  const ascii = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return {
    'content-type': inline ? mime_type + text : 'application/octet-stream',
    'content-disposition': `${inline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(filename).replace(/['()*]/g, percent)}`,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    // A browser's player asks for its ranges as the page it stands in; fully sandboxed it would be a stranger to us.
    'content-security-policy': /^(audio|video)\//.test(mime_type) ? 'sandbox allow-same-origin' : 'sandbox',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
