import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';
import { describe, expect, it, vi } from 'vitest';
import {
  type CallContext,
  contract,
  type GenerationAnswer,
  type Handlers,
  type OperationName,
} from '../../shared/contract.js';
import type { ParamSpec } from '../../shared/params.js';
import type { Workflow } from '../../shared/workflow.js';
import { toErrorResult } from './answers.js';
import type { JsonSchema } from './tool.js';
import { buildToolTable } from './tools.js';

const answer: GenerationAnswer = {
  status: 'completed',
  prompt_id: 'p1',
  asset_id: 'a1',
  workflow_id: 'generate_image',
  tool: 'generate_image',
  assets: [],
  parameters: { prompt: 'a house', seed: 7 },
  elapsed_ms: 12,
  session_id: 's1',
};

/** Handlers that note what they were called with; only those a test gives answer. */
function handlersWith(answers: Partial<Record<OperationName, unknown>>) {
  const calls: { name: string; input: unknown; context: CallContext }[] = [];
  const handlers = Object.fromEntries(
    Object.keys(contract).map((name) => [
      name,
      async (input: unknown, context: CallContext) => {
        calls.push({ name, input, context });
        return answers[name as OperationName];
      },
    ]),
  ) as unknown as Handlers;
  return { handlers, calls };
}

const param = (name: string, type: ParamSpec['type'], more: Partial<ParamSpec> = {}): ParamSpec => ({
  name,
  type,
  required: false,
  description: `The ${name}.`,
  targets: [{ node_id: '1', input: name }],
  ...more,
});

const imageParams = [
  param('prompt', 'string', { required: true, multiline: true }),
  param('negative_prompt', 'string', { default: 'text, watermark' }),
  param('width', 'integer', { default: 512, min: 64, max: 2048, step: 8 }),
  param('height', 'integer', { default: 512, min: 64, max: 2048, step: 8 }),
  param('steps', 'integer', { default: 20 }),
  param('cfg', 'number', { default: 8 }),
  param('seed', 'integer', { min: 0 }),
  param('sampler_name', 'string', { default: 'euler', enum: ['euler', 'dpmpp_2m', 'ddim'] }),
  param('upscale', 'boolean'),
];

function workflow(id: string, more: Partial<Workflow> = {}): Workflow {
  return {
    id,
    name: id,
    description: `Makes things with ${id}.`,
    namespace: 'image',
    params: imageParams,
    tool: id,
    problem: null,
    source: 'bundled',
    updated_at: '2026-01-01T00:00:00Z',
    hash: 'h',
    ...more,
  };
}

const context: CallContext = {
  door: 'mcp',
  sessionId: 's1',
  client: undefined,
  signal: new AbortController().signal,
  progress: () => undefined,
  attachImage: () => undefined,
};

function build(workflows: Workflow[], answers: Partial<Record<OperationName, unknown>> = { run_workflow: answer }) {
  const { handlers, calls } = handlersWith(answers);
  const table = buildToolTable({ contract, handlers, workflows });
  const tool = (name: string) => {
    const found = table.get(name);
    if (found === undefined) throw new Error(`no tool ${name}`);
    return found;
  };
  return { table, tool, calls, handlers };
}

/** The tools as the list tells them. */
function wireOf(workflows: Workflow[]): string {
  return JSON.stringify(build(workflows).table.tools.map(({ listed, ...tool }) => ({ ...tool, ...listed })));
}

const builtIns = Object.entries(contract)
  .filter(([, operation]) => operation.doors.mcp)
  .map(([name]) => name);

describe('the table', () => {
  it('stands in one order, whatever the order of the workflows', () => {
    const workflows = [workflow('zebra'), workflow('generate_song'), workflow('alpha'), workflow('generate_image')];
    const names = (given: Workflow[]) => build(given).table.tools.map((tool) => tool.name);
    const rest = builtIns.filter((name) => name !== 'run_workflow');
    const expected = ['generate_image', 'generate_song', 'alpha', 'zebra', 'run_workflow', ...rest];
    expect(names(workflows)).toEqual(expected);
    expect(names(workflows.toReversed())).toEqual(expected);
  });

  it('has no tool for a workflow without one, and none that takes a built-in name', () => {
    const { table, tool } = build([workflow('broken', { tool: null }), workflow('sly', { tool: 'run_workflow' })]);
    expect(table.tools.map((one) => one.name)).toEqual([
      'run_workflow',
      ...builtIns.filter((n) => n !== 'run_workflow'),
    ]);
    expect(tool('run_workflow').title).toBe(contract.run_workflow.title);
  });

  it('leaves out what is switched off', () => {
    const { handlers } = handlersWith({});
    const workflows = [workflow('generate_image'), workflow('alpha')];
    const table = buildToolTable({ contract, handlers, workflows, switchedOff: ['alpha', 'view_image'] });
    expect(table.get('alpha')).toBeUndefined();
    expect(table.get('view_image')).toBeUndefined();
    expect(table.tools.map((tool) => tool.name)).not.toContain('alpha');
  });

  it('grows by little more than a kilobyte with a workflow', () => {
    const size = (workflows: Workflow[]) => wireOf(workflows).length;
    expect(size([workflow('a'), workflow('b')]) - size([workflow('a')])).toBeLessThan(1300);
  });

  it('is small on the wire', () => {
    const wire = wireOf([workflow('generate_image'), workflow('generate_song')]);
    // The limit of the whole list, with all tools, is 40 KB.
    expect(wire.length).toBeLessThan(40_000);
    expect(wire).not.toMatch(/\$schema|propertyNames|"additionalProperties":(false|\{\})|9007199254740991/);
  });
});

describe('a workflow tool', () => {
  it('tells its parameters with defaults and choices, then what every generation takes', () => {
    const { tool } = build([workflow('generate_image')]);
    const { inputSchema } = tool('generate_image');
    expect(inputSchema).toMatchObject({ type: 'object', required: ['prompt'] });
    const properties = inputSchema.properties as Record<string, unknown>;
    expect(Object.keys(properties)).toEqual([
      ...imageParams.map((one) => one.name),
      'return_inline_preview',
      'wait_seconds',
      'session_id',
      'count',
    ]);
    expect(properties.width).toEqual({
      type: 'integer',
      minimum: 64,
      maximum: 2048,
      multipleOf: 8,
      description: 'The width.',
      default: 512,
    });
    expect(properties.sampler_name).toEqual({
      type: 'string',
      enum: ['euler', 'dpmpp_2m', 'ddim'],
      description: 'The sampler_name.',
      default: 'euler',
    });
    expect(properties.seed).toEqual({ type: 'integer', minimum: 0, description: 'The seed.' });
  });

  it('stands in the list with types, defaults and choices, and words only where a name needs them', () => {
    const strength = param('style', 'number', { description: 'How strong. A second sentence.', min: 0, max: 2 });
    const { tool } = build([workflow('generate_image', { params: [...imageParams, strength] })]);
    const properties = tool('generate_image').listed?.inputSchema.properties;
    expect(properties).toMatchObject({ prompt: { type: 'string' }, seed: { type: 'integer' } });
    expect(properties).toHaveProperty('width', { type: 'integer', default: 512 });
    expect(properties).toHaveProperty('sampler_name.enum', ['euler', 'dpmpp_2m', 'ddim']);
    expect(properties).toHaveProperty('style', { type: 'number', minimum: 0, maximum: 2, description: 'How strong.' });
    expect(properties).toHaveProperty('wait_seconds', { type: 'number' });
  });

  it('runs its workflow under its own name', async () => {
    const { tool, calls } = build([workflow('portrait', { tool: 'portrait_2' })]);
    const given = { prompt: 'a house', width: '512', upscale: 'true', seed: null, wait_seconds: '5', session_id: 's9' };
    await expect(tool('portrait_2').call(given, context)).resolves.toEqual(answer);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      name: 'run_workflow',
      input: {
        workflow_id: 'portrait',
        overrides: { prompt: 'a house', width: 512, upscale: true },
        wait_seconds: 5,
        session_id: 's9',
      },
      context: { tool: 'portrait_2', sessionId: 's1' },
    });
  });

  it('names what it takes when an argument is unknown', async () => {
    const { tool, calls } = build([workflow('generate_image')]);
    await expect(tool('generate_image').call({ prompt: 'x', widht: 5 }, context)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      message: 'generate_image has no argument widht.',
      hint: expect.stringMatching(/Did you mean width\? It takes: prompt, .*session_id, count\.$/),
      details: { unknown: ['widht'] },
    });
    expect(calls).toEqual([]);
  });

  it('checks the arguments that are not its workflow’s', async () => {
    const { tool } = build([workflow('generate_image')]);
    const call = tool('generate_image').call({ prompt: 'x', wait_seconds: -1 }, context);
    expect(toErrorResult(await call.catch((error: unknown) => error)).structuredContent).toMatchObject({
      error_code: 'VALIDATION_ERROR',
      error: expect.stringContaining('wait_seconds'),
      hint: expect.any(String),
    });
  });
});

describe('a built-in tool', () => {
  it('takes numbers, booleans and objects given as text', async () => {
    const { tool, calls } = build([], { list_assets: {}, run_workflow: {} });
    await tool('list_assets').call({ limit: '5', include_expired: 'True', cursor: null }, context);
    await tool('run_workflow').call({ workflow_id: '12', overrides: '{"steps": 4}' }, context);
    expect(calls.map((call) => call.input)).toEqual([
      { limit: 5, include_expired: true },
      { workflow_id: '12', overrides: { steps: 4 } },
    ]);
  });

  it.each([
    ['a value that does not fit', { limit: 'many' }, 'limit'],
    ['a value out of range', { limit: 1000 }, 'limit'],
    ['an unknown argument', { limits: 5 }, 'limits'],
  ])('refuses %s', async (_what, input, named) => {
    const { tool, calls } = build([]);
    const error = await tool('list_assets')
      .call(input, context)
      .catch((thrown: unknown) => thrown);
    expect(toErrorResult(error).structuredContent).toMatchObject({
      error_code: 'VALIDATION_ERROR',
      error: expect.stringContaining(named),
    });
    expect(calls).toEqual([]);
  });

  it('lets the failure of its handler through', async () => {
    const { table, handlers } = build([]);
    vi.spyOn(handlers, 'get_job').mockRejectedValue(new Error('broken'));
    await expect(table.get('get_job')?.call({ prompt_id: 'x' }, context)).rejects.toThrow('broken');
  });
});

describe('output schemas', () => {
  const validator = new AjvJsonSchemaValidator();
  const fits = (schema: JsonSchema, value: unknown) => validator.getValidator(schema)(value).valid;

  it('fit the answers, and failures too: clients check both', () => {
    const { table, tool } = build([workflow('generate_image')]);
    expect(contract.run_workflow.output.parse(answer)).toEqual(answer);
    const { outputSchema: schema } = tool('generate_image');
    expect(fits(schema, answer)).toBe(true);
    expect(fits(schema, { ...answer, status: 'nonsense' })).toBe(false);
    expect(fits(schema, { status: 'completed' })).toBe(false);
    const failure = toErrorResult(new Error('no')).structuredContent;
    for (const { name, outputSchema, listed } of table.tools) {
      expect(fits(outputSchema, failure), name).toBe(true);
      expect(fits(listed?.outputSchema ?? outputSchema, failure), name).toBe(true);
    }
    const brief = tool('generate_image').listed?.outputSchema ?? schema;
    expect(fits(brief, answer)).toBe(true);
    expect(fits(brief, { ...answer, status: 'nonsense' })).toBe(false);
  });

  it('of get_job fit a failed job', () => {
    const failed = {
      status: 'error',
      prompt_id: 'p',
      assets: [],
      outputs: [],
      error: { code: 'EXECUTION_FAILED', message: 'A node failed.' },
    };
    expect(contract.get_job.output.safeParse(failed).success).toBe(true);
    expect(fits(build([]).tool('get_job').outputSchema, failed)).toBe(true);
  });
});
