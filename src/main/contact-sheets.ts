/** Makes contact sheets of batches: when one is asked for, and of batches that wanted one when they end. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Asset, Parameters } from '../shared/asset.js';
import { type BatchPlan, cellValues, cellWords, layoutOf, valueWords } from '../shared/batch.js';
import { toErrorValue } from '../shared/errors.js';
import type { AppEvent } from '../shared/events.js';
import { isFinal } from '../shared/job.js';
import { type ContactSheetPlan, drawContactSheet, type Media, type SheetCell } from './media/index.js';
import type { JobRecord, Logger } from './ports.js';
import type { Registry } from './registry/index.js';

export interface ContactSheets {
  /** The sheet of a batch as it is now: the one there is, unless a job of it has ended since. */
  make(batchId: string): Promise<Asset>;
  /** Resolves when the sheet that is being made of a batch is there, or could not be made; at once when there is none. */
  settled(batchId: string): Promise<void>;
  /** Makes what an earlier run of the program did not come to. */
  start(): void;
  stop(): Promise<void>;
}

interface Ports {
  registry: Pick<Registry, 'batches' | 'assets'>;
  media: Pick<Media, 'thumbnail' | 'keep'>;
  listen(listener: (event: AppEvent) => void): () => void;
  logger: Logger;
}

const maker = 'Contact sheet, put together by ComfyUI MCP Desktop';

export function createContactSheets({ registry, media, listen, logger }: Ports): ContactSheets {
  const { batches } = registry;
  const making = new Map<string, Promise<Asset>>();

  const current = (batchId: string): Asset | undefined => {
    const sheet = batches.sheet(batchId);
    const last = Math.max(...batches.jobs(batchId).map(({ finished_ms }) => finished_ms ?? 0));
    return sheet !== undefined && Date.parse(sheet.created_at) >= last ? sheet : undefined;
  };

  const draw = async (batchId: string): Promise<Asset> => {
    const batch = batches.get(batchId);
    if (batch === undefined) throw new Error(`the batch ${batchId} is gone`);
    const jobs = batches.jobs(batchId);
    const parts: string[] = [];
    const cells: SheetCell[] = [];
    for (const job of jobs) {
      const [asset] = registry.assets.byJob(job.prompt_id);
      if (asset !== undefined) parts.push(asset.asset_id);
      cells[job.cell ?? 0] = await cellOf(media, job, asset, batch.plan);
    }
    const drawn = await drawContactSheet(sheetPlan(batch.title, batch.plan, jobs, cells));
    const asset_id = randomUUID();
    const filename = `contact-sheet-${batchId.slice(0, 8)}.webp`;
    batches.noteSheet({ asset_id, filename });
    await media.keep({ asset_id, filename }, Readable.from([drawn.bytes]), drawn.bytes.byteLength);
    const { mime_type, width, height, bytes } = drawn;
    const sheet = batches.addSheet({
      asset_id,
      batch_id: batchId,
      filename,
      mime_type,
      width,
      height,
      bytes_size: bytes.byteLength,
      parameters: parametersOf(batch.title, batch.plan),
      parts,
    });
    // The bin was emptied in between, and took it along.
    return sheet ?? draw(batchId);
  };

  const make = (batchId: string): Promise<Asset> => {
    const known = making.get(batchId);
    if (known !== undefined) return known;
    const there = current(batchId);
    if (there !== undefined) {
      batches.wantSheet(batchId, false);
      return Promise.resolve(there);
    }
    const work = draw(batchId).finally(() => making.delete(batchId));
    making.set(batchId, work);
    return work;
  };

  const makeWanted = (batchId: string) => {
    if (!batches.wantsSheet(batchId)) return;
    if (!batches.jobs(batchId).every(({ status }) => isFinal(status))) return;
    make(batchId).catch((error: unknown) =>
      logger.warn('a contact sheet could not be made', { batch_id: batchId, error: toErrorValue(error) }),
    );
  };

  const unlisten = listen((event) => {
    if (event.type !== 'job.changed' || event.job.batch_id === null || !isFinal(event.job.status)) return;
    makeWanted(event.job.batch_id);
  });

  return {
    make,
    async settled(batchId) {
      // What could not be made was logged by whoever began it.
      await making.get(batchId)?.catch(() => {});
    },
    start() {
      for (const batchId of batches.withoutSheet()) makeWanted(batchId);
    },
    async stop() {
      unlisten();
      await Promise.allSettled(making.values());
    },
  };
}

async function cellOf(
  media: Ports['media'],
  job: JobRecord,
  asset: Asset | undefined,
  plan: BatchPlan,
): Promise<SheetCell> {
  const values = cellWords(cellValues(plan, job.cell ?? 0));
  if (asset === undefined) return { picture: null, words: `${values}\n${reasonOf(job)}` };
  try {
    const { path } = await media.thumbnail(asset, 768);
    return { picture: path, words: values };
  } catch {
    // A sound has no picture, and a file may be gone: its place says what it is.
    return { picture: null, words: `${values}, ${asset.filename}` };
  }
}

function reasonOf({ status, error }: JobRecord): string {
  if (status === 'cancelled') return 'Cancelled';
  if (status === 'completed') return 'In the bin, or nothing was saved';
  if (!isFinal(status)) return 'Not made yet';
  return error?.message ?? 'Failed';
}

function sheetPlan(
  title: string,
  plan: BatchPlan,
  jobs: readonly JobRecord[],
  cells: readonly SheetCell[],
): ContactSheetPlan {
  const { columns, rows, sheets } = layoutOf(plan);
  const [across, down, deep] = 'axes' in plan ? plan.axes : [];
  const headings = (axis: typeof across, count: number) =>
    Array.from({ length: count }, (_, at) => {
      const value = axis?.values[at];
      return axis === undefined || value === undefined ? '' : `${axis.name} ${valueWords(value)}`;
    });
  const sheetHeadings = headings(deep, sheets);
  const perSheet = columns * rows;
  return {
    title,
    facts: sharedFacts(jobs, plan),
    maker: jobs.some(({ demo }) => demo) ? `${maker}. Demo results: not made by a model` : maker,
    columns: headings(across, columns),
    rows: headings(down, rows),
    blocks: sheetHeadings.map((heading, sheet) => ({
      heading,
      cells: Array.from({ length: perSheet }, (_, at) => cells[sheet * perSheet + at]),
    })),
  };
}

const toldFacts = ['model', 'seed', 'noise_seed', 'width', 'height', 'steps', 'cfg', 'sampler_name', 'scheduler'];

/** The usual parameters that all of them share. */
function sharedFacts([first, ...others]: readonly JobRecord[], plan: BatchPlan): string {
  const swept = 'axes' in plan ? plan.axes.map(({ name }) => name) : plan.cells.flatMap((cell) => Object.keys(cell));
  return toldFacts
    .flatMap((name) => {
      const value = first?.parameters[name];
      if (value === undefined || value === null || swept.includes(name)) return [];
      return others.every(({ parameters }) => parameters[name] === value) ? [`${name} ${valueWords(value)}`] : [];
    })
    .join(', ');
}

/** What is searched for of a sheet, and told in its details. */
function parametersOf(title: string, plan: BatchPlan): Parameters {
  if ('cells' in plan) return { prompt: title, combinations: plan.cells.length };
  return {
    prompt: title,
    ...Object.fromEntries(plan.axes.map(({ name, values }) => [`${name} (varied)`, values.map(valueWords).join(', ')])),
  };
}
