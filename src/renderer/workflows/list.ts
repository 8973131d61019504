/** The list of workflows: groups, search, and what keeps one from running, in words. Pure. */

import { everyWord } from '../../shared/words.js';
import type { Namespace, Workflow } from '../../shared/workflow.js';
import { namespaces } from '../../shared/workflow.js';

/** What the engine lacks for a workflow, as far as it could be asked. */
export interface Missing {
  nodes: readonly string[];
  models: readonly string[];
}

export interface WorkflowGroup {
  kind: Namespace;
  title: string;
  workflows: readonly Workflow[];
}

const titles: Record<Namespace, string> = { image: 'Image', audio: 'Audio', video: 'Video' };

/** Those with all the words in name, file, tool or description, by kind and then by name; no empty groups. */
export function groupWorkflows(workflows: readonly Workflow[], query: string): WorkflowGroup[] {
  const fits = everyWord(query);
  const found = workflows.filter(({ id, name, description, tool }) =>
    fits(`${name} ${id} ${tool ?? ''} ${description}`),
  );
  return namespaces.flatMap((kind) => {
    const mine = found.filter(({ namespace }) => namespace === kind).sort(byName);
    return mine.length === 0 ? [] : [{ kind, title: titles[kind], workflows: mine }];
  });
}

function byName(a: Workflow, b: Workflow): number {
  return a.name.localeCompare(b.name, undefined, { numeric: true }) || a.id.localeCompare(b.id);
}

/** What keeps it from running, the worst first, as one sentence each; empty when nothing does. */
export function problemsOf({ problem }: Workflow, missing: Missing | undefined): string[] {
  if (problem !== null) return [problem];
  return [
    ...(missing?.nodes ?? []).map((name) => `Node missing: ${name}`),
    ...(missing?.models ?? []).map((name) => `Model missing: ${name}`),
  ];
}

/** What to do about it; null when nothing is wrong. */
export function remedyOf({ problem, source }: Workflow, missing: Missing | undefined): string | null {
  if (problem !== null) {
    return source === 'user' ? 'Mend the file; it is read again as soon as it is saved.' : 'Install the app again.';
  }
  const nodes = missing?.nodes.length ?? 0;
  const models = missing?.models.length ?? 0;
  if (nodes > 0) return 'Install the custom nodes it needs in ComfyUI and restart ComfyUI.';
  return models > 0 ? 'Put the model into ComfyUI’s folder, or choose another one below.' : null;
}

/** The second line of a row: the tool agents call it by, or why there is none. */
export function toolWords({ tool, problem, params, id }: Workflow, disabled: readonly string[]): string {
  if (problem !== null) return `${id.replace(/\.json$/i, '')}.json`;
  if (tool === null) return params.length === 0 ? 'No parameters, so no tool' : 'No tool';
  return disabled.includes(tool) ? `${tool}, not offered` : tool;
}

/** The workflow that a key leads to from the current one, in the order of the list; undefined where there is none. */
export function stepIn(groups: readonly WorkflowGroup[], current: string | null, key: string): string | undefined {
  const ids = groups.flatMap(({ workflows }) => workflows.map(({ id }) => id));
  const at = current === null ? -1 : ids.indexOf(current);
  switch (key) {
    case 'ArrowDown':
      return ids[Math.min(at + 1, ids.length - 1)];
    case 'ArrowUp':
      return ids[Math.max(at - 1, 0)];
    case 'Home':
      return ids[0];
    case 'End':
      return ids.at(-1);
    default:
      return undefined;
  }
}
