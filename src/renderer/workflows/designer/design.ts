/** The parameters of a workflow as they are being chosen: what is typed, what it means for the file, how it would look. Pure. */
import { AppError } from '../../../shared/errors.js';
import { placeKey } from '../../../shared/graph-link.js';
import { coerceParam, isSeedName, type ParamSpec, type ParamValue } from '../../../shared/params.js';
import type { WorkflowMeta } from '../../../shared/workflow.js';
import { type Exposable, type Exposure, nameIssue } from '../../../shared/workflow-params.js';

/** One input: whether it is a parameter, and its rules as typed. */
export interface InputDraft {
  exposed: boolean;
  name: string;
  required: boolean;
  default: string;
  min: string;
  max: string;
  step: string;
  /** One choice a line. */
  choices: string;
  description: string;
}

/** By `keyOf` of the input. */
export type Design = Readonly<Record<string, InputDraft>>;

/** What is wrong: with which input, and which of its fields. */
export interface DesignIssue {
  key: string;
  field: keyof InputDraft;
  message: string;
}

/** Stays the same whatever the input is called. */
export function keyOf({ targets }: Exposable): string {
  const [first] = targets;
  return first === undefined ? '' : placeKey(first.node_id, first.input);
}

/** Inputs as the workflow has them; `meta` has the rules that somebody gave them. */
export function toDesign(inputs: readonly Exposable[], meta: WorkflowMeta = {}): Design {
  return Object.fromEntries(inputs.map((input) => [keyOf(input), toInputDraft(input, meta)]));
}

/** The same with everything that is proposed. */
export function asProposed(inputs: readonly Exposable[], design: Design): Design {
  const chosen = inputs.flatMap((input) => {
    const draft = design[keyOf(input)];
    return draft === undefined ? [] : [[keyOf(input), { ...draft, exposed: draft.exposed || input.proposed }] as const];
  });
  return { ...design, ...Object.fromEntries(chosen) };
}

function toInputDraft(input: Exposable, meta: WorkflowMeta): InputDraft {
  const { min, max, step, enum: choices } = own(meta.constraints, input.name) ?? {};
  return {
    exposed: input.exposed,
    name: input.name,
    required: input.required,
    default: text(input.default),
    min: text(min),
    max: text(max),
    step: text(step),
    choices: (choices ?? []).map(String).join('\n'),
    description: own(meta.descriptions, input.name) ?? '',
  };
}

export interface ReadDesign {
  /** What `save_workflow` takes as its list of parameters. */
  exposures: Exposure[];
  issues: DesignIssue[];
  /** Whether it differs from what the workflow has. */
  dirty: boolean;
}

/** What was typed, read. `before` is the design as the workflow has it. */
export function readDesign(inputs: readonly Exposable[], before: Design, design: Design): ReadDesign {
  const issues: DesignIssue[] = [];
  const names = new Set<string>();
  let dirty = false;
  const exposures = inputs.flatMap((input) => {
    const key = keyOf(input);
    const draft = design[key];
    const was = before[key];
    if (draft === undefined || was === undefined) return [];
    dirty ||= draft.exposed !== was.exposed || (draft.exposed && JSON.stringify(draft) !== JSON.stringify(was));
    if (!draft.exposed) return [];
    const tell = (field: keyof InputDraft, message: string) => issues.push({ key, field, message });
    const name = draft.name.trim();
    const wrong = input.exposed && name === was.name ? undefined : nameIssue(name);
    if (wrong !== undefined) tell('name', wrong);
    if (names.has(name)) tell('name', 'Another parameter has this name.');
    names.add(name);
    return [toExposure(input, draft, was, tell)];
  });
  return { exposures, issues, dirty };
}

function toExposure(
  input: Exposable,
  draft: InputDraft,
  was: InputDraft,
  tell: (field: keyof InputDraft, message: string) => void,
): Exposure {
  const isNew = !input.exposed;
  const differs = (field: keyof InputDraft) => isNew || draft[field] !== was[field];
  const numbers = (['min', 'max', 'step'] as const).flatMap((field) => {
    const number = numberOf(draft[field]);
    if (Number.isNaN(number)) tell(field, 'Must be a number.');
    if (field === 'step' && number !== undefined && number <= 0) tell(field, 'A step is more than 0.');
    if (draft[field] === was[field]) return [];
    return [[field, number ?? null] as const];
  });
  const [min, max] = [numberOf(draft.min), numberOf(draft.max)];
  if (min !== undefined && max !== undefined && min > max)
    tell('max', `Must not be less than the least value, ${min}.`);
  const choices = lines(draft.choices).map((line) => typed(input, line, 'choices', tell) ?? line);
  const value = draft.required ? undefined : typed(input, draft.default, 'default', tell);
  if (value !== undefined) checkRange(input, draft, value, tell);
  const seed = isSeedName(draft.name);
  const askedAnew = draft.required !== was.required || (isNew && !seed);
  return {
    name: draft.name.trim(),
    targets: [...input.targets],
    ...(askedAnew ? { required: draft.required } : {}),
    ...(!draft.required && differs('default') && !(isNew && value === undefined) ? { default: value ?? null } : {}),
    ...Object.fromEntries(numbers),
    ...(draft.choices === was.choices ? {} : { enum: choices.length === 0 ? null : [...new Set(choices)] }),
    ...(draft.description === was.description ? {} : { description: draft.description.trim() || null }),
  };
}

/** How the form would show it: the parameters in the order of the inputs, as far as what was typed can be read. */
export function previewOf(inputs: readonly Exposable[], design: Design): ParamSpec[] {
  return inputs.flatMap((input) => {
    const draft = design[keyOf(input)];
    if (draft?.exposed !== true) return [];
    const silent = () => undefined;
    const value = draft.required ? undefined : typed(input, draft.default, 'default', silent);
    const limits = (['min', 'max', 'step'] as const).flatMap((field) => {
      const number = numberOf(draft[field]);
      const used = number === undefined || Number.isNaN(number) ? input[field] : number;
      return used === undefined ? [] : [[field, used] as const];
    });
    const choices = lines(draft.choices);
    return [
      {
        name: draft.name.trim() || input.name,
        type: input.type,
        required: draft.required,
        description: draft.description.trim() || (input.description ?? ''),
        ...(value === undefined ? {} : { default: value }),
        ...Object.fromEntries(limits),
        ...(choices.length === 0 ? {} : { enum: choices }),
        ...(input.multiline === true ? { multiline: true } : {}),
        ...(input.media === undefined ? {} : { media: input.media }),
        targets: [...input.targets],
      },
    ];
  });
}

/** What the engine has to choose from, by the names that the preview has. */
export function previewChoices(inputs: readonly Exposable[], design: Design): Record<string, readonly string[]> {
  return Object.fromEntries(
    inputs.flatMap((input) => {
      const draft = design[keyOf(input)];
      return draft?.exposed === true && input.choices !== undefined
        ? [[draft.name.trim() || input.name, input.choices] as const]
        : [];
    }),
  );
}

/** The first thing that is wrong with a field; undefined when it is fine. */
export function issueOf(issues: readonly DesignIssue[], key: string, field: keyof InputDraft): string | undefined {
  return issues.find((issue) => issue.key === key && issue.field === field)?.message;
}

const typeWords = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
} as const;

function typed(
  { type }: Exposable,
  words: string,
  field: keyof InputDraft,
  tell: (field: keyof InputDraft, message: string) => void,
): ParamValue | undefined {
  if (type !== 'string' && words.trim() === '') return undefined;
  if (words === '') return undefined;
  try {
    return coerceParam(bare(type), type === 'string' ? words : words.trim());
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // A seed of the graph may lie beyond what a parameter may be; it stays in the graph.
    tell(field, `Must be ${typeWords[type]}.`);
    return undefined;
  }
}

function checkRange(
  input: Exposable,
  draft: InputDraft,
  value: ParamValue,
  tell: (field: keyof InputDraft, message: string) => void,
): void {
  if (typeof value !== 'number') return;
  const min = numberOf(draft.min) ?? input.min;
  const max = numberOf(draft.max) ?? input.max;
  if (min !== undefined && value < min) tell('default', `Must be at least ${min}.`);
  else if (max !== undefined && value > max) tell('default', `Must be at most ${max}.`);
}

function bare(type: ParamSpec['type']): ParamSpec {
  return { name: '', type, required: false, description: '', targets: [] };
}

function numberOf(words: string): number | undefined {
  return words.trim() === '' ? undefined : Number(words.trim());
}

function lines(words: string): string[] {
  return words
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function text(value: ParamValue | undefined): string {
  return value === undefined ? '' : String(value);
}

/** Names come from files: `constructor` must not find what every object has. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
