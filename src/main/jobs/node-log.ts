/** How far each node of a running job is, for a person who looks at it. Works from the same events as its progress. */
import { linkOf } from '../../shared/graph-link.js';
import type { JobNode } from '../../shared/job.js';
import type { Graph } from '../../shared/workflow.js';
import type { LinkEvent } from './ports.js';

export interface NodeLog {
  /** `now` is milliseconds on any clock. */
  take(event: LinkEvent, now: number): void;
  /** Nodes in the order they began, then those that wait, in an order they can run in. */
  read(): JobNode[];
}

interface Entry {
  state: JobNode['state'];
  began: number | null;
  ended: number | null;
}

export function createNodeLog(graph: Graph): NodeLog {
  const order = runOrder(graph);
  const entries = new Map<string, Entry>();
  let current: string | null = null;

  const own = (...ids: string[]) => ids.flatMap((id) => [id, id.split('.')[0] ?? id]).find((id) => id in graph);
  const end = (node: string, now: number) => {
    const entry = entries.get(node);
    if (entry?.state === 'cached' || entry?.state === 'done') return;
    entries.set(node, { state: 'done', began: entry?.began ?? null, ended: now });
  };
  const begin = (node: string | undefined, now: number) => {
    if (node === undefined || current === node) return;
    // Servers that tell no states start a node only when the one before is done.
    if (current !== null) end(current, now);
    current = node;
    if (entries.get(node)?.state !== 'done') entries.set(node, { state: 'running', began: now, ended: null });
  };

  return {
    take(event, now) {
      switch (event.type) {
        case 'cached':
          for (const node of event.nodes) {
            if (node in graph) entries.set(node, { state: 'cached', began: null, ended: null });
          }
          break;
        case 'executing':
          begin(own(event.node, event.display), now);
          break;
        case 'progress':
          begin(own(event.node), now);
          break;
        case 'states':
          for (const { node, display, state } of event.nodes) {
            const id = own(node, display);
            if (id === undefined) continue;
            if (state === 'running') begin(id, now);
            else if (id === node) end(id, now);
          }
          break;
        case 'executed':
          if (event.node in graph) end(event.node, now);
          break;
        default:
      }
    },
    read() {
      const rank = { cached: 0, done: 1, running: 2, waits: 3 };
      return order
        .map((node_id) => {
          const { state, began, ended }: Entry = entries.get(node_id) ?? { state: 'waits', began: null, ended: null };
          const { _meta, class_type } = graph[node_id] ?? { class_type: node_id };
          const elapsed_ms = began === null || ended === null ? null : ended - began;
          return { node_id, title: _meta?.title ?? class_type, state, elapsed_ms, began: began ?? 0 };
        })
        .sort((a, b) => rank[a.state] - rank[b.state] || a.began - b.began)
        .map(({ began, ...node }) => node);
    },
  };
}

/** Every node after those it takes from; what runs in a circle comes as it stands. */
function runOrder(graph: Graph): string[] {
  const done = new Set<string>();
  const visit = (id: string) => {
    const node = graph[id];
    if (node === undefined || done.has(id) || open.has(id)) return;
    open.add(id);
    for (const value of Object.values(node.inputs)) {
      const link = linkOf(value);
      if (link !== undefined) visit(link.from);
    }
    done.add(id);
  };
  const open = new Set<string>();
  for (const id of Object.keys(graph)) visit(id);
  return [...done];
}
