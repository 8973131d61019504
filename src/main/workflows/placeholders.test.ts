import { describe, expect, it } from 'vitest';
import { findPlaceholders, parsePlaceholder } from './placeholders.js';

describe('parsePlaceholder', () => {
  it.each([
    ['PARAM_PROMPT', 'prompt', undefined],
    ['PARAM_INT_STEPS', 'steps', 'integer'],
    ['PARAM_FLOAT_CFG', 'cfg', 'number'],
    ['PARAM_BOOL_TILED', 'tiled', 'boolean'],
    ['PARAM_STR_MODEL', 'model', 'string'],
    ['PARAM_STRING_MODEL', 'model', 'string'],
    ['PARAM_TEXT_LYRICS', 'lyrics', 'string'],
    ['PARAM_int_Steps', 'steps', 'integer'],
    ['PARAM_Float_CFG', 'cfg', 'number'],
    ['PARAM_LoRA-Strength 2', 'lora_strength_2', undefined],
    ['PARAM_NEGATIVE_PROMPT', 'negative_prompt', undefined],
    ['PARAM_INTENSITY', 'intensity', undefined],
    ['PARAM_STRENGTH', 'strength', undefined],
    ['PARAM_INT', 'int', undefined],
    ['PARAM_INT_', 'int', undefined],
    ['PARAM___proto__', 'proto', undefined],
    ['PARAM_constructor', 'constructor', undefined],
    ['PARAM_画像', '', undefined],
    ['PARAM_***', '', undefined],
  ])('%s is %j', (text, name, type) => {
    expect(parsePlaceholder(text)).toMatchObject({ name, type });
  });

  it.each(['', 'PARAM_', 'param_prompt', 'a PARAM_PROMPT', 'XPARAM_PROMPT', 'PARAM_A\nPARAM_B', 'PARAM'])(
    '%j is a literal',
    (text) => {
      expect(parsePlaceholder(text)).toBeUndefined();
    },
  );
});

describe('findPlaceholders', () => {
  const graph = (inputs: Record<string, unknown>) => ({ '1': { class_type: 'A', inputs } });

  it('collects every place of a name, and the number type wins over text', () => {
    const found = findPlaceholders({
      '1': { class_type: 'A', inputs: { name: 'PARAM_STR_SEED', x: 'literal', n: 3, l: ['2', 0] } },
      '2': { class_type: 'B', inputs: { seed: 'PARAM_INT_SEED' } },
    });
    expect(found).toEqual({
      placeholders: [
        {
          name: 'seed',
          type: 'integer',
          multiline: false,
          targets: [
            { node_id: '1', input: 'name' },
            { node_id: '2', input: 'seed' },
          ],
        },
      ],
      problem: undefined,
    });
  });

  it.each([
    ['no name', 'PARAM_画像', 'has no name'],
    ['an argument of every tool', 'PARAM_SESSION_ID', 'every tool has'],
    ['too long', `PARAM_${'A'.repeat(65)}`, 'longer than 64'],
  ])('tells the problem of a placeholder with %s', (_what, text, message) => {
    expect(findPlaceholders(graph({ x: text })).problem).toContain(message);
  });
});
