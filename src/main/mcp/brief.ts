/**
 * What the tool list tells of a schema. A model reads the whole list at the start of every conversation, so it stands
 * there small: answers by their keys, arguments without what their names say already. Everything left out is still
 * checked when a tool is called, and told then; list_workflows tells parameters in full.
 */
import { isRecord } from '../../shared/config-text.js';
import type { JsonSchema } from './tool.js';

type Node = Record<string, unknown>;

/** Arguments that mean the same in every tool; what is special about them stands in docs/REFERENCE.md. */
const plainIds: ReadonlySet<string> = new Set(['asset_id', 'asset_ids', 'prompt_id', 'parent_asset_id']);

/** Parameters whose meaning every model knows, and the arguments that run_workflow explains for all workflows. */
const plainParams: ReadonlySet<string> = new Set([
  ...['prompt', 'negative_prompt', 'width', 'height', 'steps', 'cfg', 'sampler_name', 'scheduler', 'denoise', 'seed'],
  ...['model', 'seconds', 'duration', 'fps', 'count', 'return_inline_preview', 'wait_seconds', 'session_id'],
]);

/** Limits that only guard a program, and what lies inside of objects: a model that oversteps them is told so. */
const guards: ReadonlySet<string> = new Set(
  'minLength maxLength pattern minItems maxItems multipleOf properties additionalProperties required'.split(' '),
);

/** Longest description of a parameter in the list. */
const longestWords = 90;

/** An input schema as the list tells it. `workflow`: its arguments are the parameters of a workflow. */
export function briefInput(schema: JsonSchema, { workflow }: { workflow: boolean }): JsonSchema {
  const properties = Object.entries(isRecord(schema.properties) ? schema.properties : {}).map(([name, value]) => {
    const node = isRecord(value) ? value : {};
    const plain = plainIds.has(name) || (workflow && plainParams.has(name));
    return [name, plain ? bare(node) : workflow ? shortened(withoutGuards(node)) : withoutGuards(node)];
  });
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** Type, default and choices. */
function bare(node: Node): Node {
  const { type, default: fallback, enum: choices, items } = withoutGuards(node);
  return {
    ...(type === undefined ? {} : { type }),
    ...(choices === undefined ? {} : { enum: choices }),
    ...(isRecord(items) ? { items: bare(items) } : {}),
    ...(fallback === undefined ? {} : { default: fallback }),
  };
}

function withoutGuards(node: Node): Node {
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !guards.has(key))
      .map(([key, value]) => [key, key === 'items' && isRecord(value) ? withoutGuards(value) : value]),
  );
}

/** The first sentence says what it is. */
function shortened({ description, ...node }: Node): Node {
  if (typeof description !== 'string') return node;
  const [sentence = ''] = description.split(/(?<=[.!?;]) /);
  const words = sentence.length <= longestWords ? sentence : `${sentence.slice(0, longestWords - 1).trimEnd()}…`;
  return { ...node, description: words };
}

/**
 * An output schema as the list tells it: the keys of an answer with their types, all of which a failure may lack.
 * `only`: the keys that most callers need, where a tool answers many.
 */
export function briefOutput(schema: JsonSchema, only?: readonly string[]): JsonSchema {
  const all = Object.entries(isRecord(schema.properties) ? schema.properties : {});
  const told = all.filter(([name]) =>
    only === undefined ? !['error', 'error_code'].includes(name) : only.includes(name),
  );
  return { type: 'object', properties: Object.fromEntries(told.map(([name, value]) => [name, typeOnly(value)])) };
}

function typeOnly(value: unknown): Node {
  if (!isRecord(value)) return {};
  const { type, enum: choices, items } = value;
  if (type === undefined) return {};
  const words = Array.isArray(choices) && choices.length <= 4 ? { enum: choices } : {};
  return { type, ...words, ...(isRecord(items) && items.type === 'string' ? { items: { type: 'string' } } : {}) };
}
