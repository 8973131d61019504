import { expect, test } from 'vitest';
import { profiles } from './profiles.js';
import { testNodes } from './test-nodes.js';
import { validatePrompt } from './validate.js';

const nodes = new Map(testNodes().map((node) => [node.info.name, node]));
const folders = { input: '/none', output: '/none', temp: '/none' };

function validate(prompt: unknown, profile = profiles['0.3.64'], targets?: unknown[]) {
  return validatePrompt(prompt, { nodes, folders, profile, targets });
}

const fine = { count: 2, strength: 0.5, name: 'n', flag: true, mode: 'fast', kind: 'a' };

/** The errors of one Picky node with these inputs. */
async function errorsOf(inputs: Record<string, unknown>, profile = profiles['0.3.64']) {
  const verdict = await validate({ 1: { class_type: 'Picky', inputs: { ...fine, ...inputs } } }, profile);
  return verdict.nodeErrors[1]?.errors.map(({ type, message, details }) => ({ type, message, details })) ?? [];
}

test('coercion changes what is stored', async () => {
  const inputs = { ...fine, count: '7', strength: '0.25', name: 5, flag: 'false', extra: 'kept' };
  const verdict = await validate({ 1: { class_type: 'Picky', inputs } });
  expect(verdict.ok && verdict.graph[1]?.inputs).toEqual({
    ...fine,
    count: 7,
    strength: 0.25,
    name: '5',
    flag: true,
    extra: 'kept',
  });
});

test.each([
  [{ count: 11 }, 'value_bigger_than_max', 'Value 11 bigger than max of 10', 'count'],
  [{ strength: -1 }, 'value_smaller_than_min', 'Value -1.0 smaller than min of 0.0', 'strength'],
  [{ mode: 'x' }, 'value_not_in_list', 'Value not in list', "mode: 'x' not in ['fast', 'slow']"],
  [
    { count: {} },
    'invalid_input_type',
    'Failed to convert an input value to a INT value',
    "count, {}, int() argument must be a string, a bytes-like object or a real number, not 'dict'",
  ],
  [
    { name: ['only'] },
    'bad_linked_input',
    'Bad linked input, must be a length-2 list of [node_id, slot_index]',
    'name',
  ],
])('%j', async (inputs, type, message, details) => {
  expect(await errorsOf(inputs)).toEqual([{ type, message, details }]);
});

test('V3 combos are checked by the late version only', async () => {
  expect(await errorsOf({ kind: 'z' })).toEqual([]);
  expect(await errorsOf({ kind: 'z' }, profiles['0.38'])).toMatchObject([
    { type: 'value_not_in_list', details: "kind: 'z' not in ['a', 'b']" },
  ]);
});

test('a wrapped list is a value, not a link; before 2025-03 it is neither', async () => {
  const graph = () => ({ 1: { class_type: 'Picky', inputs: { ...fine, name: { __value__: ['a', 'b', 'c'] } } } });
  const now = await validate(graph());
  expect(now.ok && now.graph[1]?.inputs.name).toBe("['a', 'b', 'c']");
  const then = await validate(graph(), profiles['2023-08']);
  expect(then.ok && then.graph[1]?.inputs.name).toBe("{'__value__': ['a', 'b', 'c']}");
});

test('a node with its own check is exempt from the list, and its text is the error', async () => {
  const guard = (value: string) => validate({ 1: { class_type: 'Guarded', inputs: { value } } });
  expect((await guard('good')).ok).toBe(true);
  expect((await guard('listed')).nodeErrors[1]?.errors).toEqual([
    {
      type: 'custom_validation_failed',
      message: 'Custom validation failed for node',
      details: 'value - Invalid value: listed',
      extra_info: { input_name: 'value' },
    },
  ]);
});

const cycle = () => ({
  1: { class_type: 'Slow', inputs: { value: ['2', 0], steps: 1 } },
  2: { class_type: 'Slow', inputs: { value: ['1', 0], steps: 1 } },
  3: { class_type: 'Show', inputs: { value: ['2', 0], label: '' } },
});

test('a cycle fails without saying why, until the late version does', async () => {
  expect(await validate(cycle())).toMatchObject({
    ok: false,
    error: { type: 'prompt_outputs_failed_validation', details: '' },
    nodeErrors: {},
  });
  const late = await validate(cycle(), profiles['0.38']);
  expect(late.nodeErrors[2]?.errors).toMatchObject([
    {
      type: 'dependency_cycle',
      details: '2 (Slow) -> 1 (Slow) -> 2 (Slow)',
      extra_info: { node_id: '2', cycle_nodes: ['2', '1', '2'] },
    },
  ]);
});

test('a chain deeper than Python can follow is an error, not a crash', async () => {
  const graph: Record<string, unknown> = { n0: { class_type: 'Constant', inputs: { value: 1 } } };
  for (let at = 1; at <= 5000; at += 1) {
    graph[`n${at}`] = { class_type: 'Slow', inputs: { value: [`n${at - 1}`, 0], steps: 1 } };
  }
  graph.out = { class_type: 'Show', inputs: { value: ['n5000', 0], label: '' } };
  const verdict = await validate(graph);
  expect(verdict.ok).toBe(false);
  expect(JSON.stringify(verdict.nodeErrors)).toContain('RecursionError');
});

test('a missing node type is told by title in the late version', async () => {
  const late = profiles['0.38'];
  expect(await validate({ 1: { class_type: 'Nope', inputs: {}, _meta: { title: 'Mine' } } }, late)).toMatchObject({
    error: {
      type: 'missing_node_type',
      details: "Node ID '#1'",
      extra_info: { node_id: '1', class_type: 'Nope', node_title: 'Mine' },
    },
  });
  expect(await validate({ 1: { inputs: {} } }, late)).toMatchObject({
    error: { type: 'missing_node_type', extra_info: { class_type: null, node_title: 'ID #1' } },
  });
});

test('only the targets count as outputs', async () => {
  const graph = {
    1: { class_type: 'Constant', inputs: { value: 1 } },
    2: { class_type: 'Show', inputs: { value: ['1', 0], label: '' } },
    3: { class_type: 'Show', inputs: { value: ['1', 0], label: 'b' } },
  };
  expect(await validate(graph, undefined, ['3'])).toMatchObject({ ok: true, outputs: ['3'] });
  expect(await validate(graph, undefined, ['9'])).toMatchObject({ ok: false, error: { type: 'prompt_no_outputs' } });
});

test.each([
  [null],
  [5],
  ['text'],
  [['a']],
  [{ last_node_id: 1, nodes: [] }],
  [{ 1: null }],
  [{ 1: { class_type: [] } }],
])('a prompt of %j raises, as the real server does', async (prompt) => {
  await expect(validate(prompt)).rejects.toThrow();
});

test.each([
  [['1', '0'], 'tuple indices must be integers or slices, not str'],
  [['1', 1.5], 'tuple indices must be integers or slices, not float'],
  [['1', 7], 'tuple index out of range'],
  [[1, 0], '1'],
  [['__proto__', 0], "'__proto__'"],
  [[['1'], 0], "unhashable type: 'list'"],
])('a link %j', async (link, message) => {
  const verdict = await validate({
    1: { class_type: 'Constant', inputs: { value: 1 } },
    2: { class_type: 'Show', inputs: { value: link, label: '' } },
  });
  expect(verdict.nodeErrors[2]?.errors[0]).toMatchObject({ type: 'exception_during_validation', details: message });
});
