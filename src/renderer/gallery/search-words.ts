/** The text of a search as chips and what is being typed, and what could be typed next. Pure. */
import type { Facets } from '../../shared/library.js';
import { textFields, valueFields } from '../../shared/query.js';
import { modelName } from '../ui/format.js';

/** A term as it was typed, in the form of shared/query.ts. */
const termPattern = /-?(?:[a-z]+:)?(?:"[^"]*"|\S+)/gi;
const known = new Set<string>([...textFields, ...valueFields, 'rating', 'before', 'after']);

/** A field of ours with its value, or a word that is left out. */
function isFinished(term: string): boolean {
  const [, minus = '', name, value = ''] = /^(-?)(?:([a-z]+):)?("[^"]*"|[^"\s]\S*)$/i.exec(term) ?? [];
  return value !== '' && (name === undefined ? minus === '-' : known.has(name.toLowerCase()));
}

/** Terms that are done become chips: fields with a value, and words left out, once a space follows. */
export function splitQuery(text: string): { done: string[]; typing: string } {
  const done: string[] = [];
  let rest = text;
  for (;;) {
    const [found] = rest.match(/^\s*(-?(?:[a-z]+:)?(?:"[^"]*"|\S+))\s/i) ?? [];
    const term = found?.trim();
    if (found === undefined || term === undefined || !isFinished(term)) break;
    done.push(term);
    rest = rest.slice(found.length);
  }
  return { done, typing: rest.trimStart() };
}

/** What the library is asked: a field that waits for its value, or a minus for its word, asks for nothing yet. */
export function queryOf(text: string): string {
  const [waiting, name] = /(?:^|\s)-?(?:([a-z]+):"?)?$/i.exec(text) ?? [''];
  const open = name === undefined ? waiting.trim() === '-' : known.has(name.toLowerCase());
  return open ? text.slice(0, text.length - waiting.trimStart().length) : text;
}

/** The text of chips and what is typed; `raw` keeps the space at its end. */
export function joinQuery(done: readonly string[], typing: string, raw = false): string {
  const head = done.map((term) => `${term} `).join('');
  return raw ? head + typing : head + typing.trimEnd();
}

export interface Chip {
  key: string;
  place: number;
  /** "model:", or "without"; empty for a plain word. */
  field: string;
  value: string;
}

export function chipsOf(done: readonly string[]): Chip[] {
  return done.map((term, place) => {
    const [, minus = '', name = '', value = ''] = /^(-?)(?:([a-z]+):)?(.*)$/i.exec(term) ?? [];
    const field = [minus === '-' ? 'without' : '', name === '' ? '' : `${name}:`].filter(Boolean).join(' ');
    return { key: `${place} ${term}`, place, field, value: value.replaceAll('"', '') };
  });
}

export interface Suggestion {
  field: string;
  label: string;
  /** What replaces the term that is typed. */
  text: string;
  /** Null for a field that has yet to get its value. */
  count: number | null;
  /** The term is done with it. */
  whole: boolean;
}

const mostSuggestions = 5;

/** Fields that have values to be found, and which facet has them. */
const valued: readonly [string, keyof Facets][] = [
  ['model', 'model'],
  ['tag', 'tag'],
  ['album', 'album'],
  ['workflow', 'workflow'],
  ['agent', 'agent'],
  ['kind', 'kind'],
  ['session', 'session'],
];

const fields: readonly [string, string][] = [
  ['model:', 'a model’s name'],
  ['rating:', 'stars, such as 4 or >=3'],
  ['tag:', 'a tag'],
  ['-word', 'leaves a word out'],
  ['before:', 'a date, such as 2025-03 or 7d'],
  ['after:', 'a date, such as 2025-03 or today'],
  ['seed:', 'a seed'],
  ['workflow:', 'a workflow'],
  ['agent:', 'who asked for it'],
  ['session:', 'a conversation'],
  ['album:', 'an album'],
  ['kind:', 'image, video or audio'],
  ['file:', 'a file’s name'],
];

/** Values and fields that go on from the last word. */
export function suggestionsFor(typing: string, facets: Facets | null): Suggestion[] {
  const terms = typing.match(termPattern) ?? [];
  const last = typing.endsWith(' ') ? '' : (terms.at(-1) ?? '');
  const before = typing.slice(0, typing.length - last.length);
  const minus = last.startsWith('-') ? '-' : '';
  const [, name = '', said = ''] = /^-?(?:([a-z]+):)?"?(.*?)"?$/i.exec(last) ?? [];
  const wanted = said.toLowerCase();
  const values = valued
    .filter(([field]) => (name === '' ? wanted.length > 1 : field === name.toLowerCase()))
    .flatMap(([field, facet]) =>
      (facets?.[facet] ?? [])
        .filter(({ value }) => value !== '' && value.toLowerCase().includes(wanted))
        .map(({ value, count }): Suggestion => {
          const term = `${minus}${field}:${/\s/.test(value) ? `"${value.replaceAll('"', '')}"` : value}`;
          return {
            field: `${field}:`,
            label: field === 'model' ? modelName(value) : value,
            text: before + term,
            count,
            whole: true,
          };
        }),
    )
    .sort((a, b) => (b.count ?? 0) - (a.count ?? 0));
  if (name !== '') return values.slice(0, mostSuggestions);
  const hints = fields
    .filter(([field]) => field.toLowerCase().startsWith(`${minus}${wanted}`) || last === '')
    .map(([field, label]): Suggestion => {
      const text = field === '-word' ? '-' : `${minus}${field}`;
      return { field, label, text: before + text, count: null, whole: false };
    });
  return [...values.slice(0, 3), ...hints].slice(0, mostSuggestions);
}
