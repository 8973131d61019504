/**
 * Which widgets the editor gives a node, in the order in which it writes their values: a class's inputs in the order of
 * `input_order`, required before optional, plus the editor's own widgets among them. Source: what ComfyUI's
 * `/object_info` says of a class, in its V1 and V3 forms, and the public description of the workflow format.
 */
import { isRecord } from '../../../shared/config-text.js';
import type { UiNode } from './read.js';

/** What a value must be like; `any` for widgets of kinds that only the editor and the node know. */
export type SlotKind = 'integer' | 'number' | 'string' | 'boolean' | 'combo' | 'any';

export interface ValueSlot {
  readonly role: 'value';
  readonly name: string;
  readonly kind: SlotKind;
  /** Of a combo, when they are known. */
  readonly choices?: readonly unknown[];
  readonly multiselect?: boolean;
  /** Braces and comments in the text mean something to the editor. */
  readonly dynamicPrompts?: boolean;
  /** The value that the editor gives a new node; absent when the class names none. */
  readonly fallback?: unknown;
  /** Widgets that follow, by the value of this one. */
  readonly follow?: (value: unknown) => readonly Slot[];
}

/** A widget of the editor's own, whose value is not sent. Older files may lack it. */
export interface OwnSlot {
  readonly role: 'control' | 'filter' | 'upload';
}

export type Slot = ValueSlot | OwnSlot;

/** Widgets of these types hold values that are no plain literals. */
const otherWidgets: ReadonlySet<string> = new Set(
  'MARKDOWN TEXTAREA COLOR COLORS BOUNDING_BOX BOUNDING_BOXES CURVE RANGE PAINTER COMPOSITOR CHART GALLERIA VIDEO_EDIT'.split(
    ' ',
  ),
);

const plainKinds: Readonly<Record<string, SlotKind>> = {
  INT: 'integer',
  FLOAT: 'number',
  STRING: 'string',
  BOOLEAN: 'boolean',
  COMBO: 'combo',
};

/** What the editor puts into a new widget whose class names no value. */
const emptyValues: Partial<Record<SlotKind, unknown>> = { integer: 0, number: 0, string: '', boolean: false };

/**
 * The widgets of a node. `info` is the class's entry of `/object_info`; the node itself tells of widgets that the class
 * does not: of custom kinds, and of inputs that grow with use.
 */
export function slotsOf(info: unknown, node: UiNode): Slot[] {
  const { input, input_order: order } = isRecord(info) ? info : {};
  const groups = isRecord(input) ? input : {};
  const orders = isRecord(order) ? order : {};
  const required = ordered(groups.required, orders.required);
  const optional = ordered(groups.optional, orders.optional);
  const slots = (inputs: [string, unknown][]) => inputs.flatMap(([name, spec]) => slotsOfInput(name, spec, node));
  // The editor adds its upload button behind what is required.
  const uploads = required.some(([, spec]) => isUpload(optionsOf(spec)));
  return [...slots(required), ...(uploads ? [{ role: 'upload' } as const] : []), ...slots(optional)];
}

/** Every input of a class by name, for telling known ones from others: dotted names belong to what comes before the dot. */
export function knowsInput(info: unknown, name: string): boolean {
  const input = isRecord(info) && isRecord(info.input) ? info.input : {};
  const [base = name] = name.split('.');
  return [input.required, input.optional].some(
    (group) => isRecord(group) && (Object.hasOwn(group, name) || Object.hasOwn(group, base)),
  );
}

/** Whether a class takes inputs that are required and are no widgets. */
export function requiredLinks(info: unknown, node: UiNode): string[] {
  const input = isRecord(info) && isRecord(info.input) ? info.input : {};
  return ordered(input.required, undefined).flatMap(([name, spec]) =>
    slotsOfInput(name, spec, node).length === 0 && !typeName(spec).startsWith('COMFY_AUTOGROW') ? [name] : [],
  );
}

function ordered(group: unknown, order: unknown): [string, unknown][] {
  if (!isRecord(group)) return [];
  const first = Array.isArray(order)
    ? order.filter((name) => typeof name === 'string' && Object.hasOwn(group, name))
    : [];
  return [...new Set<string>([...first, ...Object.keys(group)])].map((name) => [name, group[name]]);
}

function slotsOfInput(name: string, spec: unknown, node: UiNode): Slot[] {
  const options = optionsOf(spec);
  if (options.forceInput === true) return [];
  const type = typeName(spec);
  if (type === 'COMFY_AUTOGROW_V3') return grownSlots(name, options, node);
  const fallback = 'default' in options ? { fallback: options.default } : {};
  if (type === 'COMFY_DYNAMICCOMBO_V3') return [dynamicCombo(name, options, node)];
  if (type === 'COMBO') {
    const list = choicesOf(spec, options);
    const multiselect = options.multiselect === true;
    const usual = 'default' in options || multiselect || list === undefined ? fallback : { fallback: list[0] };
    const slot: Slot = {
      role: 'value',
      name,
      kind: 'combo',
      multiselect,
      ...usual,
      ...(list ? { choices: list } : {}),
    };
    return options.control_after_generate ? [slot, { role: 'control' }, { role: 'filter' }] : [slot];
  }
  const kind = kindOf(name, type, node);
  if (kind === undefined) return [];
  const value = { ...(kind in emptyValues ? { fallback: emptyValues[kind] } : {}), ...fallback };
  const slot: Slot = { role: 'value', name, kind, dynamicPrompts: options.dynamicPrompts === true, ...value };
  const controlled = options.control_after_generate ?? (name === 'seed' || name === 'noise_seed');
  return kind === 'integer' && controlled !== false ? [slot, { role: 'control' }] : [slot];
}

function kindOf(name: string, type: string, node: UiNode): SlotKind | undefined {
  if (Object.hasOwn(plainKinds, type)) return plainKinds[type];
  if (otherWidgets.has(type)) return 'any';
  return node.inputs.some((input) => input.widget === name) ? 'any' : undefined;
}

/** The option chosen decides what follows: its inputs are named behind a dot. */
function dynamicCombo(name: string, options: Record<string, unknown>, node: UiNode): ValueSlot {
  const all = Array.isArray(options.options) ? options.options.filter(isRecord) : [];
  const choices = all.map((option) => option.key);
  const follow = (value: unknown): Slot[] => {
    const inputs = all.find((option) => option.key === value)?.inputs;
    const groups = isRecord(inputs) ? inputs : {};
    return [...ordered(groups.required, undefined), ...ordered(groups.optional, undefined)].flatMap(([key, spec]) =>
      slotsOfInput(`${name}.${key}`, spec, node),
    );
  };
  return { role: 'value', name, kind: 'combo', choices, fallback: options.default ?? choices[0], follow };
}

/** An input that grows with use has widgets only where its template is one; the node tells how many. */
function grownSlots(name: string, options: Record<string, unknown>, node: UiNode): Slot[] {
  const template = isRecord(options.template) && isRecord(options.template.input) ? options.template.input : {};
  const [first] = [...ordered(template.required, undefined), ...ordered(template.optional, undefined)];
  return node.inputs.flatMap((input): Slot[] => {
    const own = input.widget === input.name && input.name.startsWith(`${name}.`);
    return own ? slotsOfInput(input.name, first?.[1] ?? [input.type], node) : [];
  });
}

function typeName(spec: unknown): string {
  const type: unknown = Array.isArray(spec) ? spec[0] : spec;
  const { widgetType } = optionsOf(spec);
  if (Array.isArray(type)) return 'COMBO';
  if (typeof widgetType === 'string') return widgetType;
  return typeof type === 'string' ? type : '*';
}

function optionsOf(spec: unknown): Record<string, unknown> {
  const options: unknown = Array.isArray(spec) ? spec[1] : undefined;
  return isRecord(options) ? options : {};
}

function choicesOf(spec: unknown, options: Record<string, unknown>): unknown[] | undefined {
  const type: unknown = Array.isArray(spec) ? spec[0] : undefined;
  if (Array.isArray(type)) return type;
  return Array.isArray(options.options) ? options.options : undefined;
}

function isUpload(options: Record<string, unknown>): boolean {
  return Object.entries(options).some(([key, value]) => key.endsWith('_upload') && value === true);
}
