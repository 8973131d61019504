/**
 * The tool table: built-in tools out of the contract, one tool per workflow that has parameters. Built anew when the
 * workflow library changes; all schemas are compiled here.
 */
import type { z } from 'zod';
import {
  type CallContext,
  type Contract,
  countArg,
  generationAnswerSchema,
  generationArgs,
  type Handlers,
  type OperationName,
} from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { nearest } from '../../shared/nearest.js';
import { isSeedName, type ParamSpec, paramToZod } from '../../shared/params.js';
import type { Workflow } from '../../shared/workflow.js';
import { briefInput, briefOutput } from './brief.js';
import { coerceArguments, inputSchemaOf, outputSchemaOf, valueSchemaOf } from './schema.js';
import type { JsonSchema, Tool, ToolTable } from './tool.js';

/** What people ask for most stands first; models read from the top. */
const first = ['generate_image', 'generate_song'];

/** Built-in tools that answer as a generation does. */
const starters: ReadonlySet<OperationName> = new Set<OperationName>(['run_workflow', 'regenerate']);

/** What most callers need of a generation's answer; run_workflow, which answers the same, tells every key. */
const generationKeys = ['status', 'prompt_id', 'asset_id', 'asset_url', 'assets', 'seed', 'message'];
/** The keys that the list tells of long answers. */
const keysTold: Partial<Record<OperationName, readonly string[]>> = {
  regenerate: [...generationKeys, 'parent_asset_id'],
  get_batch: ['batch_id', 'status', 'summary', 'assets', 'failures', 'contact_sheet'],
  get_asset_metadata: [
    ...['asset_id', 'prompt_id', 'workflow_id', 'media_kind', 'asset_url', 'created_at', 'parameters', 'lineage'],
    ...['submitted_workflow', 'comfy_history'],
  ],
};

/**
 * @param workflows those with a `tool` get one of that name; a built-in tool's name is never taken
 * @param switchedOff names of tools the person doesn't want to offer
 */
export function buildToolTable({
  contract,
  handlers,
  workflows,
  switchedOff = [],
}: {
  contract: Contract;
  handlers: Handlers;
  workflows: readonly Workflow[];
  switchedOff?: readonly string[];
}): ToolTable {
  const operations = (Object.keys(contract) as OperationName[]).filter((name) => contract[name].doors.mcp);
  const builtIns = operations.map((name) => builtIn(name, contract, handlers));
  const taken = new Set<string>(operations);
  const generators = workflows
    .filter((workflow) => workflow.tool !== null && !taken.has(workflow.tool))
    .sort((a, b) => rank(a) - rank(b) || compare(a.id, b.id))
    .map((workflow) => workflowTool(workflow, contract.run_workflow.annotations, handlers));
  const run = builtIns.filter((tool) => tool.name === 'run_workflow');
  const rest = builtIns.filter((tool) => tool.name !== 'run_workflow');

  const off = new Set(switchedOff);
  const byName = new Map<string, Tool>();
  for (const tool of [...generators, ...run, ...rest]) {
    if (!off.has(tool.name) && !byName.has(tool.name)) byName.set(tool.name, tool);
  }
  return { tools: [...byName.values()], get: (name) => byName.get(name) };
}

function rank({ tool }: Workflow): number {
  const place = first.indexOf(tool ?? '');
  return place === -1 ? first.length : place;
}

/** By code point: the same order in every locale. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function builtIn<K extends OperationName>(name: K, contract: Contract, handlers: Handlers): Tool {
  const operation: Contract[K] = contract[name];
  const input: Contract[K]['input'] = operation.input;
  const inputSchema = inputSchemaOf(input);
  const outputSchema = outputSchemaOf(operation.output);
  const known = Object.keys(input.shape);
  return {
    name,
    title: operation.title,
    description: operation.description,
    inputSchema,
    outputSchema,
    listed: {
      inputSchema: briefInput(inputSchema, { workflow: false }),
      outputSchema: briefOutput(outputSchema, keysTold[name]),
    },
    annotations: operation.annotations,
    ...(starters.has(name) && { startsJob: true }),
    async call(args, context) {
      refuseUnknown(name, args, known);
      return handlers[name](parse(input, coerceArguments(inputSchema, args)), context);
    },
  };
}

/** Keeps the link between a schema's type and its output's, which `schema.parse` loses under a type parameter. */
function parse<I extends z.ZodObject>(schema: I, value: unknown): z.output<I> {
  return schema.parse(value);
}

const generationOutput = outputSchemaOf(generationAnswerSchema);

function workflowTool(workflow: Workflow, annotations: Tool['annotations'], handlers: Handlers): Tool {
  const name = workflow.tool ?? workflow.id;
  const sharedArgs = sharedArgsOf(workflow);
  const inputSchema = generationInput(workflow.params, sharedArgs);
  const shared = Object.keys(sharedArgs.shape);
  const known = [...workflow.params.map((param) => param.name), ...shared];
  return {
    name,
    title: workflow.name,
    description: workflow.description || `Runs the workflow "${workflow.name}".`,
    inputSchema,
    outputSchema: generationOutput,
    listed: {
      inputSchema: briefInput(inputSchema, { workflow: true }),
      outputSchema: briefOutput(generationOutput, generationKeys),
    },
    annotations,
    startsJob: true,
    async call(input, context: CallContext) {
      refuseUnknown(name, input, known);
      const given = Object.entries(coerceArguments(inputSchema, input));
      const args = sharedArgs.parse(Object.fromEntries(given.filter(([key]) => shared.includes(key))));
      const overrides = Object.fromEntries(given.filter(([key]) => !shared.includes(key)));
      return handlers.run_workflow({ workflow_id: workflow.id, overrides, ...args }, { ...context, tool: name });
    },
  };
}

const generationArgsWithCount = generationArgs.extend({ count: countArg.optional() });

/** Several images at once, where there is a seed to vary; a workflow's own parameter of that name wins. */
function sharedArgsOf({ namespace, params }: Workflow): typeof generationArgsWithCount | typeof generationArgs {
  const several = namespace === 'image' && params.some(({ name }) => isSeedName(name));
  return several && !params.some(({ name }) => name === 'count') ? generationArgsWithCount : generationArgs;
}

/** Values of parameters are checked where they are bound, with the limits of the workflow; the schema only tells them. */
function generationInput(params: readonly ParamSpec[], sharedArgs: z.ZodObject): JsonSchema {
  const shared = inputSchemaOf(sharedArgs);
  const properties = Object.fromEntries(params.map((param) => [param.name, paramSchema(param)]));
  const required = params.filter((param) => param.required).map((param) => param.name);
  return {
    type: 'object',
    properties: { ...properties, ...(shared.properties as object) },
    ...(required.length > 0 ? { required } : {}),
  };
}

function paramSchema(param: ParamSpec): Record<string, unknown> {
  const { description, ...schema } = valueSchemaOf(paramToZod(param));
  return {
    ...schema,
    ...(description === '' ? {} : { description }),
    ...(param.default === undefined ? {} : { default: param.default }),
  };
}

function refuseUnknown(tool: string, input: Record<string, unknown>, known: readonly string[]): void {
  const unknown = Object.keys(input).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  const meant = unknown.flatMap((key) => nearest(key, known, 1));
  throw new AppError('VALIDATION_ERROR', `${tool} has no argument ${unknown.join(', ')}.`, {
    hint: `${meant.length > 0 ? `Did you mean ${meant.join(', ')}? ` : ''}It takes: ${known.join(', ') || 'none'}.`,
    details: { unknown, known },
  });
}
