/** Why a graph can't be taken in, node by node. Pure. */
import { isRecord } from '../../../shared/config-text.js';
import type { ErrorValue } from '../../../shared/errors.js';

export interface Refusal {
  /** Classes that the engine lacks, each once, with the pack that the file says it is of. */
  lacking: { classType: string; pack: string | null; nodes: string[] }[];
  /** Everything else, one sentence each. */
  others: string[];
}

/** Of the error that reading a graph gave. */
export function refusalOf({ message, details }: ErrorValue): Refusal {
  const problems = (Array.isArray(details?.problems) ? details.problems : []).filter(isRecord);
  const lacking = new Map<string, Refusal['lacking'][number]>();
  const others: string[] = [];
  for (const { node_id, class_type, input, reason, message: told, pack } of problems) {
    if (typeof class_type === 'string' && typeof reason === 'string' && /no node of this class/.test(reason)) {
      const before = lacking.get(class_type) ?? { classType: class_type, pack: null, nodes: [] };
      const node = typeof node_id === 'string' ? [node_id] : [];
      const known = typeof pack === 'string' ? pack : before.pack;
      lacking.set(class_type, { ...before, pack: known, nodes: [...before.nodes, ...node] });
      continue;
    }
    const place =
      typeof node_id === 'string' ? `Node ${node_id}${typeof class_type === 'string' ? ` (${class_type})` : ''}` : '';
    const words = typeof reason === 'string' ? reason : String(told ?? '');
    const at = typeof input === 'string' ? `${place}, input ${input}` : place;
    // A sentence of its own names its node already.
    others.push(typeof reason === 'string' && at !== '' ? `${at}: ${words}` : words);
  }
  return { lacking: [...lacking.values()], others: others.length + lacking.size === 0 ? [message] : others };
}
