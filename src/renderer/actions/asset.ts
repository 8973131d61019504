/** What can be done with an asset, for whoever asks: menu, palette, inspector, key. */
import type { Asset } from '../../shared/asset.js';
import type { App } from '../store/store.js';

/** Puts text on the clipboard and says so. */
export async function copyText(app: App, text: string, done: string): Promise<void> {
  try {
    await app.client.invoke('copy_text', { text });
    app.toast(done);
  } catch (error) {
    app.fail(error);
  }
}

/** What the asset was asked for in words: its prompt, or a song's tags and lyrics. Empty when nothing is known. */
export function promptOf(asset: Asset): string {
  const { prompt, tags, lyrics, text } = asset.parameters;
  const parts = [prompt, tags, lyrics, text].filter((part): part is string => typeof part === 'string' && part !== '');
  return parts.join('\n\n');
}

/** The first of these, on one line: what a tile or a player is called by. Empty when nothing is known. */
export function subjectOf(asset: Asset): string {
  const { prompt, tags, lyrics, text } = asset.parameters;
  const first = [prompt, tags, lyrics, text].find((part) => typeof part === 'string' && part.trim() !== '');
  return typeof first === 'string' ? first.replace(/\s+/g, ' ').trim() : '';
}

export async function copyPrompt(app: App, assetId: string | null): Promise<void> {
  const asset = assetId === null ? undefined : app.details.get(assetId);
  if (asset === null || asset === undefined) return;
  const prompt = promptOf(asset);
  if (prompt === '') app.toast('No prompt is known for this one.');
  else await copyText(app, prompt, 'Prompt copied.');
}

/** Asks where to and copies the original there. */
export async function saveAsset(app: App, assetId: string | null): Promise<void> {
  if (assetId === null) return;
  try {
    const { path } = await app.client.invoke('save_asset_as', { asset_id: assetId });
    if (path !== null) app.toast(`Saved to ${path}`);
  } catch (error) {
    app.fail(error);
  }
}
