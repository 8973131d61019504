import { useState } from 'react';
import type { ParamSpec, ParamValue } from '../../shared/params.js';
import type { Choices } from './param-form.js';
import { type Sweep, type SweepAxis, sweepOf, totalWords, withSeeds } from './sweep.js';

export interface SweepForm {
  /** Whether its fields are shown. */
  open: boolean;
  axes: readonly SweepAxis[];
  sweep: Sweep;
  toggle(): void;
  change(axes: readonly SweepAxis[]): void;
  /** How many jobs it makes with so many seeds for each combination, and whether they can be run. */
  count(seeds: number): { total: number; words: string; tooMany: boolean; ready: boolean };
  gridOf(seed: { name: string; text: string } | null, count: number): Record<string, ParamValue[]>;
}

/** What is varied, kept while the form of one workflow is open. */
export function useSweep(formKey: string, params: readonly ParamSpec[], choices: Choices): SweepForm {
  const [kept, setKept] = useState<{ key: string; open: boolean; axes: readonly SweepAxis[] }>({
    key: formKey,
    open: false,
    axes: [],
  });
  const { open, axes } = kept.key === formKey ? kept : { open: false, axes: [] };
  const sweep = sweepOf(axes, params, choices);
  const first = params.find(({ type }) => type === 'number') ?? params[0];
  return {
    open,
    axes,
    sweep,
    toggle: () =>
      setKept({
        key: formKey,
        open: !open,
        axes: open || first === undefined ? [] : [{ name: first.name, text: '' }],
      }),
    change: (next) => setKept({ key: formKey, open: true, axes: next }),
    count(seeds) {
      const { words, tooMany } = totalWords(sweep, seeds);
      return { total: sweep.total * seeds, words, tooMany, ready: !tooMany && sweep.total > 0 };
    },
    gridOf: (seed, count) => withSeeds(sweep, seed, count),
  };
}
