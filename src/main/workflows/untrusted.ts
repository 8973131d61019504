/** What is held against every file of strangers, and what such a file says of packs and models beside its graph. */
import { isRecord } from '../../shared/config-text.js';
import { AppError } from '../../shared/errors.js';

/** Objects and lists in each other; the deepest graphs in use have some ten. */
const deepest = 200;
/** Keys that name an object's own workings instead of something in it. */
const reserved: ReadonlySet<string> = new Set(['constructor', 'prototype']);

/**
 * Refuses what no program writes but to do harm: keys that reach for an object's prototype, and nesting beyond all
 * measure. Level by level, since recursion would not survive it.
 *
 * @throws AppError WORKFLOW_INVALID, naming the key.
 */
export function refuseUnsafe(root: unknown): void {
  let level: object[] = typeof root === 'object' && root !== null ? [root] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw new AppError('WORKFLOW_INVALID', 'The file is nested too deeply to be a graph.');
    const next: object[] = [];
    for (const item of level) {
      for (const [key, value] of Object.entries(item)) {
        const isObject = typeof value === 'object' && value !== null;
        if (key === '__proto__' || (isObject && reserved.has(key))) {
          throw new AppError('WORKFLOW_INVALID', `The file has the key "${key}", which no graph has.`, {
            hint: 'It may have been made to do harm. Nothing of it was taken.',
            details: { key },
          });
        }
        if (isObject) next.push(value);
      }
    }
    level = next;
  }
}

/** Where a model file can be had. */
export interface ModelSource {
  url: string;
  /** ComfyUI's folder for it, such as `vae`. */
  folder?: string;
}

/** The pack of custom nodes that each class is of, as the editor noted it in the nodes. Core nodes are left out. */
export function packsOf(ui: Record<string, unknown>): Map<string, string> {
  const packs = new Map<string, string>();
  for (const { type, properties } of nodesOf(ui)) {
    const pack = properties.cnr_id ?? properties.aux_id;
    if (typeof pack === 'string' && pack !== '' && pack !== 'comfy-core') packs.set(type, pack);
  }
  return packs;
}

/** Models that the file's nodes say where to have, by file name; web addresses only. */
export function modelSources(ui: Record<string, unknown>): Record<string, ModelSource> {
  const found = nodesOf(ui).flatMap(({ properties: { models } }) =>
    (Array.isArray(models) ? models.filter(isRecord) : []).flatMap(({ name, url, directory }) => {
      if (typeof name !== 'string' || typeof url !== 'string' || !/^https:\/\//i.test(url)) return [];
      return [[name, { url, ...(typeof directory === 'string' ? { folder: directory } : {}) }] as const];
    }),
  );
  return Object.fromEntries(found);
}

/** Every node of the file, those inside subgraphs among them. */
function nodesOf(ui: Record<string, unknown>): { type: string; properties: Record<string, unknown> }[] {
  const definitions = isRecord(ui.definitions) ? ui.definitions.subgraphs : [];
  const networks = [ui, ...(Array.isArray(definitions) ? definitions.filter(isRecord) : [])];
  return networks.flatMap(({ nodes }) =>
    (Array.isArray(nodes) ? nodes.filter(isRecord) : []).flatMap(({ type, properties }) =>
      typeof type === 'string' ? [{ type, properties: isRecord(properties) ? properties : {} }] : [],
    ),
  );
}
