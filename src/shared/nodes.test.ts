import { describe, expect, it } from 'vitest';
import { inputSpec, parseNodeSpec } from './nodes.js';

/** Entries as ComfyUI 0.3.64 and later serve them, cut to what matters. */
const entry = (required: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  input: { required },
  output: ['IMAGE'],
  name: 'Thing',
  display_name: 'A thing',
  output_node: false,
  ...more,
});

const inputOf = (spec: unknown, more = {}) => inputSpec(parseNodeSpec(entry({ x: spec }, more)) ?? empty, 'x');
const empty = { class_type: '', display_name: '', inputs: {}, outputs: [], output_node: false };

describe('parseNodeSpec', () => {
  it.each([
    [
      'a list of choices',
      [['a', 'b'], { default: 'b' }],
      { kind: 'combo', type: 'COMBO', choices: ['a', 'b'], default: 'b' },
    ],
    ['choices without options', [['a']], { kind: 'combo', choices: ['a'] }],
    ['nothing installed', [[], {}], { kind: 'combo', choices: [] }],
    ['numbers as choices', [[1, 2.5, true], {}], { kind: 'combo', choices: [1, 2.5, true] }],
    [
      'COMBO',
      ['COMBO', { default: 'auto', multiselect: false, options: ['auto', 'mp4'] }],
      { kind: 'combo', choices: ['auto', 'mp4'], default: 'auto' },
    ],
    ['COMBO of several', ['COMBO', { multiselect: true, options: ['a'] }], { kind: 'combo', multiselect: true }],
    [
      'dynamic choices',
      ['COMFY_DYNAMICCOMBO_V3', { options: [{ key: 'mp3', inputs: {} }, { key: 'flac' }, 'odd'] }],
      { kind: 'combo', choices: ['mp3', 'flac'] },
    ],
    ['files to upload', [['a.png'], { image_upload: true }], { kind: 'combo', upload: true }],
    [
      'INT',
      ['INT', { default: 20, min: 1, max: 10000, step: 2, tooltip: 'How many.' }],
      { kind: 'integer', type: 'INT', default: 20, min: 1, max: 10000, step: 2, tooltip: 'How many.' },
    ],
    ['FLOAT', ['FLOAT', { min: 0.0, max: 1.0, step: 0.01 }], { kind: 'number', min: 0, max: 1, step: 0.01 }],
    ['STRING', ['STRING', { multiline: true }], { kind: 'string', multiline: true }],
    ['BOOLEAN', ['BOOLEAN', { default: true }], { kind: 'boolean', default: true }],
    ['a link', ['MODEL'], { kind: 'link', type: 'MODEL' }],
    ['any type', ['*', {}], { kind: 'link', type: '*' }],
    ['a union', ['INT,FLOAT', {}], { kind: 'link', type: 'INT,FLOAT' }],
    ['a forced link', ['INT', { forceInput: true }], { kind: 'link', type: 'INT' }],
    ['no type at all', [], { kind: 'link', type: '*' }],
    ['no list at all', 'STRING', { kind: 'string' }],
  ])('reads %s', (_what, spec, expected) => {
    expect(inputOf(spec)).toMatchObject({ name: 'x', required: true, ...expected });
  });

  it('leaves out choices that come from elsewhere', () => {
    expect(inputOf(['COMBO', { remote: { route: '/x' } }])).not.toHaveProperty('choices');
  });

  it('leaves out limits that are no numbers, and rounds the largest seed', () => {
    const limits = { min: Number.NaN, max: Number.POSITIVE_INFINITY, step: 'x', default: Number.NaN };
    expect(inputOf(['FLOAT', limits])).toEqual({ name: 'x', required: true, kind: 'number', type: 'FLOAT' });
    expect(inputOf(['INT', { min: 0, max: 18446744073709551615n }])).toMatchObject({ min: 0, max: 2 ** 64 });
  });

  it('keeps the order of the inputs, optional inputs after required ones', () => {
    const spec = parseNodeSpec({
      ...entry({ '10': ['INT'], b: ['INT'], a: ['INT'] }),
      input: { required: { '10': ['INT'], b: ['INT'], a: ['INT'] }, optional: { o: ['INT'] }, hidden: { p: 'PROMPT' } },
      input_order: { required: ['b', 'a', 'gone'], optional: ['o'] },
    });
    const inputs = Object.values(spec?.inputs ?? {});
    // JavaScript objects put names that look like integers first; the others keep ComfyUI's order.
    expect(inputs.map(({ name }) => name)).toEqual(['10', 'b', 'a', 'o']);
    expect(inputs.find(({ name }) => name === 'o')?.required).toBe(false);
  });

  it('reads the rest of the entry', () => {
    expect(parseNodeSpec(entry({}, { output: ['IMAGE', ['a', 'b']], output_node: true }))).toEqual({
      class_type: 'Thing',
      display_name: 'A thing',
      inputs: {},
      outputs: ['IMAGE', 'COMBO'],
      output_node: true,
    });
    expect(parseNodeSpec({ name: 'Bare', display_name: null })).toMatchObject({ display_name: 'Bare', outputs: [] });
    expect(parseNodeSpec({}, 'Keyed')?.class_type).toBe('Keyed');
  });

  it.each([[null], [[]], ['x'], [{}], [{ name: 7 }]])('answers nothing for %j', (value) => {
    expect(parseNodeSpec(value)).toBeUndefined();
  });

  it('finds no inputs that every object has', () => {
    const spec = parseNodeSpec(entry({ x: ['INT'] })) ?? empty;
    expect(inputSpec(spec, 'constructor')).toBeUndefined();
    const odd: unknown = JSON.parse('{"input":{"required":{"__proto__":["INT"]}},"name":"Odd"}');
    expect(inputSpec(parseNodeSpec(odd) ?? empty, '__proto__')).toMatchObject({ kind: 'integer' });
  });
});
