/** Varying parameters over lists of values: what was typed, what is made of it, and how many jobs that is. Pure. */
import { largestBatch, mostAxes, usualBatch } from '../../shared/batch.js';
import { AppError } from '../../shared/errors.js';
import { coerceParam, isSeedName, type ParamSpec, type ParamValue } from '../../shared/params.js';
import { formatCount } from '../ui/format.js';
import { type Choices, isLong } from './param-form.js';

/** One parameter that is varied, as it was typed. */
export interface SweepAxis {
  name: string;
  text: string;
}

export interface Sweep {
  /** What is sent; of axes without a fault. */
  grid: Record<string, ParamValue[]>;
  /** What is wrong, by parameter. */
  errors: Record<string, string>;
  /** How many jobs it is; 0 while an axis has none. */
  total: number;
}

/** Parameters that can be varied still. */
export function sweepable(params: readonly ParamSpec[], axes: readonly SweepAxis[]): ParamSpec[] {
  if (axes.length >= mostAxes) return [];
  return params.filter(({ name }) => !axes.some((axis) => axis.name === name));
}

/** What is chosen by ticking, as its text lists it: one a line. */
export function ticked(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

export function choicesOf(spec: ParamSpec, choices: Choices): readonly string[] {
  if (spec.type === 'boolean') return ['true', 'false'];
  return spec.enum?.map(String) ?? choices[spec.name] ?? [];
}

/** More than these of one range are never wanted, and would take long to list. */
const mostOfRange = largestBatch;
const range = /^\s*(-?[\d.]+)\s*(?:to|\.\.\.?|–|—)\s*(-?[\d.]+)(?:\s*(?:by|step|\/)\s*([\d.]+))?\s*$/i;

/** The pieces of what was typed, as text: lines of long texts and choices, else numbers and words parted by commas. */
function pieces(spec: ParamSpec, text: string, choices: Choices): string[] | string {
  if (isLong(spec) || choicesOf(spec, choices).length > 0) return ticked(text).map((line) => line.trim());
  const parts = text.split(spec.type === 'string' ? /[\n,]/ : /[\n,;]/).map((part) => part.trim());
  const found: string[] = [];
  for (const part of parts.filter((one) => one !== '')) {
    const span = spec.type === 'string' ? null : range.exec(part);
    if (span === null) found.push(part);
    else {
      const steps = spread(Number(span[1]), Number(span[2]), Number(span[3] ?? spec.step ?? 1));
      if (typeof steps === 'string') return steps;
      found.push(...steps);
    }
  }
  return found;
}

/** From one number to another, without the noise of binary fractions. A sentence when that is no range. */
function spread(from: number, to: number, by: number): string[] | string {
  if (![from, to, by].every(Number.isFinite) || by <= 0) return 'A range is two numbers and a step, e.g. 4 to 10 by 2.';
  const count = Math.floor(Math.abs(to - from) / by + 1e-9) + 1;
  if (count > mostOfRange) return `That range has ${formatCount(count)} values.`;
  const sign = to < from ? -1 : 1;
  return Array.from({ length: count }, (_, at) => String(Number((from + sign * at * by).toFixed(9))));
}

function valuesOf(spec: ParamSpec, text: string, choices: Choices): ParamValue[] | string {
  const found = pieces(spec, text, choices);
  if (typeof found === 'string') return found;
  if (found.length === 0) return '';
  const values: ParamValue[] = [];
  for (const piece of found) {
    try {
      values.push(coerceParam(spec, piece));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return error.message;
    }
  }
  const twice = values.find((value, at) => values.indexOf(value) < at && !(isSeedName(spec.name) && value === -1));
  return twice === undefined ? values : `${String(twice).slice(0, 60)} stands there twice.`;
}

/** What a sweep makes. An axis without values has the error '' until something is typed. */
export function sweepOf(axes: readonly SweepAxis[], params: readonly ParamSpec[], choices: Choices): Sweep {
  const sweep: Sweep = { grid: {}, errors: {}, total: axes.length === 0 ? 0 : 1 };
  for (const { name, text } of axes) {
    const spec = params.find((one) => one.name === name);
    const values = spec === undefined ? 'It has no such parameter any more.' : valuesOf(spec, text, choices);
    if (typeof values === 'string') {
      sweep.errors[name] = values;
      sweep.total = 0;
    } else {
      sweep.grid[name] = values;
      sweep.total *= values.length;
    }
  }
  return sweep;
}

/** Several of each combination are as many seeds: counted up from a given one, else drawn. */
export function withSeeds(
  { grid }: Sweep,
  seed: { name: string; text: string } | null,
  count: number,
): Record<string, ParamValue[]> {
  if (seed === null || count <= 1 || Object.hasOwn(grid, seed.name)) return grid;
  const first = seed.text.trim() === '' ? -1 : Number(seed.text);
  const seeds = Array.from({ length: count }, (_, at) => (first < 0 ? -1 : first + at));
  return { ...grid, [seed.name]: seeds };
}

/** "4 × 3 × 2 seeds = 24"; why not, when that is too many. */
export function totalWords(sweep: Sweep, seeds: number): { words: string; tooMany: boolean } {
  const sizes = Object.values(sweep.grid).map((values) => values.length);
  const total = sweep.total * seeds;
  const factors = [...sizes.map(String), ...(seeds > 1 ? [`${seeds} seeds`] : [])];
  if (sweep.total === 0) return { words: 'Give each its values.', tooMany: false };
  if (total > usualBatch) {
    return { words: `${formatCount(total)} combinations: at most ${usualBatch} are run at once.`, tooMany: true };
  }
  return { words: factors.length > 1 ? `${factors.join(' × ')} = ${total}` : `${total}`, tooMany: false };
}
