/** The editor of a workflow's metadata: texts as typed, and what they mean for the file. Pure. */
import type { Namespace, Workflow, WorkflowMeta } from '../../shared/workflow.js';
import { type MetaChanges, type MetaIssue, metaIssues } from '../../shared/workflow-meta.js';

export interface MetaDraft {
  name: string;
  description: string;
  namespace: Namespace;
}

/** What the file says, as texts. */
export function toDraft({ namespace }: Workflow, meta: WorkflowMeta): MetaDraft {
  return { name: meta.name ?? '', description: meta.description ?? '', namespace };
}

/** What would be written, what is wrong with it, and whether it is anything at all. */
export function fromDraft(
  workflow: Workflow,
  meta: WorkflowMeta,
  draft: MetaDraft,
): { changes: MetaChanges; issues: MetaIssue[]; dirty: boolean } {
  const wanted = {
    name: draft.name.trim() === '' ? undefined : draft.name.trim(),
    description: draft.description.trim() === '' ? undefined : draft.description.trim(),
    // A kind that was only guessed from the graph is not written down until somebody changes it.
    namespace: draft.namespace === workflow.namespace ? meta.namespace : draft.namespace,
  };
  const changes = changed(meta, wanted);
  return { changes, issues: metaIssues(workflow.params, changes), dirty: Object.keys(changes).length > 0 };
}

/** Only keys that differ from the file; null where the file's value goes. */
function changed(meta: WorkflowMeta, wanted: Readonly<Record<string, unknown>>): MetaChanges {
  const differing = Object.entries(wanted).filter(([key, value]) => meta[key] !== value);
  return Object.fromEntries(differing.map(([key, value]) => [key, value ?? null]));
}

/** The first thing that is wrong with a place; undefined when it is fine. */
export function issueAt(issues: readonly MetaIssue[], ...path: readonly string[]): string | undefined {
  const key = JSON.stringify(path);
  return issues.find((issue) => JSON.stringify(issue.path) === key)?.message;
}
