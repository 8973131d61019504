/**
 * The two schemes the window lives on: `app://window/` serves the page itself (a real origin, unlike file:), `asset://`
 * serves thumbnails and originals. Neither reaches the network.
 */
import path from 'node:path';
import { assetScheme } from '../../shared/bridge.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { mostThumbnails, type ThumbnailAtHand } from '../../shared/thumbnail.js';
import type { Logger } from '../ports.js';
import { protocol } from './electron.js';
import { fileResponse, type ServedFile } from './files.js';

export const appScheme = 'app';
export const appOrigin = `${appScheme}://window`;

const pageTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
};

/** Must run before the app is ready. */
export function declareSchemes(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true } },
    {
      scheme: assetScheme,
      privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, corsEnabled: true },
    },
  ]);
}

/** What the asset scheme needs from the core. */
export interface AssetFiles {
  thumbnail(assetId: string, size: 256 | 768): Promise<ServedFile>;
  /** For each id; null where nothing was made before. */
  thumbnailsAtHand(assetIds: readonly string[], pixels: number): Promise<(ThumbnailAtHand | null)[]>;
  peaks(assetId: string): Promise<ServedFile>;
  original(assetId: string): Promise<ServedFile>;
  template(key: string, ending: string): Promise<{ bytes: Uint8Array; mime_type: string }>;
  modelPicture(folder: string, name: string): Promise<ServedFile>;
}

/** Serves the page from `pageDir`, to the window unless another session's protocols are given. Paths that leave the folder, and files that aren't there, are 404. */
export function servePage(pageDir: string, to: Electron.Protocol = protocol): void {
  to.handle(appScheme, async (request) => {
    const url = new URL(request.url);
    const name = nameIn(url);
    const file = path.resolve(pageDir, name === '' ? 'index.html' : (name ?? '..'));
    if (url.host !== 'window' || !file.startsWith(pageDir + path.sep)) {
      return new Response('Not found', { status: 404 });
    }
    const mime_type = pageTypes[path.extname(file)] ?? 'application/octet-stream';
    return fileResponse(request, { path: file, mime_type }, { 'X-Content-Type-Options': 'nosniff' });
  });
}

/** What was made of the file behind an id never changes. */
const forever = { 'Cache-Control': 'private, max-age=31536000, immutable' };

/** Templates change when the engine is updated. */
const forAnHour = { 'Cache-Control': 'private, max-age=3600' };

/** Serves the registry's media. `assets` is undefined while the core does not run. */
export function serveAssets(assets: () => AssetFiles | undefined, pageOrigin: string, logger: Logger): void {
  protocol.handle(assetScheme, async (request) => {
    const headers = {
      'Access-Control-Allow-Origin': pageOrigin,
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    };
    const source = assets();
    const url = new URL(request.url);
    const id = nameIn(url);
    if (!source || !id) return new Response('Not found', { status: 404, headers });
    try {
      if (url.host === 'thumbnail') {
        const file = await source.thumbnail(id, url.searchParams.get('size') === '768' ? 768 : 256);
        return fileResponse(request, file, { ...headers, ...forever });
      }
      if (url.host === 'thumbnails') {
        const ids = url.searchParams.get('ids')?.split(' ').slice(0, mostThumbnails) ?? [];
        return Response.json(await source.thumbnailsAtHand(ids, Number(id)), { headers });
      }
      if (url.host === 'peaks') return fileResponse(request, await source.peaks(id), { ...headers, ...forever });
      if (url.host === 'model') {
        const [folder = '', ...name] = id.split('/');
        const file = await source.modelPicture(folder, name.join('/'));
        return fileResponse(request, file, { ...headers, ...forever });
      }
      if (url.host === 'original') return fileResponse(request, await source.original(id), headers);
      if (url.host === 'template') {
        const { bytes, mime_type } = await source.template(id, url.searchParams.get('ending') ?? '');
        return new Response(bytes, { headers: { ...headers, ...forAnHour, 'Content-Type': mime_type } });
      }
      return new Response('Not found', { status: 404, headers });
    } catch (error) {
      if (!(error instanceof AppError)) logger.error('an asset could not be served', { id, error });
      const value = toErrorValue(error);
      return Response.json(value, { status: value.code === 'MEDIA_UNSUPPORTED' ? 415 : 404, headers });
    }
  });
}

/** The path without its slash, decoded; undefined when it is no proper one. */
function nameIn(url: URL): string | undefined {
  try {
    return decodeURIComponent(url.pathname.slice(1));
  } catch {
    return undefined;
  }
}
