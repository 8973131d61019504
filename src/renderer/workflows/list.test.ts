import { describe, expect, it } from 'vitest';
import { groupWorkflows, problemsOf, remedyOf, stepIn, toolWords } from './list.js';
import { paramFixture, workflowFixture } from './testing.js';

const workflows = [
  workflowFixture({ id: 'b', name: 'Portrait 10', description: 'Two passes' }),
  workflowFixture({ id: 'a', name: 'Portrait 2' }),
  workflowFixture({ id: 'song', name: 'שיר', namespace: 'audio' }),
];
const idsOf = (query: string) =>
  groupWorkflows(workflows, query).map(({ title, workflows: mine }) => [title, ...mine.map(({ id }) => id)]);

describe('groupWorkflows', () => {
  it('sorts by kind, then by name as people count', () => {
    expect(idsOf('')).toEqual([
      ['Image', 'a', 'b'],
      ['Audio', 'song'],
    ]);
  });

  it('finds every word, wherever it stands, in any script', () => {
    expect(idsOf('passes PORT')).toEqual([['Image', 'b']]);
    expect(idsOf(' שיר ')).toEqual([['Audio', 'song']]);
    expect(idsOf('nothing')).toEqual([]);
  });
});

describe('words', () => {
  const broken = workflowFixture({ id: 'x', problem: 'x.json is not valid JSON.', tool: null });
  it('tell what is wrong and what to do', () => {
    expect(problemsOf(broken, { nodes: ['N'], models: [] })).toEqual(['x.json is not valid JSON.']);
    expect(problemsOf(workflowFixture({ id: 'y' }), { nodes: ['N'], models: ['m'] })).toEqual([
      'Node missing: N',
      'Model missing: m',
    ]);
    expect(remedyOf(broken, undefined)).toMatch(/Mend the file/);
    expect(remedyOf(workflowFixture({ id: 'y' }), { nodes: [], models: ['m'] })).toMatch(/model/);
    expect(remedyOf(workflowFixture({ id: 'y' }), { nodes: [], models: [] })).toBeNull();
  });

  it('tell the tool, or why there is none', () => {
    expect(toolWords(workflowFixture({ id: 'y' }), [])).toBe('y');
    expect(toolWords(workflowFixture({ id: 'y' }), ['y'])).toBe('y, not offered');
    expect(toolWords(workflowFixture({ id: 'y', tool: null }), [])).toBe('No parameters, so no tool');
    expect(toolWords(workflowFixture({ id: 'y', tool: null, params: [paramFixture({ name: 'p' })] }), [])).toBe(
      'No tool',
    );
    expect(toolWords({ ...broken, id: 'x.json' }, [])).toBe('x.json');
  });
});

it('keys step through the list and stop at its ends', () => {
  const groups = groupWorkflows(workflows, '');
  expect(stepIn(groups, null, 'ArrowDown')).toBe('a');
  expect(stepIn(groups, 'b', 'ArrowDown')).toBe('song');
  expect(stepIn(groups, 'song', 'ArrowDown')).toBe('song');
  expect(stepIn(groups, 'a', 'ArrowUp')).toBe('a');
  expect(stepIn(groups, 'b', 'End')).toBe('song');
  expect(stepIn(groups, 'b', 'x')).toBeUndefined();
  expect(stepIn([], null, 'Home')).toBeUndefined();
});
