/**
 * Full-text search over assets: FTS5, one row for each asset under its row number, newest first. The texts themselves
 * are not stored again: the table holds only the index.
 */
import { z } from 'zod';
import type { Asset } from '../../shared/asset.js';
import type { QueryTerm, TextField } from '../../shared/query.js';
import type { JobRecord } from '../ports.js';
import type { Database } from './sqlite.js';

/** Characters of one text that are indexed: whole books as prompts would make the index larger than the library. */
const indexedCharacters = 20_000;

const modelNames = /^(model|ckpt_name|unet_name|lora(_name)?)(_\d+)?$/;

export interface IndexedAsset {
  job: Pick<JobRecord, 'parameters' | 'workflow_id'>;
  filename: string;
  /** Content of a text asset. */
  text: string | undefined;
  tags?: readonly string[];
}

/** Makes an asset findable by what is known now, within the caller's transaction. */
export function indexAsset(database: Database, id: number, { job, filename, text, tags = [] }: IndexedAsset): void {
  const { prompt = '', negative_prompt = '', ...others } = job.parameters;
  const texts = Object.entries(others).filter(([, value]) => typeof value === 'string');
  const models = texts.filter(([name]) => modelNames.test(name)).map(([, value]) => value);
  const words = texts.filter(([name]) => !modelNames.test(name)).map(([, value]) => value);
  database.run(
    `INSERT OR REPLACE INTO asset_text (rowid, prompt, negative_prompt, words, model, workflow, filename, tags)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    short(String(prompt)),
    short(String(negative_prompt)),
    short([...words, text ?? ''].join('\n')),
    short(models.join('\n')),
    job.workflow_id ?? '',
    filename,
    tags.join('\n'),
  );
}

const storedRow = z.object({ id: z.number().int(), text: z.string().nullable() });

/** Makes an asset findable by the tags it has now, within the caller's transaction. */
export function reindexTags(database: Database, asset: Asset): void {
  const { id, text } = storedRow.parse(database.get('SELECT id, text FROM asset WHERE asset_id = ?', asset.asset_id));
  indexAsset(database, id, { job: asset, filename: asset.filename, text: text ?? undefined, tags: asset.tags });
}

function short(text: string): string {
  return text.slice(0, indexedCharacters);
}

/** What must be found and what must not, each as an FTS5 expression; null where there is nothing of the kind. */
export function matchExpressions(terms: readonly QueryTerm[]): { find: string | null; avoid: string | null } {
  const of = (not: boolean, joint: string) => {
    const parts = terms.filter((term) => term.not === not).map(expression);
    return parts.length === 0 ? null : parts.join(joint);
  };
  return { find: of(false, ' AND '), avoid: of(true, ' OR ') };
}

/** The tokenizer splits a quoted string as it split the text: `sd_xl_base_1.0` is found as its parts in a row. */
function expression({ text, phrase, in: field }: QueryTerm): string {
  const words = `"${text.replaceAll('"', '""').replaceAll('\0', '')}"${phrase ? '' : '*'}`;
  return field === undefined ? words : `${columns[field]} : ${words}`;
}

/** Columns of the index by field; text assets and lyrics count as prompts. */
const columns: Readonly<Record<TextField, string>> = {
  prompt: '{prompt words}',
  negative: 'negative_prompt',
  model: 'model',
  workflow: 'workflow',
  file: 'filename',
};
