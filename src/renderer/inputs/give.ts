/** Giving the window's files to the engine: dropped, chosen, pasted or painted. */
import type { App } from '../store/store.js';

/** Kinds of files that a dialog offers for a parameter. */
export const acceptedFiles = {
  image: 'image/png,image/jpeg,image/webp,image/gif,image/tiff',
  mask: 'image/png,image/jpeg,image/webp,image/tiff',
  audio: 'audio/*,video/mp4,video/webm',
  video: 'video/*',
} as const;

/** Uploads a file and answers its asset; undefined when that failed, which was told. */
export async function giveFile(app: App, file: File): Promise<string | undefined> {
  try {
    const path = app.client.pathOf(file);
    // What was pasted or dragged out of a page lies nowhere on this machine.
    const source = path === '' ? { base64: await base64Of(file), filename: file.name } : { path };
    const { asset_id } = await app.client.invoke('upload_image', source);
    return asset_id;
  } catch (error) {
    app.fail(error);
    return undefined;
  }
}

/** Uploads a mask that was painted for a picture; throws what went wrong. */
export async function giveMask(app: App, mask: Blob, imageAssetId: string): Promise<string> {
  const { asset_id } = await app.client.invoke('upload_image', {
    base64: await base64Of(mask),
    filename: 'mask.png',
    parent_asset_id: imageAssetId,
  });
  await app.client.invoke('update_asset', { asset_id, tags: ['mask'] });
  return asset_id;
}

function base64Of(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be read.'));
    reader.readAsDataURL(blob);
  });
}
