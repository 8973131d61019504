/** Changes of a workflow's metadata: their form, and what is wrong with them, in words. Pure, for form and file alike. */
import { z } from 'zod';
import { AppError } from './errors.js';
import { coerceParam, type ParamSpec } from './params.js';
import { type WorkflowMeta, workflowMetaSchema } from './workflow.js';

const { name, description, namespace, defaults, constraints, descriptions } = workflowMetaSchema.shape;

/** A given key replaces that of the file, null takes it away, an absent one stays. */
export const metaChangesSchema = z.strictObject({
  name: name.nullable(),
  description: description.nullable(),
  namespace: namespace.nullable(),
  defaults: defaults.nullable(),
  constraints: constraints.nullable(),
  descriptions: descriptions.nullable(),
});
export type MetaChanges = z.infer<typeof metaChangesSchema>;

export const longestMetaName = 120;
export const longestMetaText = 4000;

/** What is wrong with a place of the metadata. */
export interface MetaIssue {
  /** Keys from the top, such as `['constraints', 'steps', 'min']`. */
  path: readonly string[];
  /** A sentence. */
  message: string;
}

type Constraint = NonNullable<WorkflowMeta['constraints']>[string];

/**
 * What is wrong with metadata for a workflow with these parameters; empty when it is fine. Keys of parameters that the
 * graph does not have are left alone: they may belong to another version of it.
 */
export function metaIssues(params: readonly ParamSpec[], meta: MetaChanges | WorkflowMeta): MetaIssue[] {
  const specs = new Map(params.map((spec) => [spec.name, spec]));
  const issues = textIssues(meta);
  for (const [param, constraint] of Object.entries(meta.constraints ?? {})) {
    const spec = specs.get(param);
    if (spec !== undefined) issues.push(...constraintIssues(spec, constraint));
  }
  for (const [param, value] of Object.entries(meta.defaults ?? {})) {
    const spec = specs.get(param);
    if (spec === undefined) continue;
    const message = misfit({ ...bare(spec), ...limitsOf(meta, param) }, value);
    if (message !== undefined) issues.push({ path: ['defaults', param], message });
  }
  return issues;
}

function textIssues(meta: MetaChanges | WorkflowMeta): MetaIssue[] {
  const issues: MetaIssue[] = [];
  const tooLong = (path: string[], text: string | null | undefined, most: number) => {
    if (text != null && text.length > most) issues.push({ path, message: `At most ${most} characters.` });
  };
  if (meta.name != null && meta.name.trim() === '') issues.push({ path: ['name'], message: 'A name can’t be blank.' });
  tooLong(['name'], meta.name, longestMetaName);
  tooLong(['description'], meta.description, longestMetaText);
  for (const [param, text] of Object.entries(meta.descriptions ?? {})) {
    tooLong(['descriptions', param], text, longestMetaText);
  }
  return issues;
}

function constraintIssues(spec: ParamSpec, { min, max, step, enum: choices }: Constraint): MetaIssue[] {
  const at = (key: string, message: string): MetaIssue => ({ path: ['constraints', spec.name, key], message });
  const issues: MetaIssue[] = [];
  if (min !== undefined && max !== undefined && min > max) {
    issues.push(at('max', `Must not be less than the least value, ${min}.`));
  }
  if (step !== undefined && !(step > 0)) issues.push(at('step', 'A step is more than 0.'));
  if (choices !== undefined && choices.length === 0) issues.push(at('enum', 'A list of choices needs at least one.'));
  const odd = choices?.find((choice) => misfit(bare(spec), choice) !== undefined);
  if (odd !== undefined) issues.push(at('enum', `“${odd}” is not ${typeWords[spec.type]}.`));
  return issues;
}

const typeWords = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
} as const;

function bare({ name: own, type }: ParamSpec): ParamSpec {
  return { name: own, type, required: false, description: '', targets: [] };
}

function limitsOf({ constraints: all }: MetaChanges | WorkflowMeta, param: string): Partial<ParamSpec> {
  const found = all != null && Object.hasOwn(all, param) ? all[param] : undefined;
  if (found === undefined) return {};
  const { min, max, step, enum: choices } = found;
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(step === undefined || step <= 0 ? {} : { step }),
    ...(choices === undefined || choices.length === 0 ? {} : { enum: choices }),
  };
}

/** Why a value does not fit, without the parameter's name in front; undefined when it does. */
function misfit(spec: ParamSpec, value: unknown): string | undefined {
  try {
    coerceParam(spec, value);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'VALIDATION_ERROR') return `Must be ${typeWords[spec.type]}.`;
    return spec.enum === undefined ? `Does not fit: ${error.hint ?? error.message}` : 'Is not one of the choices.';
  }
}

/** The file's metadata after the changes; everything the changes don't name stays as it was. */
export function withMetaChanges(
  before: Readonly<Record<string, unknown>>,
  changes: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const after: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    const empty = value === null || (typeof value === 'object' && Object.keys(value).length === 0);
    if (empty) delete after[key];
    else after[key] = value;
  }
  return after;
}
