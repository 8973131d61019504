/** Progress of one running job over its whole graph, from the events of its nodes. */
import type { Progress } from '../../shared/job.js';
import type { Graph, GraphNode } from '../../shared/workflow.js';
import type { LinkEvent } from './ports.js';

export interface ProgressTracker {
  started(at: number): void;
  take(event: LinkEvent): void;
  /** `now` and the times before it are milliseconds since the epoch; `typicalMs`: how long such jobs took, null when unknown. */
  read(now: number, typicalMs: number | null): Progress;
}

/** Shown until the engine says that the job is over: its files may still be missing. */
const almost = 99;

/**
 * Follows one job. Nodes are weighed by what they usually cost. Works from `states` (servers since 2025-07, which tell
 * of every node) and from `executing` and `progress` (all); events may be doubled or out of order, so a share done never
 * falls.
 */
export function createProgressTracker(graph: Graph): ProgressTracker {
  const weights = new Map(Object.entries(graph).map(([id, node]) => [id, weightOf(node)]));
  const total = Math.max(1, sum(weights.values()));
  /** Share done of each node, 0 to 1. */
  const shares = new Map<string, number>();
  let at: { node: string; value: number; max: number } | null = null;
  let statesTold = false;
  let startedAt: number | null = null;
  let percent = 0;

  /** The graph's node for one of the engine's: itself, or the one that was expanded into `5.0.0.3`. */
  const own = (...ids: string[]): string | undefined =>
    ids.flatMap((id) => [id, id.split('.')[0] ?? id]).find((id) => weights.has(id));

  const advance = (node: string, part: number) => {
    if (weights.has(node)) shares.set(node, Math.max(shares.get(node) ?? 0, Math.min(1, Math.max(0, part))));
  };

  const execute = (node: string) => {
    if (at?.node === node) return;
    // Servers that tell no states start a node only when the one before is done.
    if (at !== null && !statesTold) advance(at.node, 1);
    at = { node, value: 0, max: 1 };
  };

  const step = (node: string, id: string, value: number, max: number) => {
    at = { node, value, max };
    // Inner nodes of an expanded one say nothing of how far the whole of it is.
    if (node === id) advance(node, share(value, max));
  };

  return {
    started(time) {
      startedAt ??= time;
    },
    take(event) {
      switch (event.type) {
        case 'cached':
          for (const node of event.nodes) advance(node, 1);
          break;
        case 'executing': {
          const node = own(event.node, event.display);
          if (node !== undefined) execute(node);
          break;
        }
        case 'progress': {
          const node = own(event.node);
          if (node !== undefined) step(node, event.node, event.value, event.max);
          break;
        }
        case 'states':
          statesTold = true;
          for (const { node: id, display, state, value, max } of event.nodes) {
            const node = own(id, display);
            if (node === undefined) continue;
            if (state === 'running') step(node, id, value, max);
            else advance(id, 1);
          }
          break;
        case 'executed':
          advance(event.node, 1);
          break;
        default:
          break;
      }
    },
    read(now, typicalMs) {
      const weighed = sum([...shares].map(([id, part]) => (weights.get(id) ?? 0) * part));
      percent = Math.max(percent, Math.min(almost, tenths((100 * weighed) / total)));
      const node = at === null ? undefined : graph[at.node];
      return {
        node: at?.node ?? null,
        node_title: node === undefined ? null : (node._meta?.title ?? node.class_type),
        value: at?.value ?? 0,
        max: at?.max ?? 1,
        percent,
        eta_seconds: secondsLeft(percent / 100, startedAt === null ? null : Math.max(0, now - startedAt), typicalMs),
      };
    },
  };
}

/** Time is not spread evenly: sampling takes most of it, then models are loaded and pictures decoded. */
function weightOf({ class_type: classType, inputs }: GraphNode): number {
  const { steps } = inputs;
  if (typeof steps === 'number' && steps > 0) return 10 + Math.min(steps, 200);
  if (/sampler/i.test(classType) && !/select/i.test(classType)) return 30;
  if (/loader|decode|encode|upscale|video|interpolat/i.test(classType)) return 4;
  return 1;
}

/**
 * Earlier runs tell more in the beginning, this run's own pace towards the end; when it has gone on longer than they
 * did, only its pace counts.
 */
function secondsLeft(done: number, elapsedMs: number | null, typicalMs: number | null): number | null {
  if (elapsedMs === null) return typicalMs === null ? null : tenths(typicalMs / 1000);
  const byPace = done >= 0.1 && elapsedMs >= 500 ? (elapsedMs / done) * (1 - done) : null;
  const byPast = typicalMs !== null && typicalMs > elapsedMs ? typicalMs - elapsedMs : null;
  if (byPace !== null && byPast !== null) return tenths((byPast * (1 - done) + byPace * done) / 1000);
  const left = byPast ?? byPace;
  return left === null ? null : tenths(left / 1000);
}

function share(value: number, max: number): number {
  return max > 0 && Number.isFinite(value) ? value / max : 0;
}

/** One digit after the point, without the artefacts of binary fractions. */
function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

function sum(values: Iterable<number>): number {
  let result = 0;
  for (const value of values) result += value;
  return result;
}
