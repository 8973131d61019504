/** What a row of the defaults says and how its field behaves. Pure. */
import type { OperationOutput } from '../../shared/contract.js';
import type { DefaultRow } from '../../shared/contract-defaults.js';
import type { DefaultTier } from '../../shared/defaults.js';
import type { ErrorValue } from '../../shared/errors.js';
import { nearest } from '../../shared/nearest.js';
import type { ParamValue } from '../../shared/params.js';
import { type Namespace, namespaces } from '../../shared/workflow.js';
import { paramLabel } from '../ui/format.js';

export type Details = OperationOutput<'get_default_details'>;
/** Where a change goes: until the app quits, or into the config file. */
export type Keep = 'runtime' | 'config';

/** A row with its place. */
export interface Place {
  key: string;
  namespace: Namespace;
  row: DefaultRow;
}

export const namespaceLabels: Readonly<Record<Namespace, string>> = { image: 'Image', audio: 'Audio', video: 'Video' };

export function keyOf(namespace: Namespace, name: string): string {
  return `${namespace}.${name}`;
}

/** Every row, from top to bottom. */
export function placesOf(details: Details): Place[] {
  return namespaces.flatMap((namespace) =>
    details[namespace].rows.map((row) => ({ key: keyOf(namespace, row.name), namespace, row })),
  );
}

/** Labels of a page where each value has a line of its own: the words in full. */
export function labelOf(name: string): string {
  return name === 'negative_prompt' ? 'Negative prompt' : paramLabel(name);
}

export const tierNames: Readonly<Record<DefaultTier, string>> = {
  runtime: 'Runtime',
  config: 'Config file',
  environment: 'Environment',
  'built-in': 'Built in',
};

/** Of the five tiers, a call or a workflow being the fifth, how many a value has behind it. */
export const tierHeights: Readonly<Record<DefaultTier, number>> = {
  runtime: 4,
  config: 3,
  environment: 2,
  'built-in': 1,
};

const tierOrder: readonly DefaultTier[] = ['runtime', 'config', 'environment', 'built-in'];

/** What counts when the person's or an agent's strongest value is taken away; null where nothing is left. */
export function beneath({ source, tiers }: DefaultRow): { value: ParamValue; source: DefaultTier } | null {
  const weaker = source === null ? [] : tierOrder.slice(tierOrder.indexOf(source) + 1);
  for (const tier of weaker) {
    const value = tiers[tier];
    if (value !== undefined) return { value, source: tier };
  }
  return null;
}

/** Whether there is something to take away here: the environment and what is built in can't be. */
export function canReset({ source }: DefaultRow): boolean {
  return source === 'runtime' || source === 'config';
}

/** How far the arrows of a number's field go: what makes a difference one can see or hear. */
export function nudgeOf({ name, type, min, max }: Pick<DefaultRow, 'name' | 'type' | 'min' | 'max'>): number {
  const known: Record<string, number> = { width: 64, height: 64, cfg: 0.5, seconds: 5, duration: 1, fps: 1 };
  const usual = known[name];
  if (usual !== undefined) return usual;
  if (type === 'integer') return 1;
  return min !== undefined && max !== undefined && max - min > 10 ? 0.5 : 0.05;
}

/** The typed number one step up or down, within what is taken; the nearest end for what is no number. */
export function nudged(row: DefaultRow, text: string, direction: 1 | -1): string {
  const { min = -Infinity, max = Infinity } = row;
  const from = text.trim() === '' ? Number.NaN : parseNumber(text);
  const step = nudgeOf(row);
  const start = Number.isNaN(from) ? Number(row.value ?? 0) : from;
  // From a value between two steps the arrow goes to the next one, as 520 px goes to 576.
  const steps = start / step;
  const next = direction > 0 ? Math.floor(steps + 1e-6) + 1 : Math.ceil(steps - 1e-6) - 1;
  return numberText(row, Math.min(max, Math.max(min, Number((next * step).toFixed(6)))));
}

/** A number as typed; people also write a comma. NaN for anything else. */
export function parseNumber(text: string): number {
  const trimmed = text.trim().replace(/^([+-]?\d+),(\d+)$/, '$1.$2');
  return trimmed === '' ? Number.NaN : Number(trimmed);
}

/** The value a field's text stands for; text that is no number stays, so that the check can say so. */
export function valueTyped(row: Pick<DefaultRow, 'type'>, text: string): ParamValue {
  if (row.type === 'integer' || row.type === 'number') {
    const number = parseNumber(text);
    return Number.isFinite(number) ? number : text.trim();
  }
  if (row.type === 'boolean') return text === 'true';
  return text;
}

/** The value as its field shows it; empty where there is none. */
export function textOf(row: DefaultRow, value: ParamValue | null = row.value): string {
  if (value === null) return '';
  return typeof value === 'number' ? numberText(row, value) : String(value);
}

/** Fractions show that they are: "8.0". */
function numberText(row: Pick<DefaultRow, 'name' | 'type' | 'min' | 'max'>, value: number): string {
  const fraction = row.type === 'number' && nudgeOf(row) < 1;
  return fraction && Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** A unit or a range beside a number's field. */
export function unitOf({ name, type, min, max }: DefaultRow): string {
  if (name === 'width' || name === 'height') return 'px';
  if (name === 'seconds' || name === 'duration') return 'seconds';
  if (type !== 'integer' && type !== 'number') return '';
  return min !== undefined && max !== undefined && max <= 1000 ? `${min} to ${max}` : '';
}

/** Values that need a line of their own beside short ones. */
export function isLongValue(value: ParamValue | null): boolean {
  return String(value ?? '').length > 14;
}

/** A value in a sentence or on a button: whole when short. */
export function shortValue(text: string): string {
  if (text === '') return 'nothing';
  return text.length > 28 ? `${text.slice(0, 27)}…` : text;
}

/** What is wrong with the value in effect, as far as the engine's lists are known; null when it is there. */
export function missingName({ value, choices, source }: DefaultRow): { value: string; nearest: string[] } | null {
  if (value === null || source === null || choices === undefined || choices.includes(String(value))) return null;
  return { value: String(value), nearest: nearest(String(value), choices) };
}

/** Names a refused value could be replaced by, as the error tells them. */
export function nearestOf(details: Record<string, unknown> | undefined): string[] {
  return Array.isArray(details?.nearest) ? details.nearest.slice(0, 3).map(String) : [];
}

/** Why a value is refused, as it reads under its own field: without the name of what one stands on. */
export function refusalWords({ name }: Pick<DefaultRow, 'name'>, { code, message, hint, details }: ErrorValue): string {
  const plain = message.replace(/^(image|audio|video)\./, '');
  const own = plain.startsWith(name) ? plain.slice(name.length).replace(/^: /, '').trim() : plain;
  const words = own.replace(/^is .*?, but /, '');
  const sentence = words.charAt(0).toUpperCase() + words.slice(1);
  // What fits stands beside it as buttons, or in the sentence already.
  const told = nearestOf(details).length > 0 || code === 'VALIDATION_ERROR';
  return told || hint === undefined ? sentence : `${sentence} ${hint}`;
}

/** What the value is, for a person; the wire's words are for agents where a tool has to be named. */
export function aboutOf({ name, description }: Pick<DefaultRow, 'name' | 'description'>): string {
  return name === 'model' ? 'The model’s file, as ComfyUI lists it.' : description;
}
