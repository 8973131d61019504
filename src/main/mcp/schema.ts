/**
 * JSON Schemas for tools, small: a tool list is read by a model at the start of every conversation, so what zod writes
 * for machines only is left out.
 */
import { z } from 'zod';
import type { JsonSchema } from './tool.js';

type Node = Record<string, unknown>;

/** The input schema of a zod object: what a caller may send. */
export function inputSchemaOf(input: z.ZodObject): JsonSchema {
  return { type: 'object', ...compact(z.toJSONSchema(input, { io: 'input' })) };
}

/**
 * The output schema of a zod object, which a failure fits too: clients check structured content against it, some of
 * them even when `isError` is set.
 */
export function outputSchemaOf(output: z.ZodType): JsonSchema {
  const { required, ...rest } = compact(openEnums(z.toJSONSchema(output, { io: 'output' })));
  const properties = { ...(isNode(rest.properties) ? rest.properties : {}) };
  const error = { type: 'string' };
  properties.error = isNode(properties.error) ? { anyOf: [properties.error, error] } : error;
  properties.error_code = error;
  return {
    ...rest,
    type: 'object',
    properties,
    ...(Array.isArray(required) ? { anyOf: [{ required }, { required: ['error', 'error_code'] }] } : {}),
  };
}

/** The schema of one value. */
export function valueSchemaOf(value: z.ZodType): Node {
  return compact(z.toJSONSchema(value, { io: 'input' }));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Keywords whose value is a schema, a list of schemas, or a map from names to schemas. */
const single = new Set(['items', 'additionalProperties', 'not']);
const lists = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const maps = new Set(['properties', '$defs']);

function mapSchemas(node: Node, change: (child: Node) => Node): Node {
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (single.has(key) && isNode(value)) return [key, change(value)];
      if (lists.has(key) && Array.isArray(value)) return [key, value.map((one) => (isNode(one) ? change(one) : one))];
      if (maps.has(key) && isNode(value)) {
        return [key, Object.fromEntries(Object.entries(value).map(([name, one]) => [name, change(one as Node)]))];
      }
      return [key, value];
    }),
  );
}

function compact(schema: Node): Node {
  const { $schema, propertyNames, ...node } = mapSchemas(schema, compact);
  if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
  const { additionalProperties } = node;
  if (
    additionalProperties === false ||
    (isNode(additionalProperties) && Object.keys(additionalProperties).length === 0)
  )
    delete node.additionalProperties;
  return mergeChoices(node);
}

/** `anyOf` of constants is an `enum`; `anyOf` of a type and null is that type or null. */
function mergeChoices(node: Node): Node {
  const { anyOf, ...rest } = node;
  if (!Array.isArray(anyOf) || !anyOf.every(isNode)) return node;
  if (anyOf.every((choice) => 'const' in choice)) {
    const types = [...new Set(anyOf.map((choice) => choice.type))];
    const values = anyOf.map((choice) => choice.const);
    return { ...rest, ...(types.length === 1 ? { type: types[0] } : {}), enum: values };
  }
  const [first, second] = anyOf;
  const nullable = anyOf.length === 2 && second?.type === 'null' && typeof first?.type === 'string';
  return nullable && !('enum' in first) && !('const' in first)
    ? { ...rest, ...first, type: [first.type, 'null'] }
    : node;
}

/** In answers a long list of codes helps nobody: the word itself stands there. */
function openEnums(schema: Node): Node {
  const { enum: values, ...rest } = mapSchemas(schema, openEnums);
  return Array.isArray(values) && values.length <= 12 ? { ...rest, enum: values } : rest;
}

/**
 * Arguments as models send them, in the types the schema wants: "512" for a number, "true" for a boolean, JSON text for
 * an object or a list, null for what is left out. What doesn't fit stays, for the check to tell.
 */
export function coerceArguments(schema: JsonSchema, input: Record<string, unknown>): Record<string, unknown> {
  const properties = isNode(schema.properties) ? schema.properties : {};
  return Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, coerce(properties[name], value)]),
  );
}

function coerce(schema: unknown, value: unknown): unknown {
  if (!isNode(schema)) return value;
  if (Array.isArray(value)) return value.map((one) => coerce(schema.items, one));
  if (isNode(value)) return isNode(schema.properties) ? coerceArguments({ ...schema, type: 'object' }, value) : value;
  if (typeof value !== 'string') return value;
  const text = value.trim();
  switch (schema.type) {
    case 'number':
    case 'integer':
      return text !== '' && Number.isFinite(Number(text)) ? Number(text) : value;
    case 'boolean':
      return coerceBoolean(text.toLowerCase()) ?? value;
    case 'object':
    case 'array':
      return coerce(schema, parsed(text) ?? undefined) ?? value;
    default:
      return value;
  }
}

function coerceBoolean(word: string): boolean | undefined {
  if (word === 'true' || word === '1') return true;
  if (word === 'false' || word === '0') return false;
  return undefined;
}

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
