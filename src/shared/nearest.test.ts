import { describe, expect, it } from 'vitest';
import { editDistance, nearest } from './nearest.js';

describe('nearest', () => {
  const models = [
    'sd_xl_base_1.0.safetensors',
    'sd_xl_refiner_1.0.safetensors',
    'sub/dreamshaper_8.safetensors',
    'v1-5-pruned-emaonly.ckpt',
  ];

  it('puts what was most likely meant first', () => {
    expect(nearest('sdxl_base.safetensors', models)[0]).toBe('sd_xl_base_1.0.safetensors');
    expect(nearest('DreamShaper 8', models)).toEqual(['sub/dreamshaper_8.safetensors']);
    expect(nearest('v1-5-pruned.safetensors', models)[0]).toBe('v1-5-pruned-emaonly.ckpt');
  });

  it('finds mistyped names', () => {
    expect(nearest('eular', ['dpmpp_2m', 'euler', 'euler_ancestral', 'heun'])[0]).toBe('euler');
    expect(nearest('karas', ['normal', 'karras', 'simple'])).toEqual(['karras']);
  });

  it('leaves faint likenesses out beside a near-certain one', () => {
    expect(nearest('ImageAddNois', ['ImageScale', 'ImageAddNoise', 'ImageInvert'])).toEqual(['ImageAddNoise']);
  });

  it('finds nothing where nothing is alike', () => {
    expect(nearest('flux', models)).toEqual([]);
    expect(nearest('x', [])).toEqual([]);
    expect(nearest('', models)).toEqual([]);
    expect(nearest('...', ['---'])).toEqual([]);
  });

  it('gives no more than asked for, ties in the given order', () => {
    expect(nearest('lora_x', ['lora_a', 'lora_b', 'lora_c'], 2)).toEqual(['lora_a', 'lora_b']);
  });
});

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
    ['abcd', 'acbd', 1],
  ])('%j to %j takes %i', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits);
  });
});
