/** Where the bytes of an asset come from: the engine that made it, or the demo engine's folder even while it is off. */
import { createReadStream } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { Asset } from '../shared/asset.js';
import { AppError } from '../shared/errors.js';
import type { Engine } from './engine.js';
import { type AssetLocation, ownBackend, recoveredBackend } from './registry/index.js';

export interface Original {
  body: AsyncIterable<Uint8Array>;
  size: number | null;
}

export interface OriginalsPorts {
  engine: Pick<Engine, 'backend' | 'ready'>;
  /** The demo engine's data folder. */
  demoRoot: string;
  location(assetId: string): AssetLocation | undefined;
  /** The content of an asset that has no file. */
  text(assetId: string): string | undefined;
  /** Told when it turns out whether the file is still there. */
  found(assetId: string, there: boolean): void;
}

/**
 * Answers a function that opens an asset's file, and throws MEDIA_UNAVAILABLE with the reason where none can be had. What
 * it learns of whether the file is still there it tells; an engine that is away proves nothing.
 */
export function createOriginals({ engine, demoRoot, location, text, found }: OriginalsPorts) {
  const open = async (asset: Asset, place: AssetLocation, signal?: AbortSignal): Promise<Original> => {
    if (place.backend.startsWith('folder:')) throw lost(asset, 'is no longer in the folder it was imported from');
    if (place.superseded) throw lost(asset, 'was replaced by a newer file of the same name');
    if (engine.backend() === place.backend) {
      const client = await engine.ready();
      const { body, size } = await client.view(
        { filename: place.filename, subfolder: place.subfolder, type: place.folder_type },
        signal ? { signal } : {},
      );
      return { body, size: size ?? null };
    }
    if (place.backend === 'demo') return fromFolder(asset, path.join(demoRoot, place.folder_type), place);
    if (place.backend === recoveredBackend || place.backend === ownBackend)
      throw lost(asset, 'is no longer in the cache, its only place');
    throw gone(asset, `lies at ${place.backend}, which is not connected`);
  };

  const tell = (asset: Asset, there: boolean) => {
    try {
      found(asset.asset_id, there);
    } catch {
      // The disk is full, which was told: it is learnt again with the next look at the file.
    }
  };

  return async (asset: Asset, signal?: AbortSignal): Promise<Original> => {
    const place = location(asset.asset_id);
    if (!place) throw gone(asset, 'is not in the library');
    const content = text(asset.asset_id);
    if (content !== undefined) return fromText(content);
    try {
      const original = await open(asset, place, signal);
      tell(asset, true);
      return original;
    } catch (error) {
      if (isLost(error)) tell(asset, false);
      throw error;
    }
  };
}

/** Whether it is certain that the file is no more: nobody has it, or ComfyUI says so. */
function isLost(error: unknown): boolean {
  if (!(error instanceof AppError) || error.code !== 'MEDIA_UNAVAILABLE') return false;
  return error.details?.lost === true || error.details?.status === 404;
}

function fromText(content: string): Original {
  const bytes = Buffer.from(content);
  return { body: Readable.from([bytes]), size: bytes.byteLength };
}

async function fromFolder(asset: Asset, folder: string, place: AssetLocation): Promise<Original> {
  const wanted = path.resolve(folder, place.subfolder, place.filename);
  const [file, root] = await Promise.all([wanted, folder].map((name) => realpath(name).catch(() => undefined)));
  if (!file || !root || !file.startsWith(root + path.sep)) throw lost(asset, 'is no longer in the demo folder');
  const { size } = await stat(file);
  return { body: createReadStream(file), size };
}

function lost(asset: Asset, why: string): AppError {
  return gone(asset, why, { lost: true });
}

function gone(asset: Asset, why: string, details = {}): AppError {
  return new AppError('MEDIA_UNAVAILABLE', `The file ${asset.filename} ${why}.`, {
    hint: 'Its record and parameters are still there.',
    details: { asset_id: asset.asset_id, ...details },
  });
}
