/** The media room's door. */
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
export { createMedia } from './media.js';
export { createPeaksThread, type PeaksReader } from './peaks-thread.js';
