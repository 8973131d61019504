/** The registry room's door. */
export type { AssetFacts, AssetFilter, AssetIndex, AssetLocation, AssetPage, Assets } from './assets.js';
export type { Curation, CurationPatch } from './curation.js';
export type { ClaimedDataDir, DataDirOwner } from './data-dir.js';
export { claimDataDir, makeFolder, readOwner } from './data-dir.js';
export type { Jobs } from './jobs.js';
export type { Registry, RegistryOptions } from './registry.js';
export { openRegistry } from './registry.js';
export type { RegistryNotice } from './schema.js';
export type { ProtocolSession, SessionRecord, Sessions, SessionTouch } from './sessions.js';
export { errorText, unwritable } from './sqlite.js';
