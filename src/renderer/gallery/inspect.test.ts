import { describe, expect, it } from 'vitest';
import { inspectParameters } from './inspect.js';

describe('inspectParameters', () => {
  it('sorts a picture’s parameters into prompt, values and models', () => {
    const found = inspectParameters({
      model: 'flux/flux1-dev-fp8.safetensors',
      lora_name: 'plaster_light.safetensors',
      seed: 2871440193,
      prompt: 'A courtyard',
      negative_prompt: 'text',
      steps: 28,
      cfg: 3.5,
      sampler_name: 'euler',
      scheduler: 'normal',
      width: 1216,
    });
    expect(found.prompt).toBe('A courtyard');
    expect(found.without).toBe('text');
    expect(found.pairs.map((line) => [line.label, line.shown])).toEqual([
      ['Steps', '28'],
      ['CFG', '3.5'],
      ['Width', '1216'],
    ]);
    expect(found.lines.map((line) => [line.label, line.shown, line.text])).toEqual([
      ['Seed', '2\u00a0871\u00a0440\u00a0193', '2871440193'],
      ['Sampler', 'euler, normal', 'euler, normal'],
    ]);
    expect(found.models.map((line) => [line.label, line.shown, line.text])).toEqual([
      ['Checkpoint', 'flux1-dev-fp8', 'flux/flux1-dev-fp8.safetensors'],
      ['LoRA', 'plaster_light', 'plaster_light.safetensors'],
    ]);
  });

  it('tells of each LoRA how strong it is, and keeps a strength without one', () => {
    const { models, lines } = inspectParameters({
      lora: 'plaster_light.safetensors',
      lora_strength: 0.8,
      lora_2: 'grain.safetensors',
      lora_strength_2: -1,
      lora_strength_3: 1,
    });
    expect(models.map(({ label, shown, detail }) => [label, shown, detail])).toEqual([
      ['LoRA', 'plaster_light', '0.80'],
      ['LoRA', 'grain', '-1.00'],
    ]);
    expect(lines.map(({ name }) => name)).toEqual(['lora_strength_3']);
  });

  it('shows the beginning of a value that goes on and on, and copies all of it', () => {
    const [line] = inspectParameters({ notes: 'x'.repeat(100_000) }).lines;
    expect([line?.shown.length, line?.text.length]).toEqual([200, 100_000]);
  });

  it('takes tags and lyrics as what a song was asked for', () => {
    expect(inspectParameters({ lyrics: 'la la', tags: 'slow piano' }).prompt).toBe('slow piano\n\nla la');
  });

  it('leaves out what has no value and keeps what it does not know', () => {
    const found = inspectParameters({ vae: null, tile_overlap_mode: 'seamless', tiled: true, note: '' });
    expect(found.lines.map((line) => [line.label, line.shown])).toEqual([['Tile overlap mode', 'seamless']]);
    expect(found.pairs.map((line) => [line.label, line.shown])).toEqual([['Tiled', 'yes']]);
    expect(found.models).toEqual([]);
  });
});
