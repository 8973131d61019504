/**
 * Files that were uploaded to an engine as inputs, and which of them jobs were given.
 *
 * `hash` is the SHA-256 of the content in hex, `name` what a Load node of that engine wants. `asset_id` is the asset that
 * has this content: one that was made, or the uploaded file itself. Neither table has foreign keys to assets: provenance
 * outlives what it points at, and a row without its asset only means that the file is uploaded anew.
 */
import type { Migration } from './migration.js';

export const inputs: Migration = {
  version: 3,
  name: 'inputs',
  sql: `
CREATE TABLE engine_input (
  backend TEXT NOT NULL,
  hash TEXT NOT NULL,
  name TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  PRIMARY KEY (backend, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX engine_input_name ON engine_input (backend, name);

CREATE TABLE job_input (
  job_id INTEGER NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  parameter TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  PRIMARY KEY (job_id, parameter)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_input_asset ON job_input (asset_id);
`,
};
