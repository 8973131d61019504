import { expect, it } from 'vitest';
import { assetFixture } from '../store/test-data.js';
import { commonOf } from './several.js';

const assets = [
  assetFixture({
    asset_id: 'a',
    rating: 4,
    client_name: 'Cursor',
    parameters: { prompt: 'a fox', steps: 20, seed: 1, lora: 'plaster.safetensors', lora_strength: 0.8 },
  }),
  assetFixture({
    asset_id: 'b',
    rating: 4,
    media_kind: 'video',
    width: null,
    parameters: { prompt: 'a fox', steps: 20, seed: 2, cfg: 7, lora: 'plaster.safetensors', lora_strength: 0.5 },
  }),
];

it('tells what all have, and which values differ', () => {
  const common = commonOf(assets);
  expect(common).toMatchObject({ kinds: 'Pictures and films', bytes: '2 kB', rating: 4, prompt: 'a fox' });
  const told = (list: readonly { label: string; line: { shown: string } | null }[]) =>
    list.map(({ label, line }) => `${label}: ${line?.shown ?? 'differs'}`);
  expect(told(common.parameters)).toEqual(['Steps: 20', 'Seed: differs', 'CFG: differs']);
  // The same LoRA at another strength is not the same.
  expect(told(common.models)).toEqual(['LoRA: differs']);
  expect(told(common.facts)).toEqual([
    'Size: differs',
    'Made by: differs',
    'Workflow: generate_image',
    'Made on: 23 November 2025',
  ]);
});

it('knows a difference in stars and words', () => {
  const [a, b] = assets;
  if (a === undefined || b === undefined) throw new Error('no assets');
  expect(commonOf([a, { ...b, rating: 2, parameters: {} }])).toMatchObject({ rating: null, prompt: null });
});
