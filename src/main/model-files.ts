/**
 * Model files as the engine has them, beyond their names: which folder, how large, of which family, and a picture. Lists
 * are kept for a while, as they cost the server a walk through its folders; what has no picture is remembered too.
 */
import { AppError, toErrorValue } from '../shared/errors.js';
import type { ComfyClient } from './comfy/client.js';
import type { ListedModel } from './comfy/model-calls.js';
import type { Engine } from './engine.js';
import { createLimiter, type Media, type MediaFile } from './media/index.js';
import type { Clock, Logger } from './ports.js';

export interface ModelFile extends ListedModel {
  folder: string;
}

export interface ModelFiles {
  /**
   * Those of the names that are files of a model folder; of several folders the one that has most of them, since names
   * come from one list. Empty while the engine is away.
   */
  find(names: readonly string[]): Promise<Map<string, ModelFile>>;
  /** What a file's own metadata calls its kind of model, such as `stable-diffusion-xl-v1-base`; null where nothing does. */
  family(file: ModelFile): Promise<string | null>;
  /**
   * The picture that the engine knows of a model, or that its metadata holds (`modelspec.thumbnail`).
   * Throws MEDIA_UNAVAILABLE where there is none.
   */
  picture(folder: string, name: string, signal?: AbortSignal): Promise<MediaFile>;
}

/** Milliseconds that a folder's list, and that there is no picture, is believed. */
const listedMs = 60_000;
const absentMs = 600_000;
/** The server draws pictures in the thread that also queues prompts. */
const picturesAtOnce = 2;
const readsAtOnce = 4;

/** What was read, for as long as it is believed. */
function createBelieved<T>(clock: Clock, forMs: number) {
  const known = new Map<string, { until: number; value: Promise<T> }>();
  return {
    /** Reads once, and again when that is too old. A failure is not kept. */
    once(key: string, read: () => Promise<T>): Promise<T> {
      const now = clock.monotonic();
      const found = known.get(key);
      if (found !== undefined && now < found.until) return found.value;
      for (const [old, { until }] of known) if (until <= now) known.delete(old);
      const value = read();
      known.set(key, { until: now + forMs, value });
      value.catch(() => known.delete(key));
      return value;
    },
  };
}

export interface ModelFilesPorts {
  engine: Pick<Engine, 'ready' | 'backend'>;
  media: Pick<Media, 'modelPicture'>;
  clock: Clock;
  logger: Logger;
}

export function createModelFiles({ engine, media, clock, logger }: ModelFilesPorts): ModelFiles {
  const folders = createBelieved<string[]>(clock, listedMs);
  const lists = createBelieved<Map<string, ModelFile>>(clock, listedMs);
  const heads = createBelieved<Record<string, unknown> | undefined>(clock, absentMs);
  /** Until when it is believed that a picture is not there, or can't be drawn; monotonic milliseconds. */
  const absent = new Map<string, number>();
  const pictures = createLimiter(picturesAtOnce);
  const reads = createLimiter(readsAtOnce);

  /** Apart for each engine: what one has says nothing of another. */
  const keyOf = (...parts: readonly (string | number)[]) => JSON.stringify([engine.backend(), ...parts]);

  const foldersOf = (client: ComfyClient) => folders.once(keyOf('folders'), () => client.modelFolders());

  const listOf = (client: ComfyClient, folder: string) =>
    lists.once(keyOf('list', folder), () =>
      reads.run(async () => {
        const files = (await client.modelFiles(folder)) ?? [];
        return new Map(files.map((file) => [file.name, { ...file, folder }]));
      }),
    );

  const headOf = (client: ComfyClient, { folder, name, modified }: ModelFile) =>
    heads.once(keyOf('head', folder, name, modified), () => reads.run(() => client.modelMetadata(folder, name)));

  async function bytesOf(client: ComfyClient, file: ModelFile): Promise<Uint8Array | undefined> {
    const beside = await pictures.run(() => client.modelPicture(file.folder, file));
    return beside ?? thumbnailIn(await headOf(client, file));
  }

  return {
    async find(names) {
      const client = await engine.ready().catch((error: unknown) => {
        logger.debug('models are told of without the engine', { error: toErrorValue(error) });
        return undefined;
      });
      if (client === undefined || names.length === 0) return new Map();
      const all = await foldersOf(client);
      const held = await Promise.all(
        all.map(async (folder) => {
          const list = await listOf(client, folder);
          return names.flatMap((name) => list.get(name) ?? []);
        }),
      );
      const most = held.reduce((best, next) => (next.length > best.length ? next : best), []);
      return new Map(most.map((file) => [file.name, file]));
    },

    async family(file) {
      const head = await headOf(await engine.ready(), file);
      const told = head?.['modelspec.architecture'] ?? head?.ss_base_model_version;
      return typeof told === 'string' && told !== '' ? told.slice(0, longestFamily) : null;
    },

    async picture(folder, name, signal) {
      const client = await engine.ready();
      const file = (await listOf(client, folder)).get(name);
      if (file === undefined) throw noPicture(folder, name);
      const key = keyOf('picture', folder, file.pathIndex, name, file.modified, file.size);
      const fetch = async () => {
        const bytes = await bytesOf(client, file);
        if (bytes === undefined) throw noPicture(folder, name);
        return bytes;
      };
      if (clock.monotonic() < (absent.get(key) ?? 0)) throw noPicture(folder, name);
      try {
        return await media.modelPicture(key, fetch, signal);
      } catch (error) {
        const lasting = error instanceof AppError && ['MEDIA_UNAVAILABLE', 'MEDIA_UNSUPPORTED'].includes(error.code);
        if (lasting) absent.set(key, clock.monotonic() + absentMs);
        throw error;
      }
    },
  };
}

/** Characters of a family's name; headers may hold anything. */
const longestFamily = 60;

/** `modelspec.thumbnail` is a data address of a JPEG. Source: the Stability AI model metadata standard. */
function thumbnailIn(head: Record<string, unknown> | undefined): Uint8Array | undefined {
  const address = head?.['modelspec.thumbnail'];
  if (typeof address !== 'string') return undefined;
  const [, text] = /^data:image\/[\w.+-]+;base64,([A-Za-z0-9+/=\s]+)$/.exec(address) ?? [];
  return text === undefined ? undefined : Buffer.from(text, 'base64');
}

function noPicture(folder: string, name: string): AppError {
  return new AppError('MEDIA_UNAVAILABLE', `No picture of ${name} is known.`, { details: { folder, name } });
}
