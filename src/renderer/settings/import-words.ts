/** How far an import has come, in words. */
import type { ImportStatus } from '../../shared/library.js';
import { formatCount, formatLeft, plural } from '../ui/format.js';

/** One line: for the status bar. */
export function importWords(status: ImportStatus): string {
  const { state, done, total, seconds_left } = status;
  if (state === 'looking') return `Looking through the folder, ${plural(total, 'file')} so far`;
  const part = `${formatCount(done)} of ${formatCount(total)}`;
  if (state === 'paused') return `Import paused at ${part}`;
  return seconds_left === null ? `Importing ${part}` : `Importing ${part}, ${formatLeft(seconds_left)} left`;
}

/** What came of it: for the line below the folder. */
export function importResult({ added, joined, failed }: ImportStatus): string {
  const words = [
    plural(added, 'new file'),
    joined > 0 ? `${plural(joined, 'file')} known already` : '',
    failed > 0 ? `${plural(failed, 'file')} could not be read` : '',
  ];
  return words.filter(Boolean).join(', ');
}
