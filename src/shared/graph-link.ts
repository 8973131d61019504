/** Links of a graph in ComfyUI's API format. */

/**
 * Source node and output slot of an input that is linked, or nothing for a literal. Ids are strings even if written as
 * numbers. A longer or shorter list is a mistake the server reports.
 */
export function linkOf(value: unknown): { from: string; slot: number } | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [from, slot] = value;
  return (typeof from === 'string' || typeof from === 'number') && typeof slot === 'number'
    ? { from: String(from), slot }
    : undefined;
}

/** One text for an input of a node, to be compared and looked up by. */
export function placeKey(nodeId: string, input: string): string {
  return JSON.stringify([nodeId, input]);
}
