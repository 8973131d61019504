/** What must be true after everything that went wrong: compares the library with what ComfyUI did and what was sent. */
import { isEnded, type StoredJob, type StoredLibrary } from './library.js';
import type { Tap } from './tap.js';

/** ComfyUI's history, as far as it matters here. */
type History = Record<
  string,
  {
    outputs: Record<string, Record<string, unknown[]>>;
    status: { completed: boolean; messages: [string, unknown][] };
  }
>;

export interface Audit {
  problems: string[];
  jobs: number;
  assets: number;
  /** How many jobs ended in each state. */
  ends: Record<string, number>;
}

/**
 * `promised`: prompt ids that the program answered its callers. `emptied`: `type/subfolder/filename` of what was deleted for
 * good. Looks only at what was generated.
 */
export async function audit({
  library,
  tap,
  engineUrl,
  promised,
  emptied = new Set(),
}: {
  library: StoredLibrary;
  tap: Pick<Tap, 'sent' | 'deleted'>;
  engineUrl: string;
  promised: ReadonlySet<string>;
  emptied?: ReadonlySet<string>;
}): Promise<Audit> {
  const history = (await (await fetch(`${engineUrl}/history`)).json()) as History;
  const problems: string[] = [];
  const jobs = new Map(library.jobs.map((job) => [job.prompt_id, job]));
  for (const [id, times] of tap.sent) {
    if (times !== 1) problems.push(`${id} was sent ${times} times`);
    if (!jobs.has(id)) problems.push(`${id} was sent but not written down`);
  }
  for (const id of promised) if (!jobs.has(id)) problems.push(`${id} was promised to a caller and is not known`);
  for (const job of library.jobs) problems.push(...problemsOf(job, history, library, tap, emptied));
  const files = library.assets.filter(({ imported, own }) => imported === 0 && own === 0).map(({ file }) => file);
  const doubled = files.filter((file, index) => files.indexOf(file) !== index);
  for (const file of new Set(doubled)) problems.push(`${file} is registered more than once`);
  const expected = new Set(
    Object.entries(history).flatMap(([id, entry]) => (jobs.has(id) ? filesOf(entry.outputs) : [])),
  );
  for (const file of files) if (!expected.has(file)) problems.push(`${file} is registered, but no job made it`);
  const ends: Record<string, number> = {};
  for (const { status } of library.jobs) ends[status] = (ends[status] ?? 0) + 1;
  return { problems, jobs: library.jobs.length, assets: files.length, ends };
}

function problemsOf(
  job: StoredJob,
  history: History,
  library: StoredLibrary,
  { sent, deleted }: Pick<Tap, 'sent' | 'deleted'>,
  emptied: ReadonlySet<string>,
): string[] {
  const { prompt_id: id, status } = job;
  if (!isEnded(job)) return [`${id} is stuck: ${status}`];
  const entry = history[id];
  if (!entry) {
    const known = sent.has(id) && !deleted.has(id);
    return known ? [`${id} was sent, is nowhere in ComfyUI, and ended as ${status}`] : [];
  }
  const interrupted = entry.status.messages.some(([name]) => name === 'execution_interrupted');
  const expected = entry.status.completed ? 'completed' : interrupted ? 'cancelled' : 'error';
  const problems = status === expected ? [] : [`${id} ended as ${expected} at ComfyUI, but as ${status} here`];
  const made = filesOf(entry.outputs).filter((file) => !emptied.has(file));
  const mine = library.assets.filter((asset) => asset.prompt_id === id).map(({ file }) => file);
  for (const file of made) if (!mine.includes(file)) problems.push(`${id} made ${file}, which is not registered`);
  if (job.outputs !== made.length) problems.push(`${id} made ${made.length} files and has ${job.outputs}`);
  return problems;
}

function filesOf(outputs: History[string]['outputs']): string[] {
  return Object.values(outputs)
    .flatMap((shown) => Object.values(shown).flat())
    .flatMap((item) => {
      if (typeof item !== 'object' || item === null || !('filename' in item)) return [];
      const { filename, subfolder, type } = item as { filename: string; subfolder: string; type: string };
      return [`${type}/${subfolder}/${filename}`];
    });
}
