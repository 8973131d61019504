/** Where an asset came from and where its file lies, for the person. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Asset } from '../../shared/asset.js';
import type { Handlers } from '../../shared/contract.js';
import type { AssetLocation } from '../registry/index.js';
import type { Rooms } from './rooms.js';
import { missingAsset } from './visible.js';

export function createOriginHandlers(rooms: Rooms): Pick<Handlers, 'get_asset_origin' | 'get_makers'> {
  const { registry, settings, media, engine } = rooms;

  /** The folder that ComfyUI, or the demo engine, has its files in; undefined where it is not known. */
  const rootOf = ({ backend, folder_type }: AssetLocation): string | undefined => {
    if (backend === 'demo') return path.join(settings.dataDir, 'demo', folder_type);
    return folder_type === 'output' && backend === engine.backend()
      ? settings.folder('comfyui_output_root')
      : undefined;
  };

  const fileOf = async (asset: Asset) => {
    for (const { path: file } of registry.sources.filesOf(asset.asset_id)) {
      if (await isFile(file)) return { path: file, copy: false };
    }
    const place = registry.assets.location(asset.asset_id);
    const root = place === undefined || place.superseded ? undefined : rootOf(place);
    const file = root === undefined || place === undefined ? undefined : within(root, place.subfolder, place.filename);
    if (file !== undefined && (await isFile(file))) return { path: file, copy: false };
    const copy = await media.local(asset);
    return copy === undefined ? null : { path: copy.path, copy: true };
  };

  return {
    async get_asset_origin({ asset_id }) {
      const asset = registry.assets.get(asset_id);
      if (!asset) throw missingAsset(rooms, asset_id);
      const session = asset.session_id === null ? undefined : registry.sessions.get(asset.session_id);
      return {
        client_version: session?.client_name === asset.client_name ? (session?.client_version ?? null) : null,
        session_began: session === undefined ? null : new Date(session.created_ms).toISOString(),
        file: await fileOf(asset),
      };
    },

    get_makers: async ({ from, to, ...filter }) => ({
      makers: await registry.reader.ask('makers', { ...filter, from, to }),
    }),
  };
}

/** A place below a folder; undefined for a name that leads out of it, as whatever wrote it may have called it anything. */
function within(root: string, ...parts: string[]): string | undefined {
  const file = path.resolve(root, ...parts.map((part) => part.replaceAll('\\', '/')));
  return file.startsWith(path.resolve(root) + path.sep) ? file : undefined;
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
