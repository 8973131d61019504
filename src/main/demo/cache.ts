/** The node cache. The classic one keeps what the nodes of the last prompt made, and nothing else. */

export interface CachedNode {
  outputs: unknown[];
  ui: Record<string, unknown[]> | undefined;
  /** The node that made it: `meta` of a later prompt still names it, whatever its node is called there. */
  madeBy: string;
}

export type CacheMode = 'classic' | 'none';

export interface NodeCache {
  /** A prompt begins: drops whatever its nodes don't use. */
  begin(keys: ReadonlySet<string>): void;
  get(key: string): CachedNode | undefined;
  set(key: string, value: CachedNode): void;
  clear(): void;
}

export function createNodeCache(mode: CacheMode): NodeCache {
  const entries = new Map<string, CachedNode>();
  return {
    begin(keys) {
      for (const key of entries.keys()) if (!keys.has(key)) entries.delete(key);
    },
    get: (key) => entries.get(key),
    set(key, value) {
      if (mode === 'classic') entries.set(key, value);
    },
    clear: () => entries.clear(),
  };
}
