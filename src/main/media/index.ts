/** The media room's door. */
export { type ContactSheetPlan, type DrawnSheet, drawContactSheet, type SheetCell } from './contact-sheet.js';
export { fileFacts, noFacts } from './facts.js';
export { isMissing } from './file-cache.js';
export { createLimiter } from './limiter.js';
export { createMedia } from './media.js';
export type {
  Media,
  MediaFacts,
  MediaFile,
  MediaOptions,
  PosterDrawer,
  Preview,
  PreviewLimits,
  StoredOriginal,
} from './ports.js';
export { createMediaReader } from './reader.js';
