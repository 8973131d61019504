/** The form that runs a workflow: what each field shows, what was changed, what is sent. Pure. */
import { coerceParam, isSeedName, type ParamSpec } from '../../shared/params.js';
import { type FieldError, type FormValues, isLong, type ParsedForm, parseForm } from '../jobs/param-form.js';

/** What stands in a field: as typed, else what a call without it gets. */
export function shownValue(spec: ParamSpec, values: FormValues): string {
  return values[spec.name] ?? standard(spec);
}

/** What a call without a value gets, as text; empty for what is needed and for a drawn seed. */
export function standard({ default: value }: ParamSpec): string {
  return value === undefined ? '' : String(value);
}

/** Whether a field's value differs from the one that is there without it. "20" and "20.0" do not. */
export function isChanged(spec: ParamSpec, values: FormValues): boolean {
  const typed = values[spec.name];
  if (spec.default === undefined && !isSeedName(spec.name)) return false;
  if (typed === undefined || typed === standard(spec)) return false;
  if (typed.trim() === '') return meansEmpty(spec, typed);
  if (spec.type === 'string') return true;
  try {
    return (
      coerceParam({ ...spec, min: undefined, max: undefined, step: undefined, enum: undefined }, typed) !== spec.default
    );
  } catch {
    return true;
  }
}

/** A cleared text is sent as an empty one; a cleared number, choice or seed means "as without it". */
function meansEmpty(spec: ParamSpec, typed: string): boolean {
  return typed === '' && isFreeText(spec) && !spec.required && standard(spec) !== '';
}

function isFreeText(spec: ParamSpec): boolean {
  return spec.type === 'string' && spec.enum === undefined && !isSeedName(spec.name);
}

/**
 * Values to send, and what is wrong with which field. `choices` are what the engine has to choose from: a value that is
 * none of them is left for the engine to judge, since its list may be older than a file just installed.
 */
export function parseRun(
  params: readonly ParamSpec[],
  values: FormValues,
  choices: Readonly<Record<string, readonly string[]>>,
): ParsedForm {
  const parsed = parseForm(params, values);
  for (const spec of params) {
    // A text that is also a choice of the engine's has no empty value.
    if (choices[spec.name] === undefined && meansEmpty(spec, values[spec.name] ?? standard(spec))) {
      parsed.overrides[spec.name] = '';
    }
  }
  return parsed;
}

/** What is wrong with one field as it is typed; nothing for one that is empty: that is told when it is sent. */
export function fieldIssue(spec: ParamSpec, values: FormValues): FieldError | undefined {
  const typed = values[spec.name];
  return typed === undefined || typed.trim() === '' ? undefined : parseForm([spec], values).errors[spec.name];
}

/** Whether a field takes the whole width: long text, choices of files, seeds. Numbers and switches stand in pairs. */
export function isWide(spec: ParamSpec, choices: readonly string[] | undefined): boolean {
  if (isLong(spec) || isSeedName(spec.name) || spec.media !== undefined) return true;
  return choices?.some((choice) => choice.length > 40 || /\.[a-z0-9]{2,12}$/i.test(choice)) ?? spec.type === 'string';
}

/** In the order of a form: long texts, other wide fields, pairs, seeds; among themselves as the workflow tells them. */
export function inFormOrder(
  params: readonly ParamSpec[],
  choices: Readonly<Record<string, readonly string[]>>,
): ParamSpec[] {
  const rank = (spec: ParamSpec) => {
    if (isSeedName(spec.name)) return 3;
    if (isLong(spec)) return 0;
    return isWide(spec, offered(spec, choices[spec.name])) ? 1 : 2;
  };
  return [...params].sort((a, b) => rank(a) - rank(b));
}

/** What there is to choose from: the workflow's own list before the engine's; undefined for what is no choice. */
export function offered(spec: ParamSpec, choices: readonly string[] | undefined): readonly string[] | undefined {
  return spec.enum?.map(String) ?? choices;
}

/** Short words at the right of a label: needed, a range, how many there are to choose from. */
export function besideLabel(spec: ParamSpec, choices: readonly string[] | undefined): string {
  if (isSeedName(spec.name)) return 'drawn anew each time';
  if (spec.required) return 'needed';
  if (choices !== undefined) return choices.length === 0 ? 'none installed' : `${choices.length} to choose from`;
  const { min, max, step } = spec;
  const steps = step === undefined || step === 1 ? '' : `, by ${step}`;
  if (min !== undefined && max !== undefined && max < 1e9) return `${min} to ${max}${steps}`;
  if (min !== undefined && (max === undefined || max >= 1e9)) return `${min} or more${steps}`;
  return spec.type === 'string' && spec.enum === undefined && spec.default === undefined ? 'optional' : '';
}
