/** Looking at what was made: lists, details, pictures. */
import { z } from 'zod';
import type { Asset } from '../../shared/asset.js';
import { isRecord } from '../../shared/config-text.js';
import type { Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { printable } from '../../shared/exact-json.js';
import type { Rooms } from './rooms.js';
import { namedSession } from './submission.js';
import { missingAsset, visibleAsset } from './visible.js';

/** Of a large family the newest ones; the count tells the rest. */
const listedChildren = 100;
/** Characters of a text in a history: error reports of nodes hold whole tensors in words. */
const historyText = 2000;

const documentSchema = z.record(z.string(), z.unknown());

export type AssetHandlers = Pick<
  Handlers,
  'list_assets' | 'view_image' | 'get_asset_metadata' | 'get_assets' | 'get_asset_document' | 'keep_peaks'
>;

export function createAssetHandlers(rooms: Rooms): AssetHandlers {
  const { registry, media, assetUrl } = rooms;
  return {
    async list_assets({ limit = 10, cursor, sort, facets, session_id, ...rest }, context) {
      const filter = {
        ...rest,
        ...(session_id === undefined ? {} : { session_id: namedSession(session_id, context) }),
      };
      const { reader } = registry;
      const [page, total, counted] = await Promise.all([
        reader.ask('list', { ...filter, limit, cursor, sort }),
        reader.ask('count', filter),
        facets === true ? reader.ask('facets', filter) : undefined,
      ]);
      return {
        assets: page.assets.map((asset) => listed(asset, assetUrl(asset))),
        count: page.assets.length,
        limit,
        total,
        ...(page.next_cursor === undefined ? {} : { next_cursor: page.next_cursor }),
        ...(counted === undefined ? {} : { facets: counted }),
      };
    },

    async view_image({ asset_id, mode = 'thumb', max_dim = 512, max_b64_chars = 100_000 }, context) {
      const asset = visibleAsset(rooms, asset_id, context);
      const isFilm = asset.media_kind === 'video';
      const noImage = () =>
        new AppError('MEDIA_UNSUPPORTED', `${asset.filename} is ${article(asset.media_kind)}, not an image.`, {
          hint: `Give the person this address instead: ${assetUrl(asset)}`,
          details: { asset_id, media_kind: asset.media_kind, asset_url: assetUrl(asset) },
        });
      if (asset.media_kind !== 'image' && !isFilm && mode === 'thumb') throw noImage();
      const facts = {
        asset_id,
        asset_url: assetUrl(asset),
        filename: asset.filename,
        mime_type: asset.mime_type,
        width: asset.width,
        height: asset.height,
        bytes_size: asset.bytes_size,
      };
      if (mode === 'metadata') return facts;
      const limits = { maxDim: max_dim, maxB64Chars: max_b64_chars };
      const { bytes, mime_type, width, height } = await media.preview(asset, limits).catch((error: unknown) => {
        // Of a film there is a still only where somebody could draw one.
        throw isFilm && error instanceof AppError && error.code === 'MEDIA_UNSUPPORTED' ? noImage() : error;
      });
      context.attachImage({ bytes, mime_type });
      const still = isFilm ? { poster_frame: true as const } : {};
      return { ...facts, preview: { mime_type, width, height, bytes_size: bytes.byteLength, ...still } };
    },

    async get_asset_metadata({ asset_id }, context) {
      const asset = visibleAsset(rooms, asset_id, context);
      const { prompt_id, parent_asset_id } = asset;
      const graph = prompt_id === null ? undefined : registry.jobs.graph(prompt_id);
      const history = prompt_id === null ? undefined : registry.jobs.history(prompt_id);
      const lineage = await registry.reader.ask('lineage', asset_id);
      const ancestors = (lineage?.nodes ?? []).filter(({ generation }) => generation < 0).reverse();
      const family = { parent_asset_id: asset_id, include_expired: true };
      return {
        ...asset,
        asset_url: assetUrl(asset),
        submitted_workflow: graph ? documentSchema.parse(printable(graph)) : null,
        comfy_history: history ? [documentSchema.parse(shortened(printable(history)))] : [],
        lineage: {
          parent_asset_id,
          inputs: prompt_id === null ? {} : registry.inputs.ofJob(prompt_id),
          ancestors: ancestors.map((node) => node.asset_id),
          children: registry.assets.list({ ...family, limit: listedChildren }).assets.map((child) => child.asset_id),
          children_count: registry.assets.count(family),
        },
      };
    },

    get_assets: async ({ asset_ids }) => ({ assets: registry.assets.getMany(asset_ids, { binned: true }) }),

    async keep_peaks({ asset_id, peaks }, context) {
      await media.keepPeaks(visibleAsset(rooms, asset_id, context), peaks);
      return { asset_id };
    },

    async get_asset_document({ asset_id }) {
      const asset = registry.assets.get(asset_id);
      if (!asset) throw missingAsset(rooms, asset_id);
      const graph = asset.prompt_id === null ? undefined : registry.jobs.graph(asset.prompt_id);
      return { graph: graph ? documentSchema.parse(printable(graph)) : null };
    },
  };
}

function listed(asset: Asset, asset_url: string) {
  const { prompt, seed } = asset.parameters;
  return {
    asset_id: asset.asset_id,
    prompt_id: asset.prompt_id,
    workflow_id: asset.workflow_id,
    filename: asset.filename,
    subfolder: asset.subfolder,
    folder_type: asset.folder_type,
    media_kind: asset.media_kind,
    mime_type: asset.mime_type,
    width: asset.width,
    height: asset.height,
    bytes_size: asset.bytes_size,
    created_at: asset.created_at,
    session_id: asset.session_id,
    asset_url,
    ...(typeof prompt === 'string' ? { prompt } : {}),
    ...(typeof seed === 'number' ? { seed } : {}),
    ...(asset.rating === 0 ? {} : { rating: asset.rating }),
    ...(asset.tags.length === 0 ? {} : { tags: asset.tags }),
  };
}

function article(kind: string): string {
  return kind === 'audio' ? 'audio' : `a ${kind}`;
}

/** A copy whose long texts are cut, saying by how much. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string' && value.length > historyText) {
    return `${value.slice(0, historyText)}… (${value.length - historyText} characters more)`;
  }
  if (Array.isArray(value)) return value.map(shortened);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortened(item)]));
}
