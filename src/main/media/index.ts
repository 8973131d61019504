/** The media room's door. */
export type {
  Media,
  MediaFacts,
  MediaFile,
  MediaOptions,
  Preview,
  PreviewLimits,
  StoredOriginal,
  ThumbnailSize,
} from './media.js';
export { createMedia } from './media.js';
