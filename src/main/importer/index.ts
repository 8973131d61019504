/** The importer room's door. */
export type { Importer, ImportTask } from './importer.js';
export { createImporter } from './importer.js';
export type { FileReader, ReadFile, ReadResult, SeenFile, SourceStore } from './ports.js';
export { isMedia, walk } from './walk.js';
export type { Watcher } from './watcher.js';
export { createWatcher } from './watcher.js';
