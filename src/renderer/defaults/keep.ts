/** How long changes last, as the person chose it last. */
import type { Keep } from './rows.js';

type Memory = Pick<Storage, 'getItem' | 'setItem'>;

const memoryKey = 'defaults.keep';

/** Until the app quits, unless the person said otherwise: that harms nothing. */
export function readKeep(memory: Memory): Keep {
  return memory.getItem(memoryKey) === 'config' ? 'config' : 'runtime';
}

export function writeKeep(memory: Memory, keep: Keep): void {
  memory.setItem(memoryKey, keep);
}
