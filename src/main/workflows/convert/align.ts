/**
 * Which of a node's saved values belongs to which widget. The file has values only, in the order of the widgets, and that
 * order was another in other versions: the editor's own widgets come and go. Every reading is tried, the one that fits
 * the types best wins, and when none fits that is told: a value in the wrong place is worse than no conversion.
 */
import type { OwnSlot, Slot, ValueSlot } from './slots.js';

export interface Reading {
  /** By input name. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Inputs that the file has no value for. */
  readonly missing: readonly ValueSlot[];
  /** Values that don't fit their input. */
  readonly wrong: readonly { slot: ValueSlot; value: unknown }[];
  /** Values behind the last widget that say something. */
  readonly left: readonly unknown[];
  /** How badly it fits, for comparing it with another. */
  readonly cost: number;
}

interface Step {
  /** What fits worse costs more. */
  cost: number;
  taken: { slot: ValueSlot; value: unknown }[];
  missing: ValueSlot[];
  at: number;
}

const controlWords: ReadonlySet<unknown> = new Set(['fixed', 'increment', 'decrement', 'randomize', 'increment-wrap']);

/** What the editor's own widget beside a seed holds: in files of early 2023, whether to draw a new one. */
export function isControlWord(value: unknown): boolean {
  return controlWords.has(value) || typeof value === 'boolean';
}

/** Readings that are kept while looking: only nodes of very many seeds and odd values have more. */
const widest = 64;

/** The best reading of `values` for these widgets. */
export function align(slots: readonly Slot[], values: readonly unknown[]): Reading {
  type Open = Step & { ahead: readonly Slot[] };
  let open: Open[] = [{ cost: 0, taken: [], missing: [], at: 0, ahead: slots }];
  const done: Step[] = [];
  while (open.length > 0) {
    const next: Open[] = [];
    for (const { ahead, ...step } of open) {
      const [slot, ...rest] = ahead;
      if (slot === undefined) done.push(finished(step, values));
      else if (slot.role === 'value') {
        const { follow, ...taken } = takeValue(step, slot, values);
        next.push({ ...taken, ahead: [...follow, ...rest] });
      } else for (const taken of takeOwn(step, slot, values)) next.push({ ...taken, ahead: rest });
    }
    open = next.sort((a, b) => a.cost - b.cost).slice(0, widest);
  }
  const [best] = done.sort((a, b) => a.cost - b.cost);
  const { taken, missing, at, cost } = best ?? { taken: [], missing: [], at: 0, cost: 0 };
  return {
    values: new Map(taken.map(({ slot, value }) => [slot.name, value])),
    missing,
    wrong: taken.filter(({ slot, value }) => misfit(slot, value) >= wrongCost),
    left: values.slice(at).filter(saysSomething),
    cost,
  };
}

const wrongCost = 1000;

function finished(step: Step, values: readonly unknown[]): Step {
  return { ...step, cost: step.cost + 10 * values.slice(step.at).filter(saysSomething).length };
}

function takeValue(step: Step, slot: ValueSlot, values: readonly unknown[]): Step & { follow: readonly Slot[] } {
  const there = step.at < values.length;
  const value = there ? values[step.at] : undefined;
  // null stands where the editor had nothing to write.
  if (value === null || value === undefined) {
    const { taken, missing, at } = step;
    const follow = slot.follow?.(slot.fallback) ?? [];
    return { cost: step.cost + 2, taken, missing: [...missing, slot], at: there ? at + 1 : at, follow };
  }
  const follow = slot.follow?.(value) ?? [];
  const taken = [...step.taken, { slot, value }];
  return { cost: step.cost + misfit(slot, value), taken, missing: step.missing, at: step.at + 1, follow };
}

/** With the widget and without it, as far as the value allows either. */
function takeOwn(step: Step, { role }: OwnSlot, values: readonly unknown[]): Step[] {
  const value = values[step.at];
  if (step.at >= values.length) return [step];
  const isText = typeof value === 'string';
  const own = role === 'control' ? isControlWord(value) || value === null : isText || value === null;
  // Nothing else is likely to hold the button's word; a control word may be the choice of another widget.
  if (role === 'upload' && value === 'image')
    return [
      { ...step, at: step.at + 1 },
      { ...step, cost: step.cost + 3 },
    ];
  const likely = role === 'control' ? own : role === 'filter' ? value === '' : value === null;
  const without = { ...step, cost: step.cost + (likely ? 0.5 : 0) };
  return own ? [{ ...step, at: step.at + 1, cost: step.cost + (likely ? 0 : 0.75) }, without] : [without];
}

/** How badly a value fits: 0 as expected, 1 possible, `wrongCost` not at all. */
export function misfit(slot: ValueSlot, value: unknown): number {
  switch (slot.kind) {
    case 'any':
      return 0;
    case 'combo':
      return misfitOfChoice(slot, value);
    case 'boolean':
      return typeof value === 'boolean' ? 0 : value === 0 || value === 1 ? 1 : wrongCost;
    case 'string':
      return typeof value === 'string' ? 0 : typeof value === 'number' || typeof value === 'bigint' ? 1 : wrongCost;
    case 'integer':
      return typeof value === 'bigint' || Number.isInteger(value) ? 0 : misfitOfNumber(value, false);
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? 0 : misfitOfNumber(value, true);
  }
}

/** ComfyUI makes numbers of texts that are numbers, and whole ones of others. */
function misfitOfNumber(value: unknown, mayBeOdd: boolean): number {
  if (typeof value === 'boolean') return 2;
  if (typeof value === 'number') return mayBeOdd || Number.isFinite(value) ? 1 : wrongCost;
  const isNumber = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  return isNumber ? 2 : wrongCost;
}

function misfitOfChoice({ choices, multiselect }: ValueSlot, value: unknown): number {
  if (Array.isArray(value)) return multiselect ? 0 : wrongCost;
  if (typeof value === 'object') return wrongCost;
  if (choices === undefined) return typeof value === 'string' ? 0 : 1;
  if (choices.includes(value)) return 0;
  if (choices.some((choice) => String(choice) === String(value))) return 1;
  const alike = choices.length === 0 || choices.some((choice) => typeof choice === typeof value);
  return alike ? 1 : typeof value === 'string' ? 3 : wrongCost;
}

/** What the editor writes for its buttons and players says nothing. */
function saysSomething(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && value !== 'image';
}
