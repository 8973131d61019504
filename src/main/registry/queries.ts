/**
 * What is asked of the library as a whole: pages, search results, counts, families. Each runs on any connection, so that
 * heavy ones can run in a thread of their own.
 */
import { z } from 'zod';
import { type Asset, mediaKinds } from '../../shared/asset.js';
import type { Facets, LibraryStats, Lineage, Sort } from '../../shared/library.js';
import { type AssetFilter, clause, conditionsOf, valuesOf, wholeOf } from './filters.js';
import { cursorAfter, orderBy } from './orders.js';
import { type FoundRow, findPage } from './pages.js';
import { assetColumns, parseAsset } from './rows.js';
import type { Reading } from './sqlite.js';

export interface AssetPage {
  assets: Asset[];
  /** Where the next page begins; absent on the last one. */
  next_cursor?: string;
}

export interface PageQuery extends AssetFilter {
  limit: number;
  cursor?: string;
  /** Newest first when absent. */
  sort?: Sort;
}

/** Assets as columns, in their order. */
export interface AssetIndex {
  asset_ids: string[];
  /** Milliseconds since the epoch. */
  created_at: number[];
  /** Index into `mediaKinds`. */
  media_kinds: number[];
  /**
   * A number of the job that made it, the same for all it made; 0 for what lies beside nothing else of its job. Of what a
   * batch made it is -1 - its place in `batches`.
   */
  jobs: number[];
  batches: string[];
}

const numberRow = z.object({ n: z.number().int() });

/**
 * One page; its cursor stays valid whatever is added.
 *
 * @throws AppError VALIDATION_ERROR for a query or a cursor that can't be understood.
 */
export function listAssets(database: Reading, query: PageQuery, now: number): AssetPage {
  const { limit, cursor, sort = 'newest', ...filter } = query;
  const conditions = conditionsOf(database, filter, now);
  const rows = findPage(database, { conditions, sort, cursor, limit: limit + 1 });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const assets = assetsOf(database, page);
  return rows.length > limit && last !== undefined
    ? { assets, next_cursor: cursorAfter(sort, last.sort_key) }
    : { assets };
}

/** What is to be told of an asset is read for those of the page alone. */
function assetsOf(database: Reading, page: readonly FoundRow[]): Asset[] {
  return database
    .all(
      `SELECT ${assetColumns} FROM json_each(?) AS place CROSS JOIN asset ON asset.id = place.value
       LEFT JOIN job ON job.id = asset.job_id ORDER BY place.key`,
      JSON.stringify(page.map(({ id }) => id)),
    )
    .map((row) => parseAsset(row).asset);
}

export function countAssets(database: Reading, filter: AssetFilter, now: number): number {
  const where = wholeOf(conditionsOf(database, filter, now));
  return numberRow.parse(database.get(`SELECT count(*) AS n FROM asset ${clause(where)}`, ...valuesOf(where))).n;
}

/** Facets, and the column or joined table each counts. */
const facetSql: Readonly<Record<keyof Facets, string>> = {
  kind: 'SELECT media_kind AS value, count(*) AS n FROM asset',
  model: 'SELECT model AS value, count(*) AS n FROM asset',
  workflow: 'SELECT workflow_id AS value, count(*) AS n FROM asset',
  agent: `SELECT coalesce(client_name, '') COLLATE NOCASE AS value, count(*) AS n FROM asset`,
  session: 'SELECT session_id AS value, count(*) AS n FROM asset',
  rating: 'SELECT CAST(rating AS TEXT) AS value, count(*) AS n FROM asset',
  tag: 'SELECT tag AS value, count(*) AS n FROM asset_tag JOIN asset ON asset.id = asset_tag.asset_id',
  album: `SELECT album.name AS value, count(*) AS n FROM album
    JOIN album_asset ON album_asset.album_id = album.id JOIN asset ON asset.id = album_asset.asset_id`,
};

/** Values told of each facet: the most frequent. */
const facetValues = 50;
const facetRows = z.array(z.object({ value: z.string(), count: z.number().int() }));

/**
 * How much of what there is among the assets of a filter, the most frequent first. What is chosen of a facet does not
 * narrow that facet itself, so that its other values keep their numbers. An empty agent is the person at the window.
 */
export function countFacets(database: Reading, filter: AssetFilter, now: number): Facets {
  const counted = (facet: keyof Facets) => {
    const { [facet]: _, ...any } = filter.any ?? {};
    const where = wholeOf(conditionsOf(database, { ...filter, any }, now));
    return facetRows.parse(
      database.all(
        `SELECT value, n AS count FROM (${facetSql[facet]} ${clause(where)} GROUP BY value)
         WHERE value IS NOT NULL ORDER BY n DESC, value LIMIT ${facetValues}`,
        ...valuesOf(where),
      ),
    );
  };
  return {
    kind: counted('kind'),
    model: counted('model'),
    workflow: counted('workflow'),
    agent: counted('agent'),
    session: counted('session'),
    rating: counted('rating'),
    tag: counted('tag'),
    album: counted('album'),
  };
}

const columnsRow = z.object({
  asset_ids: z.string().nullable(),
  times: z.string().nullable(),
  kinds: z.string().nullable(),
});
const kindNumber = new Map<string, number>(mediaKinds.map((kind, number) => [kind, number]));
const otherKind = mediaKinds.indexOf('other');

/** Everything a filter lets pass, as columns. Joined to one string each inside SQLite: three times faster than rows. */
export function indexAssets(database: Reading, filter: AssetFilter, sort: Sort, now: number): AssetIndex {
  const where = wholeOf(conditionsOf(database, { include_expired: true, ...filter }, now));
  const row = columnsRow.parse(
    database.get(
      `SELECT group_concat(asset_id, ' ') AS asset_ids, group_concat(created_ms, ' ') AS times,
         group_concat(media_kind, ' ') AS kinds
       FROM (SELECT asset_id, created_ms, media_kind FROM asset ${clause(where)} ${orderBy(sort)})`,
      ...valuesOf(where),
    ),
  );
  if (row.asset_ids === null || row.times === null || row.kinds === null) {
    return { asset_ids: [], created_at: [], media_kinds: [], jobs: [], batches: [] };
  }
  const asset_ids = row.asset_ids.split(' ');
  const created_at = row.times.split(' ').map(Number);
  return {
    asset_ids,
    created_at,
    media_kinds: row.kinds.split(' ').map((kind) => kindNumber.get(kind) ?? otherKind),
    ...withBatches(database, asset_ids, jobsOf(database, asset_ids, created_at)),
  };
}

const jobsRow = z.object({ jobs: z.string().nullable() });

/**
 * The jobs of what may be of one job: all of it has one time. Only those rows are looked up, as no index of an order has
 * the job, and reading it for everything takes three times as long as the rest.
 */
function jobsOf(database: Reading, assetIds: readonly string[], times: readonly number[]): number[] {
  const together = assetIds.flatMap((_, at) =>
    times[at] === times[at - 1] || times[at] === times[at + 1] ? [at] : [],
  );
  const jobs = new Array<number>(assetIds.length).fill(0);
  if (together.length === 0) return jobs;
  const found = jobsRow.parse(
    database.get(
      `SELECT group_concat(job_id, ' ') AS jobs FROM (
         SELECT coalesce(asset.job_id, 0) AS job_id FROM json_each(?) AS place
         CROSS JOIN asset ON asset.asset_id = place.value ORDER BY place.key)`,
      JSON.stringify(together.map((at) => assetIds[at])),
    ),
  ).jobs;
  const numbers = found?.split(' ').map(Number) ?? [];
  together.forEach((at, place) => {
    jobs[at] = numbers[place] ?? 0;
  });
  return jobs;
}

const batchRows = z.object({ assets: z.string().nullable(), batches: z.string().nullable() });

/** What batches made is read from its own index, whatever the filter: without batches it costs nothing. */
function withBatches(
  database: Reading,
  assetIds: readonly string[],
  jobs: readonly number[],
): Pick<AssetIndex, 'jobs' | 'batches'> {
  const row = batchRows.parse(
    database.get(
      `SELECT group_concat(asset.asset_id, ' ') AS assets, group_concat(batch.batch_id, ' ') AS batches
       FROM asset JOIN batch ON batch.id = asset.batch_id WHERE asset.batch_id IS NOT NULL`,
    ),
  );
  if (row.assets === null || row.batches === null) return { jobs: [...jobs], batches: [] };
  const batchOf = row.batches.split(' ');
  const places = new Map<string, number>();
  const numbers = new Map<string, number>();
  row.assets.split(' ').forEach((assetId, at) => {
    const batch = batchOf[at] ?? '';
    if (!places.has(batch)) places.set(batch, places.size);
    numbers.set(assetId, -1 - (places.get(batch) ?? 0));
  });
  return { jobs: assetIds.map((assetId, at) => numbers.get(assetId) ?? jobs[at] ?? 0), batches: [...places.keys()] };
}

const makerRows = z.array(z.object({ name: z.string(), count: z.number().int() }));

/**
 * Who made how much of what a filter lets pass from one moment up to another, milliseconds since the epoch. An empty name
 * is the person at the window.
 */
export function makersOf(
  database: Reading,
  filter: AssetFilter,
  { from, to }: { from: number; to: number },
  now: number,
): { name: string; count: number }[] {
  const where = wholeOf(conditionsOf(database, { include_expired: true, ...filter }, now));
  where.push({ sql: 'asset.imported = 0', values: [] });
  where.push({ sql: 'asset.created_ms >= ? AND asset.created_ms < ?', values: [from, to] });
  return makerRows.parse(
    database.all(
      `SELECT coalesce(client_name, '') COLLATE NOCASE AS name, count(*) AS count FROM asset
       ${clause(where)} GROUP BY name ORDER BY 2 DESC, 1 LIMIT 50`,
      ...valuesOf(where),
    ),
  );
}

/** How far up and down a family is followed, and how many descendants are told. */
const generations = 100;
const toldDescendants = 500;

const lineageRows = z.array(
  z.object({ asset_id: z.string(), parent_asset_id: z.string().nullable(), generation: z.number().int() }),
);

/**
 * Ancestors (generation -1, -2 …, as far as they are still known), the asset itself (0), descendants (1, 2 …). What a
 * contact sheet shows are its parents.
 */
export function lineageOf(database: Reading, assetId: string): Lineage | undefined {
  const up = lineageRows.parse(
    database.all(
      `WITH RECURSIVE up (asset_id, parent_asset_id, generation) AS (
         SELECT asset_id, parent_asset_id, 0 FROM asset WHERE asset_id = ?
         UNION ALL SELECT asset.asset_id, asset.parent_asset_id, generation - 1
         FROM up JOIN asset ON asset.asset_id = up.parent_asset_id WHERE generation > -${generations})
       SELECT * FROM up ORDER BY generation`,
      assetId,
    ),
  );
  if (up.length === 0) return undefined;
  const parts = lineageRows.parse(
    database.all(
      `SELECT part.asset_id, part.parent_asset_id, -1 AS generation FROM asset AS sheet
       JOIN asset_part ON asset_part.asset_id = sheet.id JOIN asset AS part ON part.asset_id = part_asset_id
       WHERE sheet.asset_id = ? ORDER BY ord`,
      assetId,
    ),
  );
  const down = lineageRows.parse(
    database.all(
      `WITH RECURSIVE down (asset_id, parent_asset_id, generation) AS (
         SELECT asset_id, parent_asset_id, 0 FROM asset WHERE asset_id = ?
         UNION ALL SELECT asset.asset_id, asset.parent_asset_id, generation + 1
         FROM down JOIN asset ON asset.parent_asset_id = down.asset_id
         WHERE generation < ${generations} AND asset.deleted_ms IS NULL
         ORDER BY 3 LIMIT ${toldDescendants + 2})
       SELECT * FROM down WHERE generation > 0`,
      assetId,
    ),
  );
  return { nodes: [...parts, ...up, ...down.slice(0, toldDescendants)], more: down.length > toldDescendants };
}

const statsRows = z.array(
  z.object({ media_kind: z.enum(mediaKinds), count: z.number().int(), bytes: z.number().int() }),
);
const totalsRow = z.object({
  expired: z.number().int(),
  missing: z.number().int(),
  imported: z.number().int(),
  rated: z.number().int(),
  first_ms: z.number().int().nullable(),
  last_ms: z.number().int().nullable(),
});

/** How much of what there is. `bytes` are those of the original files as far as their sizes are known. */
export function libraryStats(database: Reading, now: number): LibraryStats {
  const kinds = statsRows.parse(
    database.all(
      `SELECT media_kind, count(*) AS count, coalesce(sum(bytes_size), 0) AS bytes FROM asset
       WHERE deleted_ms IS NULL GROUP BY media_kind ORDER BY 2 DESC, 3 DESC`,
    ),
  );
  const totals = totalsRow.parse(
    database.get(
      `SELECT coalesce(sum(expires_ms <= ?), 0) AS expired, coalesce(sum(missing_ms IS NOT NULL), 0) AS missing,
         coalesce(sum(imported), 0) AS imported, coalesce(sum(rating > 0), 0) AS rated,
         min(created_ms) AS first_ms, max(created_ms) AS last_ms
       FROM asset WHERE deleted_ms IS NULL`,
      now,
    ),
  );
  const { first_ms, last_ms, ...counts } = totals;
  return {
    assets: kinds.reduce((sum, { count }) => sum + count, 0),
    bytes: kinds.reduce((sum, { bytes }) => sum + bytes, 0),
    kinds,
    in_bin: countAssets(database, { in_bin: true }, now),
    ...counts,
    oldest: first_ms === null ? null : new Date(first_ms).toISOString(),
    newest: last_ms === null ? null : new Date(last_ms).toISOString(),
  };
}
