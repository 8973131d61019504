/** What differs between assets, as the table below compared pictures shows it. Pure. */
import type { Asset } from '../../shared/asset.js';
import { inspectParameters } from './inspect.js';

export interface Difference {
  label: string;
  /** One for each asset, in their order; null where it has none. */
  values: readonly (string | null)[];
  differs: boolean;
  /** A number, whose figures line up. */
  number: boolean;
}

type Fact = Pick<Asset, 'parameters' | 'width' | 'height'>;

/** Every parameter that one of them has: those that differ first, each part in the inspector's order. */
export function differences(assets: readonly Fact[]): Difference[] {
  const rows = new Map<string, { values: (string | null)[]; number: boolean }>();
  for (const [at, asset] of assets.entries()) {
    for (const { label, shown, number } of facts(asset)) {
      const row = rows.get(label) ?? { values: assets.map(() => null), number };
      row.values[at] = shown;
      rows.set(label, row);
    }
  }
  const all = [...rows].map(([label, { values, number }]) => ({
    label,
    values,
    number,
    differs: values.some((value) => value !== values[0]),
  }));
  return [...all.filter((row) => row.differs), ...all.filter((row) => !row.differs)];
}

/** "3 differ, 9 alike". */
export function tally(rows: readonly Difference[]): string {
  const differing = rows.filter((row) => row.differs).length;
  const alike = rows.length - differing;
  if (rows.length === 0) return 'Nothing is known of how they were made';
  if (differing === 0) return 'All alike';
  return `${differing} ${differing === 1 ? 'differs' : 'differ'}, ${alike} alike`;
}

function facts({ parameters, width, height }: Fact): { label: string; shown: string; number: boolean }[] {
  const { prompt, without, pairs, lines, models } = inspectParameters(parameters);
  const size = width !== null && height !== null ? `${width} × ${height}` : '';
  return [
    { label: 'Prompt', shown: prompt, number: false },
    { label: 'Without', shown: without, number: false },
    ...models,
    ...lines,
    ...pairs,
    { label: 'Size', shown: size, number: true },
  ].filter(({ label, shown }) => shown !== '' && !(size !== '' && (label === 'Width' || label === 'Height')));
}
