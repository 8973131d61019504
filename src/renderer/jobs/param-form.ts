/** The form of a workflow's parameters: what each field shows, and what is sent of it. Pure. */
import { AppError, type ErrorValue } from '../../shared/errors.js';
import { nearest } from '../../shared/nearest.js';
import { coerceParam, isSeedName, type ParamSpec, type ParamValue } from '../../shared/params.js';

/** What stands in the fields, as typed. An empty or missing one means "as the workflow says". */
export type FormValues = Readonly<Record<string, string>>;

export interface FieldError {
  message: string;
  /** Names that would fit, nearest first. */
  nearest: readonly string[];
}

export interface ParsedForm {
  overrides: Record<string, ParamValue>;
  errors: Record<string, FieldError>;
}

/** The fields one starts with: what must be filled, and long text. The rest waits behind "More". */
export function splitParams(params: readonly ParamSpec[]): { main: ParamSpec[]; more: ParamSpec[] } {
  const first = ['prompt', 'positive_prompt', 'tags', 'lyrics', 'text'];
  const isMain = (spec: ParamSpec) => spec.required || first.includes(spec.name);
  const rank = (spec: ParamSpec) => (first.includes(spec.name) ? first.indexOf(spec.name) : first.length);
  return {
    main: params.filter(isMain).sort((a, b) => rank(a) - rank(b)),
    more: params
      .filter((spec) => !isMain(spec))
      .sort((a, b) => Number(isSeedName(a.name)) - Number(isSeedName(b.name))),
  };
}

/** Whether a field shows several lines. */
export function isLong(spec: ParamSpec): boolean {
  return (
    spec.type === 'string' &&
    spec.enum === undefined &&
    (spec.multiline === true || /prompt|lyrics|tags/.test(spec.name))
  );
}

/** What the engine has to choose from, by parameter. */
export type Choices = Readonly<Record<string, readonly string[]>>;

/** Values to send, and what is wrong with which field. Fields left empty are not sent. */
export function parseForm(params: readonly ParamSpec[], values: FormValues, choices: Choices = {}): ParsedForm {
  const parsed: ParsedForm = { overrides: {}, errors: {} };
  for (const spec of params) {
    const typed = values[spec.name] ?? '';
    const text = isLong(spec) ? typed : typed.trim();
    if (text.trim() === '') {
      if (spec.required) parsed.errors[spec.name] = { message: 'This one is needed.', nearest: [] };
      continue;
    }
    const installed = choices[spec.name] ?? [];
    if (installed.length > 0 && !installed.includes(text)) {
      const near = nearest(text, installed);
      parsed.errors[spec.name] = { message: `“${text}” is not installed.`, nearest: near };
      continue;
    }
    try {
      parsed.overrides[spec.name] = coerceParam(spec, text);
    } catch (error) {
      parsed.errors[spec.name] = fieldError(spec, text, error);
    }
  }
  return parsed;
}

function fieldError(spec: ParamSpec, text: string, error: unknown): FieldError {
  if (!(error instanceof AppError)) throw error;
  const choices = spec.enum?.map(String) ?? [];
  if (choices.length > 0) return { message: `“${text}” is not one of the choices.`, nearest: nearest(text, choices) };
  const near = error.details?.nearest;
  // Steps are told by the core's own sentence: the words for a range know nothing of them.
  const words = spec.step === undefined ? rangeWords(spec) : '';
  return {
    message: words === '' ? error.message : `Needs ${words}.`,
    nearest: Array.isArray(near) ? near.map(String) : [],
  };
}

/** "a whole number from 1 to 60"; empty for text. */
export function rangeWords(spec: ParamSpec): string {
  if (spec.type !== 'integer' && spec.type !== 'number') return '';
  const what = spec.type === 'integer' ? 'a whole number' : 'a number';
  if (spec.min !== undefined && spec.max !== undefined && spec.max < 1e12)
    return `${what} from ${spec.min} to ${spec.max}`;
  if (spec.min !== undefined) return `${what} from ${spec.min}`;
  return spec.max === undefined || spec.max >= 1e12 ? what : `${what} up to ${spec.max}`;
}

/** Short hint beside a label: "1 to 60", "optional". */
export function hintWords(spec: ParamSpec): string {
  if (spec.required) return 'needed';
  if (isSeedName(spec.name)) return '';
  if (spec.min !== undefined && spec.max !== undefined && spec.max < 1e9) return `${spec.min} to ${spec.max}`;
  return spec.type === 'string' && spec.enum === undefined && spec.default === undefined ? 'optional' : '';
}

/** The field an answered error speaks of, with the names that would fit; null when it speaks of the whole. */
export function errorField(
  error: ErrorValue,
  params: readonly ParamSpec[],
): { name: string; error: FieldError } | null {
  const { parameter, input, node_id: node, nearest: near, choices, value } = error.details ?? {};
  const spec =
    params.find((one) => one.name === parameter) ??
    params.find((one) => one.targets.some((target) => target.node_id === node && target.input === input)) ??
    params.find((one) => one.name === input);
  if (spec === undefined) return null;
  const names = Array.isArray(near) ? near : Array.isArray(choices) ? nearest(String(value), choices.map(String)) : [];
  return { name: spec.name, error: { message: error.message, nearest: names.map(String) } };
}
