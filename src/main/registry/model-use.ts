/** What the library has of models: how much was made with each, when last, and what shows it best. */
import { z } from 'zod';
import { phraseIn } from './search.js';
import type { Reading } from './sqlite.js';

export interface ModelUse {
  name: string;
  /** Assets made with it; of LoRAs and the like the newest thousand are counted at most. */
  made: number;
  /** When the newest of them was made, milliseconds since the epoch; null where there is none. */
  last_ms: number | null;
  /** The newest picture or film of them that was not rejected and whose file is there. */
  asset_id: string | null;
}

const useRow = z.object({ made: z.number().int(), last_ms: z.number().int().nullable() });
const idRow = z.object({ asset_id: z.string() });

/** Of what is found by words so many are looked at. */
const lookedAt = 1000;

const shown = `asset.media_kind IN ('image', 'video') AND asset.rating >= 0 AND asset.deleted_ms IS NULL
  AND asset.missing_ms IS NULL`;

/** One for each name, in their order. The checkpoint has an index; others are found by the words of their name. */
export function modelUse(database: Reading, names: readonly string[]): ModelUse[] {
  return names.map((name) => {
    const own = useRow.parse(
      database.get(
        'SELECT count(*) AS made, max(created_ms) AS last_ms FROM asset WHERE model = ? AND deleted_ms IS NULL',
        name,
      ),
    );
    if (own.made === 0) return foundByWords(database, name);
    const best = database.get(
      `SELECT asset_id FROM asset WHERE model = ? AND ${shown} ORDER BY created_ms DESC, id DESC LIMIT 1`,
      name,
    );
    return { name, ...own, asset_id: best === undefined ? null : idRow.parse(best).asset_id };
  });
}

/** The words may stand in another model's name as well: only whole values count. */
function foundByWords(database: Reading, name: string): ModelUse {
  const find = phraseIn('model', name);
  const found = `(SELECT rowid AS id FROM asset_text WHERE asset_text MATCH ? ORDER BY rowid DESC LIMIT ${lookedAt}) AS found
    JOIN asset ON asset.id = found.id JOIN job ON job.id = asset.job_id
    WHERE asset.deleted_ms IS NULL AND EXISTS (SELECT 1 FROM json_each(job.parameters) WHERE value = ?)`;
  const use = useRow.parse(
    database.get(`SELECT count(*) AS made, max(asset.created_ms) AS last_ms FROM ${found}`, find, name),
  );
  const best =
    use.made === 0
      ? undefined
      : database.get(
          `SELECT asset.asset_id FROM ${found} AND ${shown} ORDER BY asset.created_ms DESC, asset.id DESC LIMIT 1`,
          find,
          name,
        );
  return { name, ...use, asset_id: best === undefined ? null : idRow.parse(best).asset_id };
}
