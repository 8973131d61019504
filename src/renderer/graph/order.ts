/** Order in a graph of links: what comes after what, without circles. Pure. */

/** For every id what it feeds. */
export type After = ReadonlyMap<string, ReadonlySet<string>>;

/** Each pair once, without links to nowhere and without those that lead back: others' graphs may run in a circle. */
export function withoutCycles(ids: readonly string[], links: readonly { from: string; to: string }[]): After {
  const after = new Map(ids.map((id) => [id, new Set<string>()]));
  for (const { from, to } of links) if (from !== to && after.has(to)) after.get(from)?.add(to);
  const done = new Set<string>();
  for (const root of ids) {
    if (done.has(root)) continue;
    // Each id on the way with what is still to be looked at below it.
    const way = [{ id: root, left: [...(after.get(root) ?? [])] }];
    const open = new Set([root]);
    for (let here = way.at(-1); here !== undefined; here = way.at(-1)) {
      const next = here.left.pop();
      if (next === undefined) {
        done.add(here.id);
        open.delete(here.id);
        way.pop();
      } else if (open.has(next)) after.get(here.id)?.delete(next);
      else if (!done.has(next)) {
        open.add(next);
        way.push({ id: next, left: [...(after.get(next) ?? [])] });
      }
    }
  }
  return after;
}

/** For every id what feeds it. */
export function before(after: After): After {
  const result = new Map([...after.keys()].map((id) => [id, new Set<string>()]));
  for (const [from, targets] of after) for (const to of targets) result.get(to)?.add(from);
  return result;
}

/** Every id, after all that feed it; otherwise as they came. */
export function topological(after: After): string[] {
  const open = new Map([...before(after)].map(([id, sources]) => [id, sources.size]));
  const order = [...open].filter(([, count]) => count === 0).map(([id]) => id);
  // The list grows while it is walked.
  for (const id of order) {
    for (const to of after.get(id) ?? []) {
      const left = (open.get(to) ?? 0) - 1;
      open.set(to, left);
      if (left === 0) order.push(to);
    }
  }
  return order;
}

/** How many links the longest way from a source to each id has. */
export function depths(after: After): Map<string, number> {
  const result = new Map<string, number>();
  for (const id of topological(after)) {
    const depth = result.get(id) ?? 0;
    result.set(id, depth);
    for (const to of after.get(id) ?? []) result.set(to, Math.max(result.get(to) ?? 0, depth + 1));
  }
  return result;
}
