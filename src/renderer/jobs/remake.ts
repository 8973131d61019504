/** Making an asset again with changes: which values differ, and what is sent. Pure. */
import type { OperationInput } from '../../shared/contract.js';
import { isSeedName, maxSafeSeed, type ParamSpec, type ParamValue } from '../../shared/params.js';
import type { FormValues } from './param-form.js';

/** The values an asset was made with, as its form shows them. */
export function originalsOf(values: Readonly<Record<string, ParamValue>>): FormValues {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** Whether a field says something else than the asset was made with. An empty number means "as it was". */
export function isChanged(spec: ParamSpec, typed: string | undefined, originals: FormValues): boolean {
  const was = originals[spec.name] ?? '';
  if (typed === undefined || typed === was) return false;
  if (isSeedName(spec.name)) return true;
  const number = spec.type === 'integer' || spec.type === 'number';
  if (number && typed.trim() === '') return false;
  return !(number && was !== '' && Number(typed) === Number(was));
}

export function changedParams(params: readonly ParamSpec[], values: FormValues, originals: FormValues): ParamSpec[] {
  return params.filter((spec) => isChanged(spec, values[spec.name], originals));
}

type Remake = Pick<OperationInput<'regenerate'>, 'param_overrides' | 'seed'>;

/**
 * The calls that make `count` of it. A seed that is left to chance is drawn by the core for each; a fixed one counts up
 * from what the form says.
 */
export function remakeCalls(
  params: readonly ParamSpec[],
  overrides: Readonly<Record<string, ParamValue>>,
  { seedText, count }: { seedText: string | null; count: number },
): Remake[] {
  const seedName = params.find(({ name }) => isSeedName(name))?.name;
  const { [seedName ?? '']: _, ...others } = overrides;
  const base: Remake = Object.keys(others).length === 0 ? {} : { param_overrides: others };
  if (seedName === undefined || seedText === null) return [base];
  const fixed = seedText.trim() === '' ? -1 : Number(seedText);
  const seedAt = (index: number) => (fixed < 0 ? -1 : Math.min(maxSafeSeed, fixed + index));
  return Array.from({ length: count }, (_unused, index) => ({ ...base, seed: seedAt(index) }));
}
