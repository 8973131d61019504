/** Formulas of the metadata when the parameters that they are made of get other names, or go. Pure. */
import { AppError } from '../../../shared/errors.js';
import { parseFormula, renamedFormula } from '../../../shared/formula.js';
import type { ParamSpec } from '../../../shared/params.js';
import type { WorkflowMeta } from '../../../shared/workflow.js';
import type { Exposure } from '../../../shared/workflow-params.js';

type Target = ParamSpec['targets'][number];

/** The parameter that has one of these places now. */
export function paramAt(params: readonly ParamSpec[], targets: readonly Target[]): ParamSpec | undefined {
  return params.find((spec) => targets.some((target) => spec.targets.some((other) => isSame(target, other))));
}

function isSame(one: Target, other: Target): boolean {
  return one.node_id === other.node_id && one.input === other.input;
}

/**
 * New names by old ones. A parameter whose places go to several others has no new name unless one of them has all of its
 * places: nobody could tell which is meant.
 */
export function renamesOf(params: readonly ParamSpec[], exposures: readonly Exposure[]): Map<string, string> {
  const stay = new Set(
    exposures.flatMap(({ name, targets }) => (paramAt(params, targets)?.name === name ? [name] : [])),
  );
  const renames = new Map<string, string>();
  for (const spec of params) {
    if (stay.has(spec.name)) continue;
    const heirs = exposures.filter(({ targets }) => paramAt(params, targets) === spec);
    const whole = heirs.filter(({ targets }) => spec.targets.every((one) => targets.some((two) => isSame(one, two))));
    const [heir] = heirs.length === 1 ? heirs : whole;
    if (heir !== undefined) renames.set(spec.name, heir.name);
  }
  return renames;
}

/**
 * The formulas with the new names in them.
 *
 * @throws AppError VALIDATION_ERROR for a parameter that is to go although a formula needs it, and for a name that can't
 *   stand in a formula; WORKFLOW_INVALID for a formula that can't be read.
 */
export function followRenames(
  { derived = {} }: WorkflowMeta,
  params: readonly ParamSpec[],
  exposures: readonly Exposure[],
): Record<string, string> {
  const renames = renamesOf(params, exposures);
  const names = new Set(exposures.map(({ name }) => name));
  // Those that no node takes are asked for because of the formula, and go with it alone.
  const placed = new Set(params.filter(({ targets }) => targets.length > 0).map(({ name }) => name));
  return Object.fromEntries(
    Object.entries(derived).map(([name, formula]) => {
      const needed = parseFormula(formula).names;
      const gone = needed.find((one) => placed.has(one) && !renames.has(one) && !names.has(one));
      if (gone !== undefined) throw stillNeeded(gone, name, formula);
      if (!needed.some((one) => renames.has(one))) return [name, formula];
      return [name, withNewNames(name, formula, needed, renames)];
    }),
  );
}

function withNewNames(
  name: string,
  formula: string,
  needed: readonly string[],
  renames: ReadonlyMap<string, string>,
): string {
  const wanted = [...new Set(needed.map((one) => renames.get(one) ?? one))];
  const first = needed.find((one) => renames.has(one)) ?? '';
  const refused = (reason: string, cause?: unknown) =>
    refusal(`“${first}” can’t be called “${renames.get(first)}”: ${reason}`, name, formula, first, {
      hint: 'Nothing was written. Choose another name, a short one of small letters, digits and _.',
      cause,
    });
  if (wanted.length < needed.length) {
    throw refused(`${name} follows from both (${formula}), and would no longer tell them apart.`);
  }
  try {
    const text = renamedFormula(formula, renames);
    if (parseFormula(text).names.join() === wanted.join()) return text;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw refused(`${name} follows from it. ${error.message}`, error);
  }
  throw refused(`${name} follows from it (${formula}), and a formula can’t have that name.`);
}

function stillNeeded(gone: string, name: string, formula: string): AppError {
  return refusal(
    `“${gone}” has to stay a parameter: ${name} follows from it by the formula ${formula}.`,
    name,
    formula,
    gone,
    {
      hint: `Nothing was written. Keep ${gone} among the parameters. Under another name in the same place it may go on: the formula takes that over. The formula itself is derived.${name} in the workflow’s .meta.json.`,
    },
  );
}

function refusal(
  message: string,
  name: string,
  formula: string,
  parameter: string,
  { hint, cause }: { hint: string; cause?: unknown },
): AppError {
  return new AppError('VALIDATION_ERROR', message, {
    hint,
    details: { issues: [{ path: ['parameters'], message }], parameter, derived: name, formula },
    ...(cause === undefined ? {} : { cause }),
  });
}
