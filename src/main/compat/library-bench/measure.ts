/** What questions to a library cost, asked as the program asks them: through the reader's thread, and on the writer. */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { z } from 'zod';
import type { Sort } from '../../../shared/library.js';
import { openRegistry, type Registry } from '../../registry/index.js';
import { openReading } from '../../registry/sqlite.js';
import { silentLogger, systemClock } from '../../system.js';
import { sessionOf, tagNames } from './generate.js';
import { completed, foundFile, newJob, output } from './samples.js';
import { opening, wordOf } from './words.js';

/** Milliseconds. */
export interface Timing {
  name: string;
  p50: number;
  p95: number;
  /** Of the processor, median: what is left of a time when the machine is busy with other things. */
  cpu: number;
  /** What the question found, for telling an empty answer from a fast one. */
  found: number;
}

export interface Measured {
  assets: number;
  sqlite: string;
  open_ms: number;
  /** The check of the whole file that follows the opening of a large one. */
  check_ms: number;
  timings: Timing[];
  /** Bytes of the database for each asset, and of its documents alone. */
  bytes_per_asset: number;
  document_bytes_per_asset: number;
  /** MiB: after the opening with the first question, after pages and searches, and after all questions. */
  memory: { opened: Memory; searched: Memory; asked: Memory };
}

export interface Memory {
  rss: number;
  heap: number;
}

/** Each question is asked so often, but no longer than this many milliseconds. */
const repeats = 25;
const longestMs = 4000;

export async function measureLibrary({
  file,
  readerScript,
}: {
  file: string;
  readerScript: string;
}): Promise<Measured> {
  const start = performance.now();
  const registry = openRegistry({
    file,
    emit: () => {},
    clock: systemClock,
    logger: silentLogger,
    assetTtlHours: () => 24,
    readerScript,
  });
  const open_ms = performance.now() - start;
  try {
    await registry.reader.ask('list', { limit: 1 });
    const opened = memory();
    const timings: Timing[] = [];
    for (const [name, ask] of pagesOf(registry)) timings.push(await timed(name, ask));
    const searched = memory();
    for (const [name, ask] of countsOf(registry)) timings.push(await timed(name, ask));
    const asked = memory();
    const assets = registry.assets.count({ include_expired: true });
    const sizes = sizesOf(file, assets);
    for (const [name, ask] of [...deepPagesOf(registry), ...writesOf(registry)]) timings.push(await timed(name, ask));
    return { assets, open_ms, timings, ...sizes, memory: { opened, searched, asked } };
  } finally {
    await registry.close();
  }
}

type Ask = () => Promise<number> | number;

async function timed(name: string, ask: Ask): Promise<Timing> {
  const times: number[] = [];
  const cpu: number[] = [];
  // The first fills the page cache, as a person's first look does.
  let found = await ask();
  const until = performance.now() + longestMs;
  while (times.length < repeats && (times.length < 3 || performance.now() < until)) {
    const before = process.cpuUsage();
    const start = performance.now();
    found = await ask();
    times.push(performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
  }
  return { name, p50: quantile(times, 0.5), p95: quantile(times, 0.95), cpu: quantile(cpu, 0.5), found };
}

function quantile(numbers: readonly number[], q: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

/** Beginnings of words that are in every second prompt, in one of fifty, in one of some thousand. */
const common = wordOf(0);
const usual = wordOf(150);
const rare = wordOf(15_000);

const searches: readonly string[] = [
  common,
  usual,
  rare,
  `${common} ${wordOf(1)}`,
  `${usual} ${wordOf(300)}`,
  `"${opening.replaceAll(',', '')}"`,
  `-${common}`,
  `${usual} -${common}`,
  common.slice(0, 2),
  'model:flux',
  `prompt:${usual} rating:>=4`,
];

const filters: readonly (readonly [string, object])[] = [
  ['no filter', {}],
  ['no filter, as agents see it', { include_expired: false }],
  ['kind image', { media_kind: 'image' }],
  ['kind audio', { media_kind: 'audio' }],
  ['workflow', { workflow_id: 'inpaint' }],
  ['session', { session_id: sessionOf(7) }],
  ['rating:>=4', { query: 'rating:>=4' }],
  ['rating:5 tag', { query: 'rating:5', tag: tagNames[3] }],
  ['common tag', { tag: tagNames[0] }],
  ['rare tag', { tag: tagNames[39] }],
  ['album', { album: 'Album 0' }],
  ['agent', { query: 'agent:claude' }],
  ['before', { query: 'before:400d' }],
  ['after and before', { query: 'after:500d before:400d' }],
  ['kind, workflow, rating', { media_kind: 'image', workflow_id: 'portrait', min_rating: 4 }],
  ['session, tag', { session_id: sessionOf(7), tag: tagNames[2] }],
  ['bin', { in_bin: true }],
];

const orders: readonly Sort[] = ['newest', 'oldest', 'rating', 'name', 'largest'];

const everything = { include_expired: true };

function pagesOf({ reader }: Registry): [string, Ask][] {
  const page = (query: object) => async () =>
    (await reader.ask('list', { limit: 100, ...everything, ...query })).assets.length;
  return [
    ...filters.map(([name, filter]): [string, Ask] => [`page: ${name}`, page(filter)]),
    ...orders.map((sort): [string, Ask] => [`page: by ${sort}`, page({ sort })]),
    ...orders.map((sort): [string, Ask] => [
      `page: workflow and tag by ${sort}`,
      page({ sort, tag: tagNames[0], workflow_id: 'generate_image' }),
    ]),
    ...orders.map((sort): [string, Ask] => [`page: rating:>=4 by ${sort}`, page({ sort, min_rating: 4 })]),
    ...searches.map((query): [string, Ask] => [`search: ${query}`, page({ query })]),
    ...orders.slice(1).map((sort): [string, Ask] => [`search: ${usual} by ${sort}`, page({ query: usual, sort })]),
  ];
}

function countsOf({ reader, assets }: Registry): [string, Ask][] {
  const some = assets.list({ limit: 100 }).assets.map(({ asset_id }) => asset_id);
  return [
    ['count: all', () => reader.ask('count', everything)],
    ['count: as agents see it', () => reader.ask('count', {})],
    ['count: rating:>=4', () => reader.ask('count', { ...everything, min_rating: 4 })],
    [`count: ${common}`, () => reader.ask('count', { ...everything, query: common })],
    [`count: ${usual}`, () => reader.ask('count', { ...everything, query: usual })],
    ['facets: all', async () => (await reader.ask('facets', everything)).model.length],
    [
      'facets: workflow',
      async () => (await reader.ask('facets', { ...everything, workflow_id: 'inpaint' })).model.length,
    ],
    [`facets: ${usual}`, async () => (await reader.ask('facets', { ...everything, query: usual })).model.length],
    ['gallery index', async () => (await reader.ask('index', {})).asset_ids.length],
    ['stats', async () => (await reader.ask('stats', null)).assets],
    ['get by id', () => (assets.get(some[50] ?? '') === undefined ? 0 : 1)],
    ['getMany of 100', () => assets.getMany(some).length],
    [
      'main: children of one',
      () => assets.list({ parent_asset_id: some[3] ?? '', limit: 20, ...everything }).assets.length,
    ],
    ['main: count of the bin', () => assets.count({ in_bin: true })],
  ];
}

/** Walking there takes memory that no program takes: they come last. */
function deepPagesOf(registry: Registry): [string, Ask][] {
  return orders.map((sort) => [`page: deep cursor by ${sort}`, deepPage(registry, sort)]);
}

/** A page that begins after half of the library. */
function deepPage({ reader }: Registry, sort: Sort): Ask {
  let cursor: string | undefined;
  return async () => {
    cursor ??= await middleCursor(reader, sort);
    return (await reader.ask('list', { limit: 100, include_expired: true, sort, cursor })).assets.length;
  };
}

/** Half of the library is passed in long pages once. */
async function middleCursor(reader: Registry['reader'], sort: Sort): Promise<string | undefined> {
  let left = (await reader.ask('count', { include_expired: true })) / 2;
  let cursor: string | undefined;
  while (left > 0) {
    const page = await reader.ask('list', {
      limit: Math.ceil(Math.min(left, 10_000)),
      sort,
      include_expired: true,
      cursor,
    });
    cursor = page.next_cursor;
    left -= page.assets.length;
    if (cursor === undefined) break;
  }
  return cursor;
}

function writesOf({ jobs, sources }: Registry): [string, Ask][] {
  let files = 0;
  const folder = sources.add('/bench', false).id;
  return [
    [
      'write: one job and its end',
      () => {
        const id = randomUUID();
        jobs.insert(newJob(id));
        return jobs.finish(id, completed([output(`${id}.png`)]))?.assets.length ?? 0;
      },
    ],
    [
      'write: 64 imported files',
      () => {
        files += 1;
        const batch = Array.from({ length: 64 }, (_, n) => foundFile(`${files}/${n}.png`));
        return sources.register(folder, batch, { tell: false }).added;
      },
    ],
  ];
}

const sizesRow = z.object({ bytes: z.number(), version: z.string() });

function sizesOf(file: string, assets: number) {
  const database = openReading(file);
  try {
    const { bytes, version } = sizesRow.parse(
      database.get('SELECT coalesce(sum(length(body)), 0) AS bytes, sqlite_version() AS version FROM job_document'),
    );
    const start = performance.now();
    database.all('PRAGMA quick_check');
    return {
      sqlite: version,
      check_ms: performance.now() - start,
      bytes_per_asset: statSync(file).size / Math.max(1, assets),
      document_bytes_per_asset: bytes / Math.max(1, assets),
    };
  } finally {
    database.close();
  }
}

function memory(): Memory {
  global.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss: rss / 1_048_576, heap: heapUsed / 1_048_576 };
}
