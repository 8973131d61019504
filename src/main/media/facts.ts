/** What a file tells about itself without being decoded. */
import type { MediaKind } from '../../shared/asset.js';
import { containerFacts } from './containers.js';
import { pictureFacts } from './pictures.js';

export interface FileFacts {
  /** Pixels; null where it has no meaning. */
  width: number | null;
  height: number | null;
  duration_seconds: number | null;
  animated: boolean;
}

export const noFacts: FileFacts = { width: null, height: null, duration_seconds: null, animated: false };

/** Throws MEDIA_UNSUPPORTED for a damaged picture, sound or video. The readers of containers may hang on a damaged file. */
export async function fileFacts(kind: MediaKind, path: string): Promise<FileFacts> {
  if (kind === 'image') return pictureFacts(path);
  if (kind === 'video' || kind === 'audio') return { animated: false, ...(await containerFacts(path)) };
  return noFacts;
}
