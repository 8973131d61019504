/** Whether batches are whole: every cell has its one job, and a contact sheet is there with its file or not at all. */
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { batchPlanSchema, cellCount } from '../../../src/shared/batch.js';
import { namesIn } from './aim.js';
import type { StoredAsset, StoredLibrary } from './library.js';
import type { Promises } from './promises.js';

/** What holds at any moment. The agents never make a cell again, so each has one job. */
export async function batchProblems(
  dataDir: string,
  library: StoredLibrary,
  promises: Pick<Promises, 'batches' | 'emptied'>,
): Promise<string[]> {
  const known = new Map(library.batches.map((batch) => [batch.batch_id, batch]));
  const problems: string[] = [];
  for (const { batch_id, plan } of library.batches) {
    const cells = library.cells.filter((cell) => cell.batch_id === batch_id && cell.imported === 0);
    const numbers = cells.map(({ cell }) => cell).join();
    const wanted = Array.from({ length: cellCount(batchPlanSchema.parse(JSON.parse(plan))) }, (_, cell) => cell).join();
    if (numbers !== wanted) problems.push(`batch ${batch_id} has jobs for the cells ${numbers}, not ${wanted}`);
  }
  for (const [id, { jobs }] of promises.batches) {
    if (!known.has(id)) problems.push(`batch ${id} was promised to a caller and is not known`);
    const there = library.cells.filter(({ batch_id, imported }) => batch_id === id && imported === 0);
    if (there.map(({ prompt_id }) => prompt_id).join() !== jobs.join()) problems.push(`batch ${id} has other jobs`);
  }
  const batchOf = new Map(library.cells.map(({ prompt_id, batch_id }) => [prompt_id, batch_id]));
  for (const { asset_id, prompt_id, batch_id, imported } of library.assets) {
    const of = prompt_id === null ? undefined : batchOf.get(prompt_id);
    if (imported === 0 && (of ?? null) !== batch_id)
      problems.push(`${asset_id} is of batch ${batch_id}, its job of ${of}`);
  }
  const sheets = library.assets.filter(({ own }) => own === 1);
  for (const sheet of sheets) problems.push(...(await sheetProblems(dataDir, library, sheet)));
  for (const { batch_id, prompt_id } of library.cells.filter(({ imported }) => imported === 1)) {
    const others = library.cells.filter((cell) => cell.batch_id === batch_id && cell.imported === 1);
    if (others.length > 1) problems.push(`${batch_id} has ${others.length} contact sheets`);
    const deleted = wasEmptied(promises.emptied, batch_id);
    if (!deleted && !sheets.some((sheet) => sheet.prompt_id === prompt_id))
      problems.push(`the contact sheet of ${batch_id} has a job and no asset`);
  }
  return problems;
}

async function sheetProblems(dataDir: string, library: StoredLibrary, sheet: StoredAsset): Promise<string[]> {
  const name = `the contact sheet ${sheet.asset_id}`;
  const problems: string[] = [];
  const { batch_id } = sheet;
  const batch = library.batches.find((one) => one.batch_id === batch_id);
  if (batch?.sheet_wanted !== 0) problems.push(`${name} is there, and still wanted by ${batch_id}`);
  const shown = JSON.parse(sheet.parts) as string[];
  const others = library.assets.filter(
    (one) => one.own === 0 && one.batch_id === batch_id && one.deleted_ms === null && !shown.includes(one.asset_id),
  );
  // What came back from the bin since is not on it: then it shows at least something else.
  if (others.length > 0 && shown.length === 0) problems.push(`${name} shows nothing of what its batch made`);
  const foreign = library.assets.filter((one) => shown.includes(one.asset_id) && one.batch_id !== batch_id);
  for (const { asset_id } of foreign) problems.push(`${name} shows ${asset_id}, which is made by another`);
  const file = keptFile(dataDir, sheet.asset_id);
  if (file === undefined) return [...problems, `${name} has no file`];
  const size = fs.statSync(file).size;
  if (size !== sheet.bytes_size) problems.push(`${name} has ${size} bytes, and is said to have ${sheet.bytes_size}`);
  await sharp(file)
    .raw()
    .toBuffer()
    .catch((error: unknown) => problems.push(`${name} can't be decoded: ${String(error)}`));
  return problems;
}

function keptFile(dataDir: string, assetId: string): string | undefined {
  const kept = path.join(dataDir, 'cache', 'kept');
  return namesIn(kept)
    .filter((name) => name !== 'part')
    .flatMap((name) => namesIn(path.join(kept, name)).map((file) => path.join(kept, name, file)))
    .find((file) => path.parse(file).name === assetId);
}

/** What holds when nobody disturbed the program: whoever asked for a contact sheet has it, unless it was deleted for good. */
export function sheetsMissing(library: StoredLibrary, { batches, emptied }: Promises): string[] {
  const wanted = library.batches.filter(({ sheet_wanted }) => sheet_wanted === 1);
  const has = (id: string) =>
    library.cells.some(({ batch_id, imported }) => batch_id === id && imported === 1) &&
    (library.assets.some(({ own, batch_id }) => own === 1 && batch_id === id) || wasEmptied(emptied, id));
  return [
    ...wanted.map(({ batch_id }) => `batch ${batch_id} still wants a contact sheet`),
    ...[...batches].filter(([id, { sheet }]) => sheet && !has(id)).map(([id]) => `batch ${id} has no contact sheet`),
  ];
}

/** Whether the contact sheet of a batch was deleted for good. */
function wasEmptied(emptied: ReadonlySet<string>, batchId: string): boolean {
  return [...emptied].some((file) => file.endsWith(`/contact-sheet-${batchId.slice(0, 8)}.webp`));
}
