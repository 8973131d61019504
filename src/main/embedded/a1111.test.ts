import { describe, expect, it } from 'vitest';
import { parseA1111, tellsSettings } from './a1111.js';

const settings = 'Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Seed: 123, Size: 512x768, Model hash: 6ce0161689';

describe('what AUTOMATIC1111 writes', () => {
  it('is read with its names translated', () => {
    const text = `a fox, <lora:fluffy fur:0.8>,\nin the snow <lora:ink:-1:0.5> <lora:bare>\nNegative prompt: blurry,\nbad hands\n${settings}, Model: v1-5-pruned, Denoising strength: 0.5, Hires upscale: 2, Lora hashes: "fluffy fur: aa, ink: bb", Clip skip: 2, Version: v1.9.4`;
    const { parameters, raw } = parseA1111(text);
    expect(parameters).toEqual({
      prompt: 'a fox, <lora:fluffy fur:0.8>,\nin the snow <lora:ink:-1:0.5> <lora:bare>',
      negative_prompt: 'blurry,\nbad hands',
      steps: 20,
      cfg: 7,
      sampler_name: 'dpmpp_2m',
      scheduler: 'karras',
      seed: 123,
      width: 512,
      height: 768,
      model: 'v1-5-pruned',
      denoise: 0.5,
      lora: 'fluffy fur',
      lora_strength: 0.8,
      lora_2: 'ink',
      lora_strength_2: -1,
      lora_3: 'bare',
      lora_strength_3: 1,
    });
    expect(raw).toMatchObject({ 'Lora hashes': 'fluffy fur: aa, ink: bb', 'Clip skip': '2', Version: 'v1.9.4' });
  });

  it('may have a schedule of its own, and samplers nobody knows', () => {
    const read = (line: string) => parseA1111(`x\n${line}`).parameters;
    expect(read('Steps: 8, Sampler: Euler a, Schedule type: SGM Uniform, Seed: 1')).toMatchObject({
      sampler_name: 'euler_ancestral',
      scheduler: 'sgm_uniform',
    });
    const automatic = read('Steps: 8, Sampler: Foo Bar, Schedule type: Automatic, Distilled CFG Scale: 3.5');
    expect(automatic).toEqual({ prompt: 'x', steps: 8, sampler_name: 'Foo Bar', guidance: 3.5 });
  });

  it('may speak of steps in the prompt, and have no negative one', () => {
    const { parameters } = parseA1111(`Steps: 3 stairs, Size: big\nSteps: 5, of wood\n${settings}`);
    expect(parameters).toMatchObject({ prompt: 'Steps: 3 stairs, Size: big\nSteps: 5, of wood', steps: 20, seed: 123 });
    expect(parameters).not.toHaveProperty('negative_prompt');
  });

  it('may have no prompt, or nothing but prompts', () => {
    expect(parseA1111(settings).parameters).toMatchObject({ steps: 20 });
    expect(parseA1111(settings).parameters).not.toHaveProperty('prompt');
    expect(parseA1111('a cat\r\nNegative prompt: dogs').parameters).toEqual({
      prompt: 'a cat',
      negative_prompt: 'dogs',
    });
    expect(parseA1111('').parameters).toEqual({});
  });

  it('may be followed by notes', () => {
    expect(parseA1111(`a cat\n${settings}\nTemplate: a {cat|dog}`).parameters).toMatchObject({
      prompt: 'a cat',
      steps: 20,
    });
  });

  it('may hold lists and objects, as Civitai writes them', () => {
    const { raw, parameters } = parseA1111(
      `x\nSteps: 9, Hashes: {"model": "aa", "lora:a": "bb"}, Civitai resources: [{"type":"checkpoint","air":"urn:x, y"}], Seed: 18446744073709551615, Note: "a \\"b\\", c"`,
    );
    expect(raw).toMatchObject({ Hashes: '{"model": "aa", "lora:a": "bb"}', Note: 'a "b", c' });
    expect(parameters).toEqual({ prompt: 'x', steps: 9, seed: '18446744073709551615' });
  });

  it('is told from other texts by its line of settings', () => {
    expect(tellsSettings(`a\n${settings}`)).toBe(true);
    expect(tellsSettings('Steps: many, Sampler: x, Seed: 1')).toBe(false);
    expect(tellsSettings('Steps: 1, 2, 3')).toBe(false);
  });

  it('ends, whatever stands there', () => {
    for (const text of ['"', '[', 'a:', ',', 'Steps: 1, ', '<lora:', 'x: "', 'x: [', '\n'])
      expect(parseA1111(`Steps: 1, ${text.repeat(400_000)}`).raw).toBeTypeOf('object');
    expect(parseA1111('Steps: 1, __proto__: 1, constructor: 2').raw.constructor).toBe('2');
  });
});
