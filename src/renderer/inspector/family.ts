/** A family as the inspector draws it. Pure. */
import type { Lineage } from '../../shared/library.js';

export interface Family {
  /** Up to the first, which comes first. */
  ancestors: readonly string[];
  children: readonly string[];
  /** All of it as far as it is told, each with its depth below the first that is still known. */
  tree: readonly { assetId: string; depth: number }[];
  /** "Second of 6"; "Second of more than 500" where not all is told. */
  place: string;
}

/** Null for one that is alone. */
export function familyOf({ nodes, more }: Lineage): Family | null {
  if (nodes.length < 2) return null;
  const above = nodes.filter(({ generation }) => generation < 0).sort((a, b) => a.generation - b.generation);
  const ancestors = above.map(({ asset_id }) => asset_id);
  const self = nodes.find(({ generation }) => generation === 0);
  const byParent = new Map<string, string[]>();
  for (const { asset_id, parent_asset_id, generation } of nodes) {
    if (generation <= 0 || parent_asset_id === null) continue;
    byParent.set(parent_asset_id, [...(byParent.get(parent_asset_id) ?? []), asset_id]);
  }
  // What was put together from several has them all in one generation.
  const first = above[0]?.generation ?? 0;
  const parents = above.filter(({ generation }) => generation === -1).length;
  const tree = above.map(({ asset_id, generation }) => ({ assetId: asset_id, depth: generation - first }));
  if (self !== undefined) tree.push(...below(self.asset_id, -first, byParent));
  return {
    ancestors,
    children: self === undefined ? [] : (byParent.get(self.asset_id) ?? []),
    tree,
    place:
      parents > 1
        ? `Made from ${parents}`
        : `${ordinal(ancestors.length + 1)} of ${more ? 'more than ' : ''}${nodes.length}`,
  };
}

/** Deep first, each with those it became right below it. A list to work off, since a family may be a hundred deep. */
function below(root: string, depth: number, byParent: ReadonlyMap<string, readonly string[]>) {
  const found: { assetId: string; depth: number }[] = [];
  const left = [{ assetId: root, depth }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    found.push(next);
    const children = byParent.get(next.assetId) ?? [];
    for (const assetId of children.toReversed()) left.push({ assetId, depth: next.depth + 1 });
  }
  return found;
}

const ordinals = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth', 'Ninth'];

function ordinal(place: number): string {
  return ordinals[place - 1] ?? `Number ${place}`;
}
