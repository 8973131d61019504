/**
 * What people and agents type to find something: words that must all be there, "words in a row", -words that must not,
 * and fields such as `model:flux`, `rating:>=4`, `before:2025-03`. A word also finds the longer words that begin with it.
 * Pure.
 */
import { AppError } from './errors.js';

export interface QueryTerm {
  /** As typed, without quotes; never empty. */
  text: string;
  /** In quotes: its words in a row, the last one whole. */
  phrase: boolean;
  /** Must not be there. */
  not: boolean;
  /** Where it must be; everywhere when absent. */
  in?: TextField;
}

/** Fields whose words are searched. */
export const textFields = ['prompt', 'negative', 'model', 'workflow', 'file'] as const;
export type TextField = (typeof textFields)[number];

/** Fields that are compared as a whole. */
export const valueFields = ['tag', 'album', 'session', 'agent', 'seed', 'kind'] as const;
export type ValueField = (typeof valueFields)[number];

export type Comparison = '=' | '<' | '<=' | '>' | '>=';

export type QueryCondition =
  | { field: ValueField; value: string; not: boolean }
  | { field: 'rating'; comparison: Comparison; value: number; not: boolean }
  /** Milliseconds since the epoch: created earlier than `value`, or at it and later. */
  | { field: 'before' | 'after'; value: number; not: boolean };

export interface Query {
  terms: QueryTerm[];
  conditions: QueryCondition[];
}

const term = /(-?)(?:([a-z]+):(?=\S))?(?:"([^"]*)"?|(\S+))/gi;

/**
 * What makes no sense as a term is left out; `now` is what "today" goes by, in milliseconds since the epoch.
 *
 * @throws AppError VALIDATION_ERROR for a field whose value can't be one: `rating:good`, `before:soon`.
 */
export function parseQuery(text: string, now: number = Date.now()): Query {
  const query: Query = { terms: [], conditions: [] };
  for (const [whole, minus = '', name = '', quoted, word = ''] of text.matchAll(term)) {
    const field = name.toLowerCase();
    const said = (quoted ?? word).trim();
    const not = minus === '-';
    if (isOneOf(valueFields, field)) query.conditions.push({ field, value: said, not });
    else if (field === 'rating') query.conditions.push({ field, ...rating(said), not });
    else if (field === 'before' || field === 'after')
      query.conditions.push({ field, value: moment(field, said, now), not });
    else query.terms.push(...words(field, said, quoted !== undefined, not, whole));
  }
  return query;
}

function words(field: string, said: string, phrase: boolean, not: boolean, whole: string): QueryTerm[] {
  const known = isOneOf(textFields, field) ? { in: field } : {};
  // Not one of our fields, so the colon was meant: `http://…`, `ratio:16:9`.
  const text = field === '' || 'in' in known ? said : whole.replace(/^-/, '').replaceAll('"', '');
  return /[\p{L}\p{N}]/u.test(text) ? [{ text, phrase, not, ...known }] : [];
}

function isOneOf<T extends string>(list: readonly T[], name: string): name is T {
  return (list as readonly string[]).includes(name);
}

function rating(said: string): { comparison: Comparison; value: number } {
  const [, sign = '', digits = '', plus = ''] = /^(<=|>=|<|>|=)?(-?\d)(\+)?$/.exec(said) ?? [];
  const value = Number(digits);
  if (digits === '' || value < -1 || value > 5) {
    throw unfit(`rating:${said}`, 'a number of stars such as rating:4, rating:>=3 or rating:-1 for what is rejected');
  }
  if (plus !== '') return { comparison: '>=', value };
  return { comparison: sign === '' ? '=' : (sign as Comparison), value };
}

const dayMs = 86_400_000;

/** Where a span of time begins, by the calendar of this machine: a year, a month, a day, or so many days ago. */
function moment(field: string, said: string, now: number): number {
  const [, year = '', month = '1', day = '1'] = /^(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?$/.exec(said) ?? [];
  if (year !== '') {
    const date = new Date(Number(year), Number(month) - 1, Number(day));
    // 2025-02-31 would be taken for a day in March.
    if (date.getMonth() === Number(month) - 1 && date.getDate() === Number(day)) return date.getTime();
  }
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  const [, count = '', unit = ''] = /^(\d{1,4})([dwmy])$/.exec(said.toLowerCase()) ?? [];
  if (count !== '') return now - Number(count) * dayMs * ({ d: 1, w: 7, m: 30, y: 365 }[unit] ?? 1);
  if (said.toLowerCase() === 'today') return midnight;
  if (said.toLowerCase() === 'yesterday') return new Date(midnight - dayMs / 2).setHours(0, 0, 0, 0);
  throw unfit(
    `${field}:${said}`,
    `a date such as ${field}:2025-03-01, ${field}:2025-03, ${field}:today or ${field}:7d`,
  );
}

function unfit(said: string, expected: string): AppError {
  return new AppError('VALIDATION_ERROR', `query: ${said} can't be understood.`, {
    hint: `Write ${expected}.`,
    details: { term: said },
  });
}
