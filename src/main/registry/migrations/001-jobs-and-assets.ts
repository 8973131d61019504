/**
 * Jobs, what they made, and who asked.
 *
 * What an asset owes to its job (parameters, client, tool, timings) is read from the job's row; only what lists filter
 * by is copied into the asset, so that every filter has its own keyset index. `text` is the content of an asset that has
 * no file: what a node shows as words is kept here. What is deleted (`deleted_ms`) lies in the bin and is whole.
 * `parent_asset_id` and `session_id` are no foreign keys: provenance outlives what it points at.
 */
import type { Migration } from './migration.js';

export const jobsAndAssets: Migration = {
  version: 1,
  name: 'jobs-and-assets',
  sql: `
CREATE TABLE job (
  id INTEGER PRIMARY KEY,
  prompt_id TEXT NOT NULL UNIQUE,
  backend TEXT NOT NULL,
  remote_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'completed', 'error', 'cancelled', 'lost')),
  workflow_id TEXT,
  tool TEXT,
  title TEXT NOT NULL,
  session_id TEXT,
  client_name TEXT,
  client_version TEXT,
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  parent_asset_id TEXT,
  demo INTEGER NOT NULL CHECK (demo IN (0, 1)),
  position INTEGER,
  cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  created_ms INTEGER NOT NULL,
  submitted_ms INTEGER,
  started_ms INTEGER,
  finished_ms INTEGER
) STRICT;
CREATE INDEX job_recent ON job (created_ms);
CREATE INDEX job_unfinished ON job (backend, created_ms) WHERE status IN ('queued', 'running');
CREATE INDEX job_elapsed ON job (workflow_id, backend, finished_ms) WHERE status = 'completed';
CREATE INDEX job_status ON job (status);
CREATE INDEX job_by_session ON job (session_id) WHERE session_id IS NOT NULL;

CREATE TABLE job_document (
  job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('graph', 'history')),
  codec TEXT NOT NULL CHECK (codec IN ('brotli')),
  body BLOB NOT NULL,
  PRIMARY KEY (job_id, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE asset (
  id INTEGER PRIMARY KEY,
  asset_id TEXT NOT NULL UNIQUE,
  job_id INTEGER REFERENCES job (id),
  backend TEXT NOT NULL,
  folder_type TEXT NOT NULL CHECK (folder_type IN ('output', 'temp', 'input')),
  subfolder TEXT NOT NULL,
  filename TEXT NOT NULL,
  text TEXT,
  media_kind TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  animated INTEGER NOT NULL CHECK (animated IN (0, 1)),
  width INTEGER,
  height INTEGER,
  duration_seconds REAL,
  bytes_size INTEGER,
  workflow_id TEXT,
  session_id TEXT,
  parent_asset_id TEXT,
  created_ms INTEGER NOT NULL,
  expires_ms INTEGER,
  superseded_ms INTEGER,
  rating INTEGER NOT NULL DEFAULT 0 CHECK (rating BETWEEN -1 AND 5),
  deleted_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX asset_identity ON asset (backend, folder_type, subfolder, filename) WHERE superseded_ms IS NULL;
CREATE INDEX asset_newest ON asset (created_ms, id, asset_id, media_kind, expires_ms, deleted_ms);
CREATE INDEX asset_in_bin ON asset (created_ms) WHERE deleted_ms IS NOT NULL;
CREATE INDEX asset_by_workflow ON asset (workflow_id, created_ms);
CREATE INDEX asset_by_session ON asset (session_id, created_ms);
CREATE INDEX asset_by_kind ON asset (media_kind, created_ms);
CREATE INDEX asset_without_facts ON asset (backend, created_ms) WHERE bytes_size IS NULL;
CREATE INDEX asset_by_parent ON asset (parent_asset_id, created_ms) WHERE parent_asset_id IS NOT NULL;

CREATE TABLE asset_tag (
  asset_id INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (asset_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_tag_name ON asset_tag (tag, asset_id);

CREATE VIRTUAL TABLE asset_text USING fts5 (
  prompt, negative_prompt, words, model, workflow, filename, tags,
  content = '', contentless_delete = 1, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE job_output (
  job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  ord INTEGER NOT NULL,
  node_id TEXT NOT NULL,
  asset_id INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
  cached INTEGER NOT NULL CHECK (cached IN (0, 1)),
  PRIMARY KEY (job_id, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_output_asset ON job_output (asset_id);

CREATE TABLE session (
  session_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  client_name TEXT,
  client_version TEXT,
  created_ms INTEGER NOT NULL,
  last_seen_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE protocol_session (
  id TEXT PRIMARY KEY,
  protocol_version TEXT NOT NULL,
  initialize TEXT NOT NULL CHECK (json_valid(initialize)),
  last_seen_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX protocol_session_seen ON protocol_session (last_seen_ms);
`,
};
