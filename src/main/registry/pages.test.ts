/** Every way through the library finds what looking at each row would. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { Sort } from '../../shared/library.js';
import { generateLibrary, sessionOf, tagNames } from '../compat/library-bench/generate.js';
import { opening, wordOf } from '../compat/library-bench/words.js';
import type { AssetFilter } from './filters.js';
import { countAssets, indexAssets, listAssets } from './queries.js';
import { type Database, openDatabase } from './sqlite.js';

const now = Date.UTC(2025, 0, 1);
const dir = mkdtempSync(join(tmpdir(), 'pages-'));
let database: Database;
let rows: Row[];

const rowSchema = z.object({
  id: z.number(),
  asset_id: z.string(),
  created_ms: z.number(),
  rating: z.number(),
  filename: z.string(),
  bytes: z.number(),
  media_kind: z.string(),
  workflow_id: z.string().nullable(),
  session_id: z.string().nullable(),
  client_name: z.string().nullable(),
  model: z.string(),
  deleted_ms: z.number().nullable(),
  expires_ms: z.number().nullable(),
  tags: z.string(),
  albums: z.string(),
  prompt: z.string(),
  negative: z.string(),
});
type Row = z.infer<typeof rowSchema>;

beforeAll(() => {
  const file = join(dir, 'library.db');
  generateLibrary({ file, rows: 3000, seed: 5, now });
  database = openDatabase(file);
  // What was tagged long ago, more than is collected without a look; ties of names; times of the future and the past.
  database.exec(`INSERT OR IGNORE INTO asset_tag SELECT id, 'old' FROM asset ORDER BY created_ms LIMIT 700;
    UPDATE asset SET subfolder = id, filename = upper(substr(filename, 1, 10)) WHERE id % 7 = 0;
    UPDATE asset SET created_ms = (SELECT created_ms FROM asset AS other WHERE other.id = asset.id - 50)
      WHERE id % 90 = 0;
    UPDATE asset SET bytes_size = NULL WHERE id % 31 = 0;`);
  const sql = `SELECT asset.*, coalesce(bytes_size, 0) AS bytes, parameters ->> 'prompt' AS prompt,
    parameters ->> 'negative_prompt' AS negative,
    (SELECT coalesce(group_concat(tag, '|'), '') FROM asset_tag WHERE asset_tag.asset_id = asset.id) AS tags,
    (SELECT coalesce(group_concat(name, '|'), '') FROM album_asset JOIN album ON album.id = album_id
      WHERE album_asset.asset_id = asset.id) AS albums
    FROM asset JOIN job ON job.id = asset.job_id`;
  rows = z.array(rowSchema).parse(database.all(sql));
}, 60_000);
afterAll(() => {
  database.close();
  rmSync(dir, { recursive: true, force: true });
});

const compare = <T extends string | number>(a: T, b: T) => (a < b ? -1 : a > b ? 1 : 0);
const byTime = (a: Row, b: Row) => compare(a.created_ms, b.created_ms) || compare(a.id, b.id);
const orders: Readonly<Record<Sort, (a: Row, b: Row) => number>> = {
  newest: (a, b) => byTime(b, a),
  oldest: byTime,
  rating: (a, b) => compare(b.rating, a.rating) || byTime(b, a),
  name: (a, b) => compare(a.filename.toLowerCase(), b.filename.toLowerCase()) || compare(a.id, b.id),
  largest: (a, b) => compare(b.bytes, a.bytes) || compare(b.id, a.id),
};
const wordsOf = (text: string) => text.toLowerCase().split(/[^a-z0-9]+/);
/** As the index was made, before names were changed: prompts tell enough. */
const has = (word: string) => (row: Row) =>
  wordsOf(`${row.prompt} ${row.negative}`).some((found) => found.startsWith(word));
const tagged = (tag: string) => (row: Row) => row.tags.split('|').includes(tag);
const common = wordOf(0);
const usual = wordOf(150);
const rare = wordOf(9000);
const [tag = ''] = tagNames;

const cases: [string, AssetFilter, (row: Row) => boolean][] = [
  ['everything', {}, () => true],
  ['a kind', { media_kind: 'audio' }, (row) => row.media_kind === 'audio'],
  ['a workflow', { workflow_id: 'portrait' }, (row) => row.workflow_id === 'portrait'],
  ['a session', { session_id: sessionOf(3) }, (row) => row.session_id === sessionOf(3)],
  ['an agent', { query: 'agent:CLAUDE' }, (row) => row.client_name === 'Claude'],
  ['stars', { query: 'rating:>=4' }, (row) => row.rating >= 4],
  ['no stars', { query: '-rating:>=1' }, (row) => row.rating < 1],
  ['a tag', { tag }, tagged(tag)],
  ['an old tag', { tag: 'old' }, tagged('old')],
  ['an album', { album: 'album 0' }, (row) => row.albums.split('|').includes('Album 0')],
  ['a time', { query: 'after:2023-01-01 -after:2024-01-01' }, timeBetween],
  [
    'workflow and tag',
    { workflow_id: 'generate_image', tag: 'old' },
    (row) => row.workflow_id === 'generate_image' && tagged('old')(row),
  ],
  ['a common word', { query: common }, has(common)],
  ['a usual word', { query: usual }, has(usual)],
  ['a rare word', { query: rare }, has(rare)],
  ['two letters', { query: 'li', media_kind: 'image' }, (row) => has('li')(row) && row.media_kind === 'image'],
  ['two words', { query: `${common} ${usual}` }, (row) => has(common)(row) && has(usual)(row)],
  ['no such word', { query: `-${common}` }, (row) => !has(common)(row)],
  ['one and not the other', { query: `${usual} -${common}` }, (row) => has(usual)(row) && !has(common)(row)],
  ['a phrase', { query: `"${opening}"` }, (row) => row.prompt.startsWith(opening)],
  ['a word and an old tag', { query: `${common} tag:old` }, (row) => has(common)(row) && tagged('old')(row)],
  [
    'a word and stars',
    { query: `prompt:${common} rating:>=1` },
    (row) => wordsOf(row.prompt).some((word) => word.startsWith(common)) && row.rating >= 1,
  ],
  [
    'not a word, and a time',
    { query: `-${usual} after:2023-01-01 -after:2024-01-01` },
    (row) => !has(usual)(row) && timeBetween(row),
  ],
  ['what is nowhere', { query: 'rating:5 nowhere' }, () => false],
];

function timeBetween({ created_ms }: Row): boolean {
  return created_ms >= new Date(2023, 0, 1).getTime() && created_ms < new Date(2024, 0, 1).getTime();
}

const visibilities: [string, AssetFilter, (row: Row) => boolean][] = [
  ['for people', { include_expired: true }, (row) => row.deleted_ms === null],
  ['for agents', { include_expired: false }, (row) => row.deleted_ms === null && (row.expires_ms ?? now + 1) > now],
  ['in the bin', { in_bin: true }, (row) => row.deleted_ms !== null],
];

it.each(cases)('%s', (_, filter, passes) => {
  for (const [, visibility, visible] of visibilities) {
    const whole = { ...filter, ...visibility };
    const passing = rows.filter((row) => passes(row) && visible(row));
    expect(countAssets(database, whole, now)).toBe(passing.length);
    for (const sort of ['newest', 'oldest', 'rating', 'name', 'largest'] as const) {
      const expected = passing.sort(orders[sort]).map(({ asset_id }) => asset_id);
      expect(indexAssets(database, whole, sort, now).asset_ids).toEqual(expected);
      const limit = Math.max(20, Math.ceil(expected.length / 4));
      expect(pagedIds(whole, sort, limit)).toEqual(expected);
    }
  }
});

it('a page ends where the library ends', () => {
  const query = { include_expired: true, sort: 'newest', limit: 5000 } as const;
  expect(listAssets(database, query, now).next_cursor).toBeUndefined();
});

function pagedIds(filter: AssetFilter, sort: Sort, limit: number): string[] {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = listAssets(database, { ...filter, sort, limit, ...(cursor === undefined ? {} : { cursor }) }, now);
    ids.push(...page.assets.map(({ asset_id }) => asset_id));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return ids;
}
