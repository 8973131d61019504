/** The media room's door. */
export { isMissing } from './file-cache.js';
export type {
  Media,
  MediaFacts,
  MediaFile,
  MediaHelpers,
  MediaOptions,
  PosterDrawer,
  Preview,
  PreviewLimits,
  ThumbnailSize,
} from './media.js';
export { createMedia, fileFacts } from './media.js';
export { createPeaksThread, type PeaksReader } from './peaks-thread.js';
