/** What several assets have in common. Pure. */
import type { Asset, MediaKind } from '../../shared/asset.js';
import { inspectParameters, type Line } from '../gallery/inspect.js';
import { askedBy } from '../jobs/words.js';
import { formatBytes, formatDay, startOfDay } from '../ui/format.js';

/** A value that all have, or null where it differs. */
export interface Shared {
  name: string;
  label: string;
  line: Line | null;
}

export interface Common {
  /** "Pictures", "Films", "Pictures and films" … */
  kinds: string;
  /** Bytes of all as far as they are known. */
  bytes: string;
  rating: number | null;
  /** Null: differs; empty: none has one. */
  prompt: string | null;
  parameters: readonly Shared[];
  models: readonly Shared[];
  facts: readonly Shared[];
}

export function commonOf(assets: readonly Asset[]): Common {
  const inspected = assets.map(({ parameters }) => inspectParameters(parameters));
  const bytes = assets.reduce((sum, asset) => sum + (asset.bytes_size ?? 0), 0);
  return {
    kinds: kindsOf(assets),
    bytes: bytes > 0 ? formatBytes(bytes) : '',
    rating: same(assets.map(({ rating }) => rating)) ?? null,
    prompt: same(inspected.map(({ prompt }) => prompt)) ?? null,
    parameters: sharedLines(inspected.map(({ pairs, lines }) => [...pairs, ...lines])),
    models: sharedLines(inspected.map(({ models }) => models)),
    facts: sharedLines(assets.map(factsOf)),
  };
}

function same<T>(values: readonly T[]): T | undefined {
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

/** By the order in which they come first; what one of them does not have differs. */
function sharedLines(all: readonly (readonly Line[])[]): Shared[] {
  const labels = new Map<string, string>();
  const tables = all.map((lines) => new Map(lines.map((line) => [line.name, line])));
  for (const lines of all) for (const { name, label } of lines) if (!labels.has(name)) labels.set(name, label);
  return [...labels].map(([name, label]) => {
    const first = tables[0]?.get(name);
    const all = tables.every((table) => {
      const line = table.get(name);
      return line !== undefined && line.text === first?.text && line.detail === first.detail;
    });
    return { name, label, line: all && first !== undefined ? first : null };
  });
}

function factsOf(asset: Asset): Line[] {
  const fact = (name: string, label: string, text: string | null): Line[] =>
    text === null ? [] : [{ name, label, shown: text, text, number: false }];
  const { width, height } = asset;
  return [
    ...fact('size', 'Size', width === null || height === null ? null : `${width} × ${height}`),
    ...fact('maker', 'Made by', asset.imported ? 'Imported' : askedBy(asset.client_name)),
    ...fact('workflow', 'Workflow', asset.workflow_id),
    ...fact('day', 'Made on', formatDay(startOfDay(Date.parse(asset.created_at)), 0).name),
  ];
}

const kindWords: Readonly<Record<MediaKind, string>> = {
  image: 'pictures',
  video: 'films',
  audio: 'sounds',
  text: 'texts',
  model: 'models',
  other: 'files',
};

function kindsOf(assets: readonly Asset[]): string {
  const kinds = [...new Set(assets.map(({ media_kind }) => kindWords[media_kind]))];
  const words = kinds.length < 3 ? kinds.join(' and ') : `${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)}`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
