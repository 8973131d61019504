/** Assets: read by key or by keyset index only, so that no read holds the event loop for longer than a frame. */
import { z } from 'zod';
import { type Asset, type FolderType, folderTypeSchema } from '../../shared/asset.js';
import type { Clock, Emit } from '../ports.js';
import type { AssetFilter } from './filters.js';
import { type AssetPage, countAssets, listAssets, type PageQuery } from './queries.js';
import { assetColumns, assetTables, parseAsset } from './rows.js';
import type { Database } from './sqlite.js';

/** What is learnt about a file after it was registered. */
export interface AssetFacts {
  width?: number | null;
  height?: number | null;
  duration_seconds?: number | null;
  bytes_size?: number | null;
  animated?: boolean;
}

/** Where an asset's bytes are to be had. */
export interface AssetLocation {
  backend: string;
  folder_type: FolderType;
  subfolder: string;
  filename: string;
  /** ComfyUI has written another file under this name since: only a cached copy is still this asset. */
  superseded: boolean;
}

export interface Assets {
  get(assetId: string): Asset | undefined;
  /** In the order asked for; unknown ids are left out. */
  /** In the order of the ids; unknown ones are left out, and those in the bin unless `binned`. */
  getMany(assetIds: readonly string[], which?: { binned?: boolean }): Asset[];
  /** One page of what an index serves; searches and counts of many belong to the library's reader. */
  list(query: PageQuery): AssetPage;
  count(filter: AssetFilter): number;
  /** What a job made or repeated, in the order of its outputs. */
  byJob(promptId: string): Asset[];
  /** Stores facts and tells them; undefined when there is no such asset. Facts that are left out stay. */
  setFacts(assetId: string, facts: AssetFacts): Asset | undefined;
  /** Notes that the file of an asset is gone for certain, or there after all, and tells it; nothing when that is known. */
  setMissing(assetId: string, missing: boolean): void;
  /** Assets of one engine whose file was never looked into, newest first: we died between registering and reading. */
  withoutFacts(backend: string, limit: number): Asset[];
  /** Whether agents no longer see it. */
  isExpired(asset: Pick<Asset, 'expires_at'>): boolean;
  location(assetId: string): AssetLocation | undefined;
  /** The content of a text asset that has no file; undefined for every other asset. */
  text(assetId: string): string | undefined;
}

export function createAssets({ database, emit, clock }: { database: Database; emit: Emit; clock: Clock }): Assets {
  const get = (assetId: string): Asset | undefined => {
    const row = database.get(
      `SELECT ${assetColumns} FROM ${assetTables} WHERE asset.asset_id = ? AND asset.deleted_ms IS NULL`,
      assetId,
    );
    return row === undefined ? undefined : parseAsset(row).asset;
  };

  function setFacts(assetId: string, facts: AssetFacts): Asset | undefined {
    const before = get(assetId);
    if (before === undefined) return undefined;
    const after = { ...before, ...withoutUndefined(facts) };
    if (sameFacts(before, after)) return before;
    database.run(
      `UPDATE asset SET width = ?, height = ?, duration_seconds = ?, bytes_size = ?, animated = ? WHERE asset_id = ?`,
      after.width,
      after.height,
      after.duration_seconds,
      after.bytes_size,
      after.animated ? 1 : 0,
      assetId,
    );
    emit({ type: 'asset.updated', asset: after });
    return after;
  }

  return {
    get,
    getMany(assetIds, { binned = false } = {}) {
      const rows = database.all(
        `SELECT ${assetColumns} FROM ${assetTables}
         WHERE asset.asset_id IN (SELECT value FROM json_each(?)) ${binned ? '' : 'AND asset.deleted_ms IS NULL'}`,
        JSON.stringify(assetIds),
      );
      const byId = new Map(rows.map((row) => parseAsset(row).asset).map((asset) => [asset.asset_id, asset]));
      return assetIds.map((id) => byId.get(id)).filter((asset) => asset !== undefined);
    },
    list: (query) => listAssets(database, query, clock.now()),
    count: (filter) => countAssets(database, filter, clock.now()),
    byJob: (promptId) =>
      database
        .all(
          `SELECT ${assetColumns} FROM job AS maker JOIN job_output ON job_output.job_id = maker.id
           JOIN asset ON asset.id = job_output.asset_id LEFT JOIN job ON job.id = asset.job_id
           WHERE maker.prompt_id = ? AND asset.deleted_ms IS NULL ORDER BY job_output.ord`,
          promptId,
        )
        .map((row) => parseAsset(row).asset),
    setFacts,
    setMissing(assetId, missing) {
      const before = get(assetId);
      if (before === undefined || before.missing === missing) return;
      database.run(
        'UPDATE asset SET missing_ms = ? WHERE asset_id = ?',
        missing ? Math.round(clock.now()) : null,
        assetId,
      );
      emit({ type: 'asset.updated', asset: { ...before, missing } });
    },
    withoutFacts: (backend, limit) =>
      database
        .all(
          `SELECT ${assetColumns} FROM ${assetTables}
           WHERE asset.bytes_size IS NULL AND asset.backend = ? AND asset.superseded_ms IS NULL
             AND asset.deleted_ms IS NULL
           ORDER BY asset.created_ms DESC LIMIT ?`,
          backend,
          limit,
        )
        .map((row) => parseAsset(row).asset),
    isExpired: ({ expires_at }) => expires_at !== null && Date.parse(expires_at) <= clock.now(),
    location(assetId) {
      const row = database.get(
        `SELECT backend, folder_type, subfolder, filename, superseded_ms FROM asset WHERE asset_id = ?`,
        assetId,
      );
      if (row === undefined) return undefined;
      const { superseded_ms, ...place } = locationRow.parse(row);
      return { ...place, superseded: superseded_ms !== null };
    },
    text(assetId) {
      const row = database.get('SELECT text FROM asset WHERE asset_id = ?', assetId);
      return row === undefined ? undefined : (textRow.parse(row).text ?? undefined);
    },
  };
}

const textRow = z.object({ text: z.string().nullable() });
const locationRow = z.object({
  backend: z.string(),
  folder_type: folderTypeSchema,
  subfolder: z.string(),
  filename: z.string(),
  superseded_ms: z.number().nullable(),
});

function withoutUndefined(facts: AssetFacts): AssetFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}

const factNames = ['width', 'height', 'duration_seconds', 'bytes_size', 'animated'] as const;

function sameFacts(a: Asset, b: Asset): boolean {
  return factNames.every((name) => a[name] === b[name]);
}
