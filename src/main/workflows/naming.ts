/** Names of workflows as people and tools see them. */
import { createHash } from 'node:crypto';

/** Clients put their own prefix before a tool's name and allow 64 characters in all. */
const longestToolName = 48;

/** Safe name of the tool for a workflow id: `[a-z0-9_]`, from its letters without accents. */
export function toolNameOf(id: string): string {
  const plain = id
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, longestToolName);
  // Nothing is left of a name in another script: its hash is stable and safe.
  return plain === '' ? `workflow_${createHash('sha256').update(id).digest('hex').slice(0, 8)}` : plain;
}

/**
 * A tool name for each workflow id. A taken name gets `_2`, `_3` …: built-in tools come first, then the workflow whose id
 * is exactly that name, then the others by id, so that the same files get the same names at every start.
 */
export function assignToolNames(ids: readonly string[], reserved: ReadonlySet<string>): Map<string, string> {
  const taken = new Set(reserved);
  const names = new Map<string, string>();
  const exactFirst = [...ids].sort(
    (a, b) => Number(toolNameOf(b) === b) - Number(toolNameOf(a) === a) || (a < b ? -1 : a > b ? 1 : 0),
  );
  for (const id of exactFirst) {
    const wanted = toolNameOf(id);
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}_${number}`;
    taken.add(name);
    names.set(id, name);
  }
  return names;
}

/** A file name as a title: `my_workflow-v2` → `My workflow v2`. */
export function titleOf(id: string): string {
  const words = id.replace(/[_-]+/g, ' ').trim();
  return words === '' ? id : words.charAt(0).toUpperCase() + words.slice(1);
}
