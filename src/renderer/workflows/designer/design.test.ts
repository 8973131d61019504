import { describe, expect, it } from 'vitest';
import type { Exposable } from '../../../shared/workflow-params.js';
import { asProposed, type Design, type InputDraft, issueOf, keyOf, previewOf, readDesign, toDesign } from './design.js';

const input = (name: string, more: Partial<Exposable> = {}): Exposable => ({
  ...{ name, type: 'string', role: 'other', exposed: false, proposed: false, required: false, node: 'Node' },
  targets: [{ node_id: '1', input: name }],
  ...more,
});
const steps = input('steps', {
  type: 'integer',
  exposed: true,
  proposed: true,
  value: 20,
  default: 20,
  min: 1,
  max: 100,
});
const prompt = input('prompt', { proposed: true, required: true, value: 'a lake', multiline: true });
const cfg = input('cfg', { type: 'number', proposed: true, value: 7, default: 7 });
const seed = input('seed', { type: 'integer', proposed: true, value: '1152921504606846976' });
const prefix = input('constructor', { value: 'x', default: 'x' });
const inputs = [steps, prompt, cfg, seed, prefix];
const meta = { constraints: { steps: { min: 2, enum: [4, 8] } }, descriptions: { steps: 'How many' } };
const before = toDesign(inputs, meta);

const edit = (of: Exposable, patch: Partial<InputDraft>, design: Design = before): Design => {
  const draft = design[keyOf(of)];
  return draft === undefined ? design : { ...design, [keyOf(of)]: { ...draft, ...patch } };
};
const read = (design: Design) => readDesign(inputs, before, design);

describe('a design', () => {
  it('begins with what the workflow has, and names it without changing it', () => {
    expect(before[keyOf(steps)]).toMatchObject({ min: '2', choices: '4\n8', description: 'How many', default: '20' });
    expect(read(before)).toEqual({ exposures: [{ name: 'steps', targets: steps.targets }], issues: [], dirty: false });
  });

  it('takes what is proposed: asked for, drawn, or with the value of the graph', () => {
    const { exposures, dirty, issues } = read(asProposed(inputs, before));
    expect({ dirty, issues }).toEqual({ dirty: true, issues: [] });
    expect(exposures.slice(1)).toEqual([
      { name: 'prompt', targets: prompt.targets, required: true },
      { name: 'cfg', targets: cfg.targets, required: false, default: 7 },
      { name: 'seed', targets: seed.targets },
    ]);
  });

  it('sends only what was changed, null for what was cleared', () => {
    const patch = { name: 'rounds', min: '', max: '60', choices: '1\n 2 \n\n2', description: ' ' };
    expect(read(edit(steps, patch)).exposures).toEqual([
      { name: 'rounds', targets: steps.targets, min: null, max: 60, enum: [1, 2], description: null },
    ]);
    expect(read(edit(steps, { required: true })).exposures).toMatchObject([{ name: 'steps', required: true }]);
  });

  it.each<[string, Partial<InputDraft>, keyof InputDraft, RegExp]>([
    ['a name of other letters', { name: 'Größe' }, 'name', /small letters/],
    ['an argument of every tool', { name: 'session_id' }, 'name', /Every tool/],
    ['a word for a number', { default: 'many' }, 'default', /whole number/],
    ['a default outside of the range', { default: '101' }, 'default', /at most 100/],
    ['limits that cross', { min: '5', max: '4' }, 'max', /less than the least/],
    ['a limit that is no number', { max: 'few' }, 'max', /number/],
    ['a step of nothing', { step: '0' }, 'step', /more than 0/],
    ['a choice of another type', { choices: 'x' }, 'choices', /whole number/],
  ])('tells of %s where it stands', (_what, patch, field, message) => {
    expect(issueOf(read(edit(steps, patch)).issues, keyOf(steps), field)).toMatch(message);
  });

  it('refuses one name twice', () => {
    const twice = edit(cfg, { exposed: true, name: 'steps' });
    expect(issueOf(read(twice).issues, keyOf(cfg), 'name')).toMatch(/Another/);
  });

  it('counts nothing that was typed into an input that is no parameter', () => {
    expect(read(edit(cfg, { default: 'much' }))).toMatchObject({ dirty: false, issues: [] });
  });

  it('shows the form as it would be', () => {
    const [first, second] = previewOf(inputs, edit(prompt, { exposed: true, description: 'What' }));
    expect(first).toMatchObject({ name: 'steps', default: 20, min: 2, max: 100, enum: ['4', '8'] });
    expect(second).toMatchObject({ name: 'prompt', required: true, description: 'What', multiline: true });
    expect(second).not.toHaveProperty('default');
  });
});
