/** Deciding about an asset: stars, tags, the bin. Each through the same operation that agents have. */
import { shownIndex } from '../store/found.js';
import type { App } from '../store/store.js';
import { plural } from '../ui/format.js';

type Client = Pick<App['client'], 'invoke'>;

/** What became of one asset's stars. */
export interface RatingEdit {
  assetId: string;
  from: number;
  to: number;
}

/** What was added to one asset's tags or albums, and what was taken from them. */
export interface ListEdit {
  assetId: string;
  added: readonly string[];
  taken: readonly string[];
}

/** Puts the stars of each where it is still as the edit expects: what others decided since stays. */
export async function putRatings(client: Client, edits: readonly RatingEdit[]): Promise<void> {
  const byId = new Map(edits.map((edit) => [edit.assetId, edit]));
  for (const part of parts([...byId.keys()])) {
    const { assets } = await client.invoke('get_assets', { asset_ids: part });
    const still = assets.flatMap(({ asset_id, rating }) => {
      const edit = byId.get(asset_id);
      return edit === undefined || rating !== edit.from ? [] : [edit];
    });
    for (const [rating, asset_ids] of grouped(still, ({ to }) => to)) {
      await client.invoke('update_asset', { asset_ids, rating });
    }
  }
}

/** Adds to and takes from the lists as they are now, so that what others put there stays. */
export async function putLists(client: Client, list: 'tags' | 'albums', edits: readonly ListEdit[]): Promise<void> {
  const byId = new Map(edits.map((edit) => [edit.assetId, edit]));
  for (const part of parts([...byId.keys()])) {
    const { assets } = await client.invoke('get_assets', { asset_ids: part });
    await updateLists(
      client,
      list,
      assets.flatMap(({ asset_id }) => byId.get(asset_id) ?? []),
    );
  }
}

/** Those of one and the same change go in one call. */
async function updateLists(client: Client, list: 'tags' | 'albums', edits: readonly ListEdit[]): Promise<void> {
  for (const [change, asset_ids] of grouped(edits, ({ added, taken }) => JSON.stringify({ added, taken }))) {
    const { added, taken }: Pick<ListEdit, 'added' | 'taken'> = JSON.parse(change);
    await client.invoke('update_asset', {
      asset_ids,
      [`add_${list}`]: [...added],
      [`remove_${list}`]: [...taken],
    });
  }
}

/** Ids by what their edits have in common. */
function grouped<T extends { assetId: string }, K>(edits: readonly T[], keyOf: (edit: T) => K): Map<K, string[]> {
  const groups = new Map<K, string[]>();
  for (const edit of edits) groups.set(keyOf(edit), [...(groups.get(keyOf(edit)) ?? []), edit.assetId]);
  return groups;
}

/** Changes the tags or albums of each. The answer takes that back; undefined when nothing was changed. */
export async function changeEach(
  app: App,
  assetIds: readonly string[],
  list: 'tags' | 'albums',
  change: (before: readonly string[]) => readonly string[],
): Promise<(() => Promise<void>) | undefined> {
  const edits: ListEdit[] = [];
  try {
    for (const part of parts(assetIds)) {
      const { assets } = await app.client.invoke('get_assets', { asset_ids: part });
      const changed = assets.flatMap(({ asset_id, [list]: before }): ListEdit[] => {
        const after = change(before);
        const added = after.filter((one) => !before.includes(one));
        const taken = before.filter((one) => !after.includes(one));
        return added.length === 0 && taken.length === 0 ? [] : [{ assetId: asset_id, added, taken }];
      });
      await updateLists(app.client, list, changed);
      edits.push(...changed);
    }
  } catch (error) {
    app.fail(error);
  }
  if (edits.length === 0) return undefined;
  const inverse = edits.map(({ assetId, added, taken }) => ({ assetId, added: taken, taken: added }));
  return app.history.add({
    title: `${list === 'tags' ? 'Tags' : 'Albums'} of ${plural(edits.length, 'asset')}`,
    undo: () => putLists(app.client, list, inverse),
    redo: () => putLists(app.client, list, edits),
  });
}

/** Gives so many stars; those that all of them have already are taken back. */
export async function rateAssets(app: App, assetIds: readonly string[], rating: number): Promise<void> {
  const has = assetIds.every((assetId) => app.details.get(assetId)?.rating === rating);
  const to = has ? 0 : rating;
  const edits: RatingEdit[] = [];
  try {
    for (const part of parts(assetIds)) {
      const { assets } = await app.client.invoke('get_assets', { asset_ids: part });
      const changed = assets.flatMap(({ asset_id, rating: from }) =>
        from === to ? [] : [{ assetId: asset_id, from, to }],
      );
      if (changed.length === 0) continue;
      await app.client.invoke('update_asset', { asset_ids: changed.map(({ assetId }) => assetId), rating: to });
      edits.push(...changed);
    }
  } catch (error) {
    app.fail(error);
  }
  if (edits.length === 0) return;
  const inverse = edits.map(({ assetId, from, to }) => ({ assetId, from: to, to: from }));
  app.history.add({
    title: `Rating of ${plural(edits.length, 'asset')}`,
    undo: () => putRatings(app.client, inverse),
    redo: () => putRatings(app.client, edits),
  });
}

async function invokeInParts(
  client: Client,
  name: 'delete_assets' | 'restore_assets',
  assetIds: readonly string[],
): Promise<void> {
  for (const part of parts(assetIds)) await client.invoke(name, { asset_ids: part });
}

/** Moves them into the bin, steps to their neighbour and offers the way back. */
export async function deleteAssets(app: App, assetIds: readonly string[]): Promise<void> {
  if (assetIds.length === 0) return;
  const state = app.store.getState();
  const { lightbox, current } = state;
  const next = neighbourOf(shownIndex(state).ids, assetIds);
  const leaves = current !== null && assetIds.includes(current);
  try {
    await invokeInParts(app.client, 'delete_assets', assetIds);
    app.set({
      current: leaves ? next : current,
      lightbox: lightbox && (!leaves || next !== null),
      selected: new Set(),
      anchor: null,
    });
    const undo = app.history.add({
      title: `Deletion of ${plural(assetIds.length, 'asset')}`,
      undo: () => bringBack(app, assetIds),
      redo: () => invokeInParts(app.client, 'delete_assets', assetIds),
    });
    app.toast(assetIds.length === 1 ? 'Moved to the bin.' : `${plural(assetIds.length, 'asset')} moved to the bin.`, {
      action: { label: 'Undo', run: () => void undo() },
    });
  } catch (error) {
    app.fail(error);
  }
}

/** Brings them back from the bin. */
export async function restoreAssets(app: App, assetIds: readonly string[]): Promise<void> {
  try {
    await bringBack(app, assetIds);
    app.history.add({
      title: `Restoring of ${plural(assetIds.length, 'asset')}`,
      undo: () => invokeInParts(app.client, 'delete_assets', assetIds),
      redo: () => bringBack(app, assetIds),
    });
  } catch (error) {
    app.fail(error);
  }
}

async function bringBack(app: App, assetIds: readonly string[]): Promise<void> {
  await invokeInParts(app.client, 'restore_assets', assetIds);
  app.set({ current: assetIds[0] ?? null, selected: new Set(), anchor: null });
}

/** So many go into one call. */
const atOnce = 500;

function parts(assetIds: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(assetIds.length / atOnce) }, (_, part) =>
    assetIds.slice(part * atOnce, (part + 1) * atOnce),
  );
}

/** What takes the place of those: the next older one that stays, else the next newer one; null when none stays. */
export function neighbourOf(ids: readonly string[], leaving: readonly string[]): string | null {
  const gone = new Set(leaving);
  const last = ids.findLastIndex((id) => gone.has(id));
  const older = ids.slice(last + 1).find((id) => !gone.has(id));
  return older ?? ids.slice(0, Math.max(0, last)).findLast((id) => !gone.has(id)) ?? null;
}
