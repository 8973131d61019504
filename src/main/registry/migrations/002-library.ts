/**
 * Albums, saved searches, files that were imported from folders of this machine, and what is left to do after a death.
 *
 * `model`, `seed` and `client_name` are copied into the asset, because lists filter and count by them; a seed is text, as
 * it may be larger than SQLite's integers. `sample_hash` is told by the reader of the file (a hash over samples of it):
 * two files of one size and one sample may be the same file. `asset_word` has the words of the text index. `missing_ms`:
 * the file is not where it was. `judged_ms`: when stars, tags, albums, expiry or the bin were last decided about, which
 * tells a newer decision from a backup's.
 *
 * Graphs of imported files are jobs as well (`imported` = 1), one for each different graph, so that everything that asks
 * what an asset was made with has one place to look; they stand in no queue. A `source_file` is a file below a
 * `source_folder` as it was when it was last looked into; without an asset it is one that the person has deleted for good.
 *
 * A `forgotten_file` is an asset that was deleted for good and whose copies in the cache are not deleted yet. `recovery`
 * has one row after damage, what was saved of it as JSON, until the person was told.
 */
import type { Migration } from './migration.js';

export const library: Migration = {
  version: 2,
  name: 'library',
  sql: `
ALTER TABLE job ADD COLUMN imported INTEGER NOT NULL DEFAULT 0 CHECK (imported IN (0, 1));
DROP INDEX job_recent;
DROP INDEX job_status;
CREATE INDEX job_recent ON job (created_ms) WHERE imported = 0;
CREATE INDEX job_status ON job (status) WHERE imported = 0;

CREATE TABLE job_document_2 (
  job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('graph', 'history', 'workflow')),
  codec TEXT NOT NULL CHECK (codec IN ('brotli')),
  body BLOB NOT NULL,
  PRIMARY KEY (job_id, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO job_document_2 SELECT job_id, kind, codec, body FROM job_document;
DROP TABLE job_document;
ALTER TABLE job_document_2 RENAME TO job_document;

ALTER TABLE asset ADD COLUMN model TEXT;
ALTER TABLE asset ADD COLUMN seed TEXT;
ALTER TABLE asset ADD COLUMN client_name TEXT;
ALTER TABLE asset ADD COLUMN imported INTEGER NOT NULL DEFAULT 0 CHECK (imported IN (0, 1));
ALTER TABLE asset ADD COLUMN sample_hash TEXT;
ALTER TABLE asset ADD COLUMN missing_ms INTEGER;
ALTER TABLE asset ADD COLUMN judged_ms INTEGER;
UPDATE asset SET (model, seed, client_name) = (
  SELECT CASE json_type(parameters, '$.model') WHEN 'text' THEN parameters ->> '$.model' END,
    CAST(parameters ->> '$.seed' AS TEXT), client_name
  FROM job WHERE job.id = asset.job_id);

DROP INDEX asset_newest;
DROP INDEX asset_by_workflow;
DROP INDEX asset_by_session;
DROP INDEX asset_by_kind;
CREATE INDEX asset_newest ON asset (created_ms, id, asset_id, media_kind, expires_ms, deleted_ms, rating);
CREATE INDEX asset_by_kind ON asset (media_kind, created_ms, id, expires_ms, deleted_ms);
CREATE INDEX asset_by_workflow ON asset (workflow_id, created_ms, id, expires_ms, deleted_ms);
CREATE INDEX asset_by_session ON asset (session_id, created_ms, id, expires_ms, deleted_ms);
CREATE INDEX asset_by_model ON asset (model, created_ms, id, expires_ms, deleted_ms);
CREATE INDEX asset_by_client ON asset (client_name COLLATE NOCASE, created_ms, id, expires_ms, deleted_ms);
CREATE INDEX asset_by_rating ON asset (rating, created_ms, id, expires_ms, deleted_ms);
CREATE INDEX asset_by_seed ON asset (seed) WHERE seed IS NOT NULL;
CREATE INDEX asset_by_sample ON asset (sample_hash) WHERE sample_hash IS NOT NULL;
CREATE INDEX asset_by_name ON asset (filename COLLATE NOCASE, id, expires_ms, deleted_ms);
CREATE INDEX asset_by_size ON asset (coalesce(bytes_size, 0), id, expires_ms, deleted_ms);
CREATE INDEX job_output_repeated ON job_output (job_id) WHERE cached = 1;
CREATE INDEX asset_bin_age ON asset (deleted_ms) WHERE deleted_ms IS NOT NULL;

CREATE VIRTUAL TABLE asset_word USING fts5vocab (asset_text, row);

CREATE TABLE album (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  created_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE album_asset (
  album_id INTEGER NOT NULL REFERENCES album (id) ON DELETE CASCADE,
  asset_id INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
  added_ms INTEGER NOT NULL,
  PRIMARY KEY (album_id, asset_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX album_of_asset ON album_asset (asset_id);

CREATE TABLE saved_search (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  query TEXT NOT NULL,
  sort TEXT NOT NULL,
  created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE source_folder (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  watched INTEGER NOT NULL CHECK (watched IN (0, 1)),
  added_ms INTEGER NOT NULL,
  scanned_ms INTEGER,
  removed_ms INTEGER
) STRICT;
CREATE TABLE source_file (
  folder_id INTEGER NOT NULL REFERENCES source_folder (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  asset_id INTEGER REFERENCES asset (id) ON DELETE SET NULL,
  bytes_size INTEGER NOT NULL,
  modified_ms INTEGER NOT NULL,
  missing_ms INTEGER,
  PRIMARY KEY (folder_id, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_file_asset ON source_file (asset_id) WHERE asset_id IS NOT NULL;

CREATE TABLE forgotten_file (
  asset_id TEXT PRIMARY KEY,
  folder_type TEXT NOT NULL,
  filename TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  report TEXT NOT NULL CHECK (json_valid(report))
) STRICT;
`,
};
