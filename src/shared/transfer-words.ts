/** What came of a transfer, in words: the same in the window and on the command line. Pure. */
import type { ExportResult, RestoreResult, TransferStatus } from './transfer.js';

const integers = new Intl.NumberFormat('en-GB');

function counted(count: number, one: string, many = `${one}s`): string {
  return `${integers.format(count)} ${count === 1 ? one : many}`;
}

/** 1 kB = 1000 B, as file managers have it. */
export function byteWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** power;
  return `${power > 1 && value < 100 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${units[power] ?? 'B'}`;
}

/** "Exported 3 files (1.2 MB) to /home/x/y.zip. 1 file could not be had." */
export function exportWords(verb: string, { files, bytes, path, left_out_count }: ExportResult): string {
  const done = `${verb} ${counted(files, 'file')} (${byteWords(bytes)}) to ${path}.`;
  if (left_out_count === 0) return done;
  return `${done} ${counted(left_out_count, 'file')} could not be had.`;
}

/** "Restored 3 assets and 2 jobs (1.2 MB). 12 were there already." */
export function restoreWords(result: RestoreResult): string {
  const { assets, jobs, bytes, known, updated, problems_count } = result;
  const parts = [
    assets + jobs === 0
      ? 'Nothing was missing.'
      : `Restored ${counted(assets, 'asset')} and ${counted(jobs, 'job')} (${byteWords(bytes)}).`,
  ];
  if (known > 0) parts.push(`${counted(known, 'asset was', 'assets were')} there already.`);
  if (updated > 0) parts.push(`${counted(updated, 'of them has', 'of them have')} newer stars, tags or albums now.`);
  if (problems_count > 0) parts.push(`${counted(problems_count, 'problem')} on the way.`);
  return parts.join(' ');
}

/** "120 of 4,000, 1.2 of 36 GB": records and files, and the bytes of the files. */
export function progressWords({ done, total, bytes_done, bytes_total }: TransferStatus): string {
  const count =
    total > 0 ? `${integers.format(Math.min(done, total))} of ${integers.format(total)}` : integers.format(done);
  if (bytes_done === 0) return count;
  // Sizes that were not known make it more than was expected.
  if (bytes_total <= bytes_done) return `${count}, ${byteWords(bytes_done)}`;
  const [number = '', unit = ''] = byteWords(bytes_done).split(' ');
  const all = byteWords(bytes_total);
  return `${count}, ${all.endsWith(` ${unit}`) ? number : `${number} ${unit}`} of ${all}`;
}
