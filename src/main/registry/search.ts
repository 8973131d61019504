/**
 * Full-text search over assets: FTS5, one row for each asset under its row number, newest first. The texts themselves
 * are not stored again: the table holds only the index.
 */
import { z } from 'zod';
import type { Asset } from '../../shared/asset.js';
import type { QueryTerm, TextField } from '../../shared/query.js';
import type { JobRecord } from '../ports.js';
import type { Database, Reading } from './sqlite.js';

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

/**
 * What must be found and what must not, each as an FTS5 expression; null where there is nothing of the kind. What must
 * not be found is part of `find` where there is one.
 */
export function matchExpressions(
  database: Reading,
  terms: readonly QueryTerm[],
): { find: string | null; avoid: string | null } {
  const of = (not: boolean, joint: string) => {
    const parts = terms.filter((term) => term.not === not).map((term) => expression(database, term));
    return parts.length === 0 ? null : parts.join(joint);
  };
  const find = of(false, ' AND ');
  const avoid = of(true, ' OR ');
  return find !== null && avoid !== null ? { find: `(${find}) NOT (${avoid})`, avoid: null } : { find, avoid };
}

/** The tokenizer splits a quoted string as it split the text: `sd_xl_base_1.0` is found as its parts in a row. */
function expression(database: Reading, { text, phrase, in: field }: QueryTerm): string {
  const words = phrase ? quoted(text) : beginning(database, text);
  return field === undefined ? words : `${columns[field]} : ${words}`;
}

/** Finds a text as its words in a row, in one field. Where it has no word it finds nothing. */
export function phraseIn(field: TextField, text: string): string {
  return `${columns[field]} : ${quoted(text)}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""').replaceAll('\0', '')}"`;
}

/** So many words with one beginning are named singly. */
const namedWords = 64;
const termRows = z.array(z.object({ term: z.string() }));

/**
 * Words that begin like this. FTS5 collects all rows of a beginning before it tells the first one, but for the lengths it
 * has an index for; of words that are named it tells one row after the other, and begins where it is told to.
 */
function beginning(database: Reading, text: string): string {
  const prefix = `${quoted(text)}*`;
  // Only of these is it certain which word the tokenizer makes of them.
  if (!/^[a-z0-9]{4,}$/i.test(text)) return prefix;
  const first = text.toLowerCase();
  const read = () => wordsFrom(database, first);
  // To tell a word FTS5 counts its rows, those of a common one for some milliseconds.
  const rows = database.kept?.(`words ${first}`, read) ?? read();
  if (rows.length === 0 || rows.length > namedWords) return prefix;
  return `(${rows.map(({ term }) => quoted(term)).join(' OR ')})`;
}

function wordsFrom(database: Reading, first: string) {
  return termRows.parse(
    database.all(
      `SELECT term FROM asset_word WHERE term >= ? AND term < ? LIMIT ${namedWords + 1}`,
      first,
      // No word has a character above this one.
      `${first}\u{10ffff}`,
    ),
  );
}

/** Columns of the index by field; text assets and lyrics count as prompts. */
const columns: Readonly<Record<TextField, string>> = {
  prompt: '{prompt words}',
  negative: 'negative_prompt',
  model: 'model',
  workflow: 'workflow',
  file: 'filename',
};
