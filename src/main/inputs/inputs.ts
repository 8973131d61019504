/**
 * Files on their way into an engine. Each content is uploaded once: it is known by its hash, and asked for before it is
 * used again, since people empty ComfyUI's input folder.
 */
import type { Asset } from '../../shared/asset.js';
import { AppError } from '../../shared/errors.js';
import { type Content, contentOfFile } from './content.js';

/** Below the engine's input folder, so that a person's own files there stay apart. */
const subfolder = 'comfyui-mcp';

export interface KnownInput {
  name: string;
  asset_id: string;
}

/** What an engine's client has to do. */
export interface InputClient {
  upload(file: { filename: string; data: Uint8Array; contentType: string; subfolder: string; type: 'input' }): Promise<{
    name: string;
    subfolder?: string | undefined;
  }>;
  view(
    file: { filename: string; subfolder: string; type: string },
    options: { method: 'HEAD' },
  ): Promise<{ body: { destroy(): unknown } }>;
}

export interface InputStore {
  known(backend: string, hash: string): KnownInput | undefined;
  remember(backend: string, hash: string, input: KnownInput): void;
  add(file: {
    backend: string;
    subfolder: string;
    filename: string;
    session_id: string | null;
    client_name: string | null;
    parent_asset_id: string | null;
  }): Asset;
}

export interface InputPorts {
  store: InputStore;
  /** Throws COMFYUI_UNREACHABLE and its like. */
  ready(): Promise<InputClient>;
  backend(): string;
  /** Whether an asset is in the library. */
  exists(assetId: string): boolean;
  /** The file of an asset on this machine. */
  original(asset: Asset, signal: AbortSignal): Promise<{ path: string }>;
}

/** Who gives a file that is no asset yet. */
export interface Giver {
  session_id: string | null;
  client_name: string | null;
  parent_asset_id: string | null;
}

export interface Given extends KnownInput {
  /** The engine had it already. */
  already: boolean;
}

export interface Inputs {
  /** Puts a content on the engine, and into the library where it is not in it. */
  give(content: Content, giver: Giver): Promise<Given>;
  /** Puts the file of an asset on the engine. @throws AppError as reading it does. */
  giveAsset(asset: Asset, signal: AbortSignal): Promise<Given & { kind: Content['kind'] }>;
}

export function createInputRoom({ store, ready, backend, exists, original }: InputPorts): Inputs {
  /** The same content twice at a time is one upload. */
  const running = new Map<string, Promise<Given>>();

  const once = (key: string, work: () => Promise<Given>): Promise<Given> => {
    const going = running.get(key);
    if (going !== undefined) return going.then((given) => ({ ...given, already: true }));
    const mine = work().finally(() => running.delete(key));
    running.set(key, mine);
    return mine;
  };

  const put = async (content: Content, assetFor: (name: string, at: string) => string): Promise<Given> => {
    const client = await ready();
    const at = backend();
    const known = store.known(at, content.hash);
    if (known !== undefined && (await isThere(client, known.name))) {
      if (exists(known.asset_id)) return { ...known, already: true };
      const again = { name: known.name, asset_id: assetFor(known.name, at) };
      store.remember(at, content.hash, again);
      return { ...again, already: true };
    }
    const { filename, bytes, mime } = content;
    const answer = await client.upload({ filename, data: bytes, contentType: mime, subfolder, type: 'input' });
    const name = answer.subfolder ? `${answer.subfolder}/${answer.name}` : answer.name;
    const input = { name, asset_id: assetFor(name, at) };
    store.remember(at, content.hash, input);
    return { ...input, already: false };
  };

  return {
    give: (content, giver) =>
      once(`${backend()} ${content.hash}`, () =>
        put(content, (name, at) => {
          const known = store.known(at, content.hash);
          // Made here, and uploaded by somebody from elsewhere: one picture, one asset.
          if (known !== undefined && exists(known.asset_id)) return known.asset_id;
          return store.add({ backend: at, ...placeOf(name), ...giver }).asset_id;
        }),
      ),
    async giveAsset(asset, signal) {
      const { path } = await original(asset, signal);
      const content = await contentOfFile(path, { folders: undefined, name: asset.filename });
      const given = await once(`${backend()} ${content.hash} ${asset.asset_id}`, () =>
        put(content, () => asset.asset_id),
      );
      return { ...given, asset_id: asset.asset_id, kind: content.kind };
    },
  };
}

async function isThere(client: InputClient, name: string): Promise<boolean> {
  try {
    const { body } = await client.view({ ...placeOf(name), type: 'input' }, { method: 'HEAD' });
    body.destroy();
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'MEDIA_UNAVAILABLE') return false;
    throw error;
  }
}

/** Folder and file of an input name; servers on Windows write backslashes. */
function placeOf(name: string): { subfolder: string; filename: string } {
  const parts = name.split(/[\\/]/);
  return { subfolder: parts.slice(0, -1).join('/'), filename: parts.at(-1) ?? name };
}
