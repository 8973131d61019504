import { describe, expect, it } from 'vitest';
import { type Brief, createBrief, type SamplingRequest } from './brief.js';
import { demoMark } from './mark.js';
import { paint } from './paint.js';
import { scenes } from './scenes/index.js';
import { sceneNames, wordsOf } from './words.js';

function brief(positive: string, parts: Partial<SamplingRequest> = {}): Brief {
  return createBrief({
    positive,
    negative: '',
    seed: '1',
    steps: 20,
    cfg: 7,
    sampler: 'euler',
    scheduler: 'normal',
    model: 'a.safetensors',
    loras: [],
    ...parts,
  });
}

/** Mean of each channel, and the deviation of all values. */
function facts(pixels: Uint8Array): { red: number; green: number; blue: number; spread: number } {
  const sums = [0, 0, 0];
  let square = 0;
  for (const [index, value] of pixels.entries()) {
    sums[index % 3] = (sums[index % 3] ?? 0) + value;
    square += value * value;
  }
  const [red = 0, green = 0, blue = 0] = sums.map((sum) => sum / (pixels.length / 3));
  const mean = (red + green + blue) / 3;
  return { red, green, blue, spread: Math.sqrt(Math.max(0, square / pixels.length - mean * mean)) };
}

describe('reading a prompt', () => {
  it.each([
    ['misty mountains at dawn', 'ridges', 'dawn'],
    ['a pine forest in autumn', 'forest', 'autumn'],
    ['sunset over the ocean', 'sea', 'sunset'],
    ['ceramic vase and pears on a table', 'still', undefined],
    ['city street at night', 'city', 'night'],
    ['a purple dahlia', 'flower', undefined],
    ['abstract marble swirls', 'marble', undefined],
    ['courtyard with arches', 'arches', undefined],
    ['portrait of a woman', 'portrait', undefined],
    ['the planet saturn', 'planet', undefined],
    ['an orange (cat:1.3) at sunset', 'cat', 'sunset'],
  ])('%s', (prompt, scene, mood) => {
    const read = brief(prompt);
    expect(read.scene).toBe(scene);
    if (mood) expect(read.mood).toBe(mood);
  });

  it('leaves weights and LoRA tags out', () => {
    expect(wordsOf('(Red:1.2) vase, <lora:thing:0.8> still-life')).toEqual(['red', 'vase', 'still-life']);
  });

  it('lets the negative prompt take a motif away', () => {
    expect(brief('a cat in the mountains', { negative: 'cat' }).scene).toBe('ridges');
    expect(brief('dunes with sun', { negative: 'sun' }).refuses('sun', 'moon')).toBe(true);
    expect(brief('dunes', { negative: 'sun' }).wants('sun')).toBe(false);
  });

  it('gives things the colour named before them', () => {
    const read = brief('a blue vase with a red apple');
    expect(read.colourOf('vase')?.b).toBeLessThan(0);
    expect(read.colourOf('apple')?.a).toBeGreaterThan(0.1);
    expect(read.colourOf('pear')).toBeUndefined();
  });

  it('always finds a scene', () => {
    const found = Array.from({ length: 40 }, (_, seed) => brief('qwertz', { seed: String(seed) }).scene);
    expect(new Set(found).size).toBeGreaterThan(3);
    expect(found.every((scene) => sceneNames.includes(scene))).toBe(true);
  });
});

describe('painting', () => {
  it.each(sceneNames.map((name) => [name]))('%s fills any shape with a picture', async (name) => {
    const read = { ...brief('x'), scene: name };
    for (const [width, height] of [
      [96, 96],
      [160, 64],
      [64, 160],
    ] as const) {
      const pixels = await paint(read, { width, height });
      expect(pixels.length).toBe(width * height * 3);
      expect(facts(pixels).spread).toBeGreaterThan(8);
    }
    expect(scenes[name]).toBeTypeOf('function');
  });

  it('is the same for the same request, and another for another seed, prompt, model or cfg', async () => {
    const draw = (read: Brief) => paint(read, { width: 96, height: 64 });
    const first = await draw(brief('mountains'));
    expect(await draw(brief('mountains'))).toEqual(first);
    for (const other of [
      brief('mountains', { seed: '2' }),
      brief('mountains, red'),
      brief('mountains', { model: 'b.safetensors' }),
      brief('mountains', { cfg: 1 }),
      brief('mountains', { sampler: 'euler_ancestral' }),
      brief('mountains', { loras: [{ name: 'x', strength: 1 }] }),
    ]) {
      expect(await draw(other)).not.toEqual(first);
    }
  });

  it('takes colour words and times of day at their word', async () => {
    const draw = async (prompt: string) => facts(await paint(brief(prompt), { width: 96, height: 96 }));
    const [red, blue] = [await draw('red mountains'), await draw('blue mountains')];
    expect(red.red - red.blue).toBeGreaterThan(25);
    expect(blue.blue - blue.red).toBeGreaterThan(10);
    const [day, night] = [await draw('mountains by day'), await draw('mountains at night')];
    expect(day.green).toBeGreaterThan(night.green + 50);
  });

  it('moves with time, in every scene', async () => {
    for (const name of sceneNames) {
      const read = { ...brief('y'), scene: name };
      const at = (time: number) => paint(read, { width: 96, height: 64, time, texture: false });
      expect(await at(0.2), name).not.toEqual(await at(0.8));
    }
  });
});

describe('the mark', () => {
  it.each([
    [512, 512],
    [1024, 576],
    [64, 64],
    [16, 16],
    [2048, 100],
  ])('fits into %i × %i', (width, height) => {
    const { svg, left, top } = demoMark(width, height);
    const text = svg.toString();
    const [, across, down] = /width="(\d+)" height="(\d+)"/.exec(text) ?? [];
    expect(left).toBeGreaterThanOrEqual(0);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(left + Number(across)).toBeLessThanOrEqual(width);
    expect(top + Number(down)).toBeLessThanOrEqual(height);
    expect(text).not.toContain('<text');
  });
});
