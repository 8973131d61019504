/** The literals of one node: what its widgets hold, as the editor would send it. */
import { isRecord } from '../../../shared/config-text.js';
import { showValue } from '../../../shared/exact-json.js';
import { align, isControlWord, misfit, type Reading } from './align.js';
import { fileNameNote, readyPrompt } from './prompts.js';
import type { UiNode } from './read.js';
import type { Remark, Report } from './report.js';
import type { Slot, ValueSlot } from './slots.js';

type Place = Pick<Remark, 'node_id' | 'class_type'>;

/**
 * A node's values by input name. `given` are values that hosts give to its widgets; `linked` says whether something else
 * gives an input its value, so that the widget's own is of no account.
 */
export function widgetValues(
  {
    node,
    slots,
    given,
    linked,
  }: {
    node: UiNode;
    slots: readonly Slot[];
    given: ReadonlyMap<string, unknown>;
    linked: (input: string) => boolean;
  },
  place: Place,
  report: Report,
): Record<string, unknown> {
  const reading = readValues(node, slots);
  const known = new Map<string, ValueSlot>();
  for (const slot of activeSlots(slots, reading.values, given)) known.set(slot.name, slot);
  const values = new Map([...reading.values, ...[...given].filter(([name]) => known.has(name))]);
  for (const [name, value] of given) {
    // The editor's own widgets can be shown outside as well.
    if (known.has(name) || isControlWord(value)) continue;
    report.warn({ ...place, input: name, reason: 'Its subgraph gives it a value, but it has no such widget.' });
  }
  const inputs: Record<string, unknown> = {};
  for (const [name, value] of values) {
    if (linked(name)) continue;
    const slot = known.get(name);
    if (slot === undefined) inputs[name] = wrapped(value);
    else put(inputs, slot, value, place, report);
  }
  for (const slot of known.values()) {
    if (!values.has(slot.name) && !linked(slot.name)) putFallback(inputs, slot, node, place, report);
  }
  if (reading.left.length > 0) {
    const reason = `The file has ${reading.left.length} values more than it has widgets: ${reading.left.map(showValue).join(', ')}. They are left out.`;
    report.warn({ ...place, reason });
  }
  return inputs;
}

/** The widgets that there are with these values: some depend on the choice of another. */
function activeSlots(
  slots: readonly Slot[],
  values: ReadonlyMap<string, unknown>,
  given: ReadonlyMap<string, unknown>,
): ValueSlot[] {
  return slots.flatMap((slot) => {
    if (slot.role !== 'value') return [];
    const value = given.get(slot.name) ?? values.get(slot.name) ?? slot.fallback;
    return [slot, ...activeSlots(slot.follow?.(value) ?? [], values, given)];
  });
}

function readValues({ widgets }: UiNode, slots: readonly Slot[]): Pick<Reading, 'values' | 'left'> {
  if (isRecord(widgets)) return { values: namedValues(widgets, slots), left: [] };
  return align(slots, Array.isArray(widgets) ? widgets : []);
}

/** Values by name. Names that the class does not declare are sent too, as the editor does, unless they are its own. */
function namedValues(widgets: Record<string, unknown>, slots: readonly Slot[]): Map<string, unknown> {
  const declared = new Set(slots.flatMap((slot) => (slot.role === 'value' ? [slot.name] : [])));
  return new Map(
    Object.entries(widgets).filter(([name, value]) => {
      if (value === null || value === undefined) return false;
      return (
        declared.has(name) || !(typeof value === 'object' || /control_after_generate|^upload$|preview$/i.test(name))
      );
    }),
  );
}

/** One literal, checked against its input's type, and worked on where the editor does so. */
export function put(
  inputs: Record<string, unknown>,
  slot: ValueSlot,
  value: unknown,
  place: Place,
  report: Report,
): void {
  const here = { ...place, input: slot.name };
  if (misfit(slot, value) >= 1000) {
    const wanted = slot.kind === 'combo' ? 'one of its choices' : `of type ${slot.kind}`;
    report.problem({
      ...here,
      reason: `Its value ${showValue(value)} is not ${wanted}: the file may be of another version of this node.`,
    });
    return;
  }
  if (typeof value !== 'string') inputs[slot.name] = wrapped(value);
  else if (slot.dynamicPrompts) {
    const { text, note } = readyPrompt(value);
    if (note !== undefined) report.warn({ ...here, reason: `In its text, ${note}.` });
    inputs[slot.name] = text;
  } else {
    const note = slot.name === 'filename_prefix' ? fileNameNote(value) : undefined;
    if (note !== undefined) report.warn({ ...here, reason: `In its text, ${note}.` });
    inputs[slot.name] = value;
  }
}

function putFallback(
  inputs: Record<string, unknown>,
  slot: ValueSlot,
  node: UiNode,
  place: Place,
  report: Report,
): void {
  const here = { ...place, input: slot.name };
  if (slot.fallback === undefined) {
    report.warn({ ...here, reason: 'The file has no value for it and the node names none.' });
    return;
  }
  inputs[slot.name] = wrapped(slot.fallback);
  // Nothing saved at all is how programs write nodes that are as new.
  const reason = `The file has no value for it; the node's own, ${showValue(slot.fallback)}, is used.`;
  if (node.widgets !== undefined) report.warn({ ...here, reason });
}

/** A bare list means a link; ComfyUI unwraps this. */
export function wrapped(value: unknown): unknown {
  return Array.isArray(value) ? { __value__: value } : value;
}
