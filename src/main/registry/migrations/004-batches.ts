/**
 * Batches, and what an asset was put together from.
 *
 * A job of a batch fills one of its cells; of several jobs for one cell the newest counts, so that a cell can be made
 * again. How far a batch is, its jobs tell: nothing of it is kept here. `plan` is what varies (shared/batch.ts);
 * `sheet_wanted`: a contact sheet is to be made when it has ended. The batch of an asset is copied from its job, because
 * the gallery's index asks for it. A contact sheet is an asset whose job fills no cell, and `asset_part` names what it shows.
 */
import type { Migration } from './migration.js';

export const batches: Migration = {
  version: 4,
  name: 'batches',
  sql: `
CREATE TABLE batch (
  id INTEGER PRIMARY KEY,
  batch_id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  workflow_id TEXT,
  session_id TEXT,
  client_name TEXT,
  plan TEXT NOT NULL CHECK (json_valid(plan)),
  sheet_wanted INTEGER NOT NULL CHECK (sheet_wanted IN (0, 1)),
  created_ms INTEGER NOT NULL
) STRICT;

ALTER TABLE job ADD COLUMN batch_id INTEGER REFERENCES batch (id);
ALTER TABLE job ADD COLUMN cell INTEGER;
CREATE INDEX job_by_batch ON job (batch_id, cell) WHERE batch_id IS NOT NULL;

ALTER TABLE asset ADD COLUMN batch_id INTEGER REFERENCES batch (id);
CREATE INDEX asset_by_batch ON asset (batch_id, asset_id) WHERE batch_id IS NOT NULL;

CREATE TABLE asset_part (
  asset_id INTEGER NOT NULL REFERENCES asset (id) ON DELETE CASCADE,
  ord INTEGER NOT NULL,
  part_asset_id TEXT NOT NULL,
  PRIMARY KEY (asset_id, ord)
) STRICT, WITHOUT ROWID;
`,
};
