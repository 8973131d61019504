/** The media room's door. */

export { isMissing } from './file-cache.js';
export type { Media, MediaFacts, MediaFile, MediaOptions, Preview, PreviewLimits, ThumbnailSize } from './media.js';
export { createMedia, fileFacts } from './media.js';
