/** Values of a graph that follow from parameters by a formula of the metadata, and files that may be left out. */
import { AppError } from '../../shared/errors.js';
import { parseFormula } from '../../shared/formula.js';
import { linkOf } from '../../shared/graph-link.js';
import type { ParamValue } from '../../shared/params.js';
import type { Graph, WorkflowMeta } from '../../shared/workflow.js';
import { findPlaceholders } from './placeholders.js';

type Derived = NonNullable<WorkflowMeta['derived']>;

/** Every parameter that others follow from. @throws AppError WORKFLOW_INVALID for a formula that can't be read. */
export function derivedFrom({ derived = {} }: WorkflowMeta): string[] {
  return [...new Set(Object.values(derived).flatMap((text) => parseFormula(text).names))];
}

/** A sentence on what is wrong with the metadata's formulas and files for this graph; undefined when nothing is. */
export function derivedProblem(graph: Graph, { derived = {}, optional = [] }: WorkflowMeta): string | undefined {
  const names = findPlaceholders(graph).placeholders.map(({ name }) => name);
  for (const [name, text] of Object.entries(derived)) {
    if (!names.includes(name)) return `derived.${name} has no placeholder PARAM_${name.toUpperCase()} in the graph.`;
    try {
      const circular = parseFormula(text).names.find((other) => Object.hasOwn(derived, other));
      if (circular !== undefined) return `derived.${name} needs ${circular}, which is derived itself.`;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return error.message;
    }
  }
  const unknown = optional.find((name) => !names.includes(name));
  return unknown === undefined ? undefined : `optional names ${unknown}, for which the graph has no placeholder.`;
}

/**
 * Puts what follows from `parameters` into a graph, wherever the workflow's template has the placeholder and the graph
 * has a node of the same class. Answers the values. Changes `graph`.
 *
 * @throws AppError VALIDATION_ERROR where a formula has no finite result.
 */
export function applyDerived(
  graph: Graph,
  template: Graph,
  derived: Derived,
  parameters: Readonly<Record<string, ParamValue>>,
): Record<string, number> {
  const { placeholders } = findPlaceholders(template);
  const numbers = Object.fromEntries(
    Object.entries(parameters).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  );
  const results: Record<string, number> = {};
  for (const [name, text] of Object.entries(derived)) {
    const formula = parseFormula(text);
    const value = formula.evaluate(numbers);
    if (!Number.isFinite(value)) {
      throw new AppError('VALIDATION_ERROR', `${name} can't be worked out from ${formula.names.join(' and ')}.`, {
        hint: `It is ${text}: send numbers that give a result.`,
        details: { parameter: name, formula: text },
      });
    }
    results[name] = value;
    for (const { node_id, input } of placeholders.find((one) => one.name === name)?.targets ?? []) {
      const node = graph[node_id];
      if (node?.class_type === template[node_id]?.class_type && node !== undefined) node.inputs[input] = value;
    }
  }
  return results;
}

/** Takes nodes out of a graph, and every input that was linked from them. Changes `graph`. */
export function withoutNodes(graph: Graph, ids: ReadonlySet<string>): void {
  for (const id of ids) delete graph[id];
  for (const node of Object.values(graph)) {
    for (const [input, value] of Object.entries(node.inputs)) {
      const link = linkOf(value);
      if (link !== undefined && ids.has(link.from)) delete node.inputs[input];
    }
  }
}
