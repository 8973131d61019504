/** The editor of a workflow's metadata: texts as typed, and what they mean for the file. Pure. */
import { AppError } from '../../shared/errors.js';
import { coerceParam, type ParamSpec, type ParamValue } from '../../shared/params.js';
import type { Namespace, Workflow, WorkflowMeta } from '../../shared/workflow.js';
import { type MetaChanges, type MetaIssue, metaIssues } from '../../shared/workflow-meta.js';

export interface ParamDraft {
  description: string;
  default: string;
  min: string;
  max: string;
  step: string;
  /** One choice a line. */
  choices: string;
}

export interface MetaDraft {
  name: string;
  description: string;
  namespace: Namespace;
  params: Readonly<Record<string, ParamDraft>>;
}

type Constraint = NonNullable<WorkflowMeta['constraints']>[string];

/** What the file says, as texts. */
export function toDraft({ namespace, params }: Workflow, meta: WorkflowMeta): MetaDraft {
  return {
    name: meta.name ?? '',
    description: meta.description ?? '',
    namespace,
    params: Object.fromEntries(params.map((spec) => [spec.name, paramDraft(spec.name, meta)])),
  };
}

function paramDraft(name: string, meta: WorkflowMeta): ParamDraft {
  const { min, max, step, enum: choices } = own(meta.constraints, name) ?? {};
  return {
    description: own(meta.descriptions, name) ?? '',
    default: text(own(meta.defaults, name)),
    min: text(min),
    max: text(max),
    step: text(step),
    choices: (choices ?? []).map(String).join('\n'),
  };
}

/** What would be written, what is wrong with it, and whether it is anything at all. */
export function fromDraft(
  workflow: Workflow,
  meta: WorkflowMeta,
  draft: MetaDraft,
): { changes: MetaChanges; issues: MetaIssue[]; dirty: boolean } {
  const issues: MetaIssue[] = [];
  const defaults: Record<string, ParamValue> = { ...meta.defaults };
  const constraints: Record<string, Constraint> = { ...meta.constraints };
  const descriptions: Record<string, string> = { ...meta.descriptions };
  for (const spec of workflow.params) {
    const param = draft.params[spec.name];
    if (param === undefined) continue;
    put(descriptions, spec.name, param.description.trim() === '' ? undefined : param.description.trim());
    put(defaults, spec.name, typedValue(spec, param.default, ['defaults', spec.name], issues));
    const limits = constraintOf(spec, param, own(meta.constraints, spec.name), issues);
    put(constraints, spec.name, Object.keys(limits).length === 0 ? undefined : limits);
  }
  const wanted = {
    name: draft.name.trim() === '' ? undefined : draft.name.trim(),
    description: draft.description.trim() === '' ? undefined : draft.description.trim(),
    // A kind that was only guessed from the graph is not written down until somebody changes it.
    namespace: draft.namespace === workflow.namespace ? meta.namespace : draft.namespace,
    defaults,
    constraints,
    descriptions,
  };
  const changes = changed(meta, wanted);
  return {
    changes,
    issues: [...issues, ...metaIssues(workflow.params, changes)],
    dirty: issues.length > 0 || Object.keys(changes).length > 0,
  };
}

/** Only keys that differ from the file; null where the file's value goes. */
function changed(meta: WorkflowMeta, wanted: Readonly<Record<string, unknown>>): MetaChanges {
  const differing = Object.entries(wanted).filter(
    ([key, value]) => JSON.stringify(filled(meta[key])) !== JSON.stringify(filled(value)),
  );
  return Object.fromEntries(differing.map(([key, value]) => [key, filled(value) ?? null]));
}

/** An empty object says no more than none. */
function filled(value: unknown): unknown {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0 ? undefined : value;
}

function constraintOf(
  spec: ParamSpec,
  param: ParamDraft,
  before: Constraint | undefined,
  issues: MetaIssue[],
): Constraint {
  const limits: Constraint = { ...before };
  for (const key of ['min', 'max', 'step'] as const) {
    const typed = param[key].trim();
    const number = typed === '' ? undefined : Number(typed);
    if (number === undefined) delete limits[key];
    else if (Number.isFinite(number)) limits[key] = number;
    else issues.push({ path: ['constraints', spec.name, key], message: 'Must be a number.' });
  }
  const lines = param.choices.split('\n').map((line) => line.trim());
  const choices = lines
    .filter((line) => line !== '')
    .map((line) => typedValue(spec, line, ['constraints', spec.name, 'enum'], issues) ?? line);
  if (choices.length === 0) delete limits.enum;
  else limits.enum = [...new Set(choices)];
  return limits;
}

function typedValue(spec: ParamSpec, typed: string, path: string[], issues: MetaIssue[]): ParamValue | undefined {
  if (typed.trim() === '') return undefined;
  const { name, type } = spec;
  try {
    return coerceParam(
      { name, type, required: false, description: '', targets: [] },
      type === 'string' ? typed : typed.trim(),
    );
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const words = {
      integer: 'a whole number',
      number: 'a number',
      boolean: 'true or false',
      string: 'a text',
    } as const;
    issues.push({ path, message: `Must be ${words[type]}.` });
    return undefined;
  }
}

/** The first thing that is wrong with a place; undefined when it is fine. */
export function issueAt(issues: readonly MetaIssue[], ...path: readonly string[]): string | undefined {
  const key = JSON.stringify(path);
  return issues.find((issue) => JSON.stringify(issue.path) === key)?.message;
}

/** Whether anything is wrong with a parameter. */
export function hasIssue(issues: readonly MetaIssue[], param: string): boolean {
  return issues.some(({ path }) => path[1] === param);
}

function put<T>(record: Record<string, T>, key: string, value: T | undefined): void {
  if (value === undefined) delete record[key];
  else record[key] = value;
}

function text(value: ParamValue | undefined): string {
  return value === undefined ? '' : String(value);
}

/** Names come from files: `constructor` must not find what every object has. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}
