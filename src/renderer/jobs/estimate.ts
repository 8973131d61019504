/** When jobs that wait will begin, from how long jobs of their workflow took lately. Pure. */
import type { Job } from '../../shared/job.js';

export interface Estimate {
  /** Seconds until each waiting job begins; null from the first whose forerunner nobody can guess. */
  starts: (number | null)[];
  /** Seconds until everything is done; null when nobody can guess. */
  total: number | null;
}

export function estimate(jobs: Iterable<Job>, running: readonly Job[], waiting: readonly Job[]): Estimate {
  const typical = typicalSeconds(jobs);
  const lefts = running.map((job) => job.progress?.eta_seconds ?? typical(job));
  let at = lefts.reduce<number | null>(plus, 0);
  const starts = waiting.map((job) => {
    const start = at;
    at = plus(at, typical(job));
    return start;
  });
  return { starts, total: at };
}

function plus(sum: number | null, next: number | null): number | null {
  return sum === null || next === null ? null : sum + next;
}

/** So many of the latest runs tell what is typical; those of a cache took no time and tell nothing. */
const typicalRuns = 9;
const cachedBelow = 0.2;

function typicalSeconds(jobs: Iterable<Job>): (job: Job) => number | null {
  const taken = new Map<string, { end: string; seconds: number }[]>();
  for (const { status, workflow_id: id, started_at: began, finished_at: end } of jobs) {
    if (status !== 'completed' || id === null || began === null || end === null) continue;
    const seconds = (Date.parse(end) - Date.parse(began)) / 1000;
    if (seconds < cachedBelow) continue;
    const runs = taken.get(id) ?? [];
    taken.set(id, runs);
    runs.push({ end, seconds });
  }
  return ({ workflow_id: id }) => {
    const runs = id === null ? undefined : taken.get(id);
    if (runs === undefined) return null;
    const latest = runs.sort((a, b) => b.end.localeCompare(a.end)).slice(0, typicalRuns);
    return latest.map((run) => run.seconds).sort((a, b) => a - b)[latest.length >> 1] ?? null;
  };
}
