import { describe, expect, it } from 'vitest';
import type { ParamSpec } from '../../shared/params.js';
import { errorField, hintWords, isLong, parseForm, splitParams } from './param-form.js';

const spec = (name: string, values: Partial<ParamSpec> = {}): ParamSpec => ({
  name,
  type: 'string',
  required: false,
  description: '',
  targets: [{ node_id: '3', input: name }],
  ...values,
});

const prompt = spec('prompt', { required: true });
const steps = spec('steps', { type: 'integer', min: 1, max: 60, default: 20 });
const cfg = spec('cfg', { type: 'number' });
const sampler = spec('sampler_name', { enum: ['euler', 'dpmpp_2m'] });
const seed = spec('seed', { type: 'integer', min: 0 });
const tiled = spec('tiled', { type: 'boolean' });
const model = spec('model', { targets: [{ node_id: '4', input: 'ckpt_name' }] });
const all = [seed, steps, prompt, cfg, sampler, tiled, model];

describe('splitParams', () => {
  it('starts with what is asked for, and leaves the seed for last', () => {
    const { main, more } = splitParams(all);
    expect(main.map((one) => one.name)).toEqual(['prompt']);
    expect(more.map((one) => one.name)).toEqual(['steps', 'cfg', 'sampler_name', 'tiled', 'model', 'seed']);
  });

  it('shows a song’s tags before its lyrics', () => {
    const { main } = splitParams([spec('lyrics'), spec('tags', { required: true })]);
    expect(main.map((one) => one.name)).toEqual(['tags', 'lyrics']);
    expect(isLong(spec('lyrics'))).toBe(true);
    expect(isLong(sampler)).toBe(false);
  });
});

describe('parseForm', () => {
  it('sends what was filled, by its type, and leaves the rest to the workflow', () => {
    const { overrides, errors } = parseForm(all, {
      prompt: '  A jar\n',
      steps: ' 28 ',
      cfg: '3.5',
      tiled: 'true',
      seed: '',
    });
    expect(errors).toEqual({});
    expect(overrides).toEqual({ prompt: '  A jar\n', steps: 28, cfg: 3.5, tiled: true });
  });

  it('says what is missing', () => {
    expect(parseForm(all, { prompt: '  ' }).errors).toEqual({
      prompt: { message: 'This one is needed.', nearest: [] },
    });
  });

  it('says what would fit in a number’s place', () => {
    const { errors } = parseForm(all, { prompt: 'x', steps: '400', cfg: 'much', seed: '1.5' });
    expect(errors.steps?.message).toBe('Needs a whole number from 1 to 60.');
    expect(errors.cfg?.message).toBe('Needs a number.');
    expect(errors.seed?.message).toBe('Needs a whole number from 0.');
  });

  it('offers the nearest of the choices', () => {
    const { errors } = parseForm(all, { prompt: 'x', sampler_name: 'eular' });
    expect(errors.sampler_name).toEqual({ message: '“eular” is not one of the choices.', nearest: ['euler'] });
  });
});

describe('errorField', () => {
  const error = (details: Record<string, unknown>) => ({ code: 'MODEL_NOT_FOUND' as const, message: 'No.', details });

  it('finds the field by parameter, or by the node and input it goes to', () => {
    expect(errorField(error({ parameter: 'steps' }), all)?.name).toBe('steps');
    const found = errorField(error({ node_id: '4', input: 'ckpt_name', nearest: ['sd_xl_base'] }), all);
    expect(found).toEqual({ name: 'model', error: { message: 'No.', nearest: ['sd_xl_base'] } });
  });

  it('offers the nearest of the choices when nothing nearer was answered', () => {
    const found = errorField(error({ parameter: 'sampler_name', value: 'eular', choices: ['euler', 'ddim'] }), all);
    expect(found?.error.nearest).toEqual(['euler']);
  });

  it('leaves what belongs to no field to the whole', () => {
    expect(errorField({ code: 'COMFYUI_UNREACHABLE', message: 'No.' }, all)).toBeNull();
  });
});

describe('hintWords', () => {
  it('tells range, need and freedom', () => {
    expect(hintWords(prompt)).toBe('needed');
    expect(hintWords(steps)).toBe('1 to 60');
    expect(hintWords(seed)).toBe('');
    expect(hintWords(spec('note'))).toBe('optional');
  });
});
