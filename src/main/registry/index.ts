/** The registry room's door. */
export type { AssetFacts, AssetLocation, Assets } from './assets.js';
export { type Batches, ownBackend } from './batches.js';
export type { Bin, ForgottenFile } from './bin.js';
export { findDamage } from './check.js';
export type { Collections } from './collections.js';
export type { Curation, CurationPatch } from './curation.js';
export type { ClaimedDataDir, ClaimOptions, DataDirOwner } from './data-dir.js';
export { claimDataDir, makeFolder, readOwner } from './data-dir.js';
export { packDocument } from './documents.js';
export type { AssetFilter } from './filters.js';
export type { Jobs } from './jobs.js';
export {
  clearAbandonedMove,
  keepOldFolder,
  moveDataDir,
  oldFolder,
  planMove,
  removeOldFolder,
} from './moving/index.js';
export type { AssetIndex, AssetPage, PageQuery } from './queries.js';
export type { Questions, Reader } from './reader.js';
export { createReaderThread } from './reader.js';
export type { RecoveredFile, Recovery, RecoveryReport } from './recovery.js';
export { recoveredBackend } from './recovery.js';
export type { Registry, RegistryOptions } from './registry.js';
export { openRegistry } from './registry.js';
export type { ProtocolSession, SessionRecord, Sessions, SessionTouch } from './sessions.js';
export type { Candidate, FoundFile, ImportCounts, KnownFile, Sources } from './sources.js';
export { errorText, unwritable } from './sqlite.js';
export type { RestoredCounts, Transfer } from './transfer.js';
