import { expect, it } from 'vitest';
import type { ModelFacts } from '../../shared/contract-models.js';
import { createModelFacts } from './model-facts.js';
import { areModels, factWords, familyWords } from './model-words.js';

const facts = (name: string, more: Partial<ModelFacts> = {}): ModelFacts => ({
  name,
  folder: 'checkpoints',
  size: 2_132_625_966,
  modified: 1,
  family: null,
  made: 0,
  last_made: null,
  asset_id: null,
  ...more,
});

function open(describe?: (names: string[]) => Promise<ModelFacts[]>) {
  const calls: string[][] = [];
  const timers: (() => void)[] = [];
  const clock = { now: 0 };
  const store = createModelFacts({
    describe: async (names) => {
      calls.push(names);
      return describe === undefined ? names.map((name) => facts(name)) : describe(names);
    },
    later: (run) => timers.push(run),
    now: () => clock.now,
  });
  const pass = async () => {
    for (const run of timers.splice(0)) run();
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
  };
  return { store, calls, clock, pass };
}

it('asks once for all that came into view, and again when that is old', async () => {
  const { store, calls, clock, pass } = open();
  const told: string[] = [];
  const stop = store.subscribe('a', () => told.push('a'));
  for (const name of ['a', 'b', 'a']) store.want(name);
  expect(calls).toEqual([]);
  await pass();
  expect(calls).toEqual([['a', 'b']]);
  expect(store.get('a')).toMatchObject({ name: 'a' });
  expect(told).toEqual(['a']);
  stop();
  store.want('a');
  await pass();
  expect(calls).toHaveLength(1);
  clock.now += 60_001;
  store.want('a');
  await pass();
  expect(calls).toEqual([['a', 'b'], ['a']]);
  expect(told).toEqual(['a']);
});

it('asks for hundreds in several calls', async () => {
  const { store, calls, pass } = open();
  for (let at = 0; at < 250; at += 1) store.want(`model ${at}`);
  await pass();
  expect(calls.map(({ length }) => length)).toEqual([100, 100, 50]);
});

it('forgets with the engine, also what is on its way', async () => {
  let answer = (_: ModelFacts[]) => {};
  const { store, calls, pass } = open(() => new Promise((resolve) => (answer = resolve)));
  store.want('a');
  await pass();
  store.forget();
  answer([facts('a')]);
  await pass();
  expect(store.get('a')).toBeUndefined();
  store.want('a');
  await pass();
  expect(calls).toEqual([['a'], ['a']]);
});

it('knows nothing after a failure, and asks again', async () => {
  const { store, calls, pass } = open(() => Promise.reject(new Error('away')));
  store.want('a');
  await pass();
  expect(store.get('a')).toBeUndefined();
  store.want('a');
  await pass();
  expect(calls).toHaveLength(2);
});

it('tells lists of models from others', () => {
  expect(areModels(['None', 'xl/one.safetensors'])).toBe(true);
  expect(areModels(['a.GGUF'])).toBe(true);
  expect(areModels(['euler', 'dpmpp_2m', 'lcm'])).toBe(false);
  expect(areModels(['photo.png'])).toBe(false);
  expect(areModels([])).toBe(false);
});

it('names families shortly where they have a short name', () => {
  expect(familyWords('stable-diffusion-xl-v1-base/lora')).toBe('SDXL');
  expect(familyWords('sdxl_base_v1-0')).toBe('SDXL');
  expect(familyWords('stable-diffusion-v1')).toBe('SD 1');
  expect(familyWords('sd_v1')).toBe('SD 1');
  expect(familyWords('Flux.1-dev')).toBe('Flux.1-dev');
});

it('says what is known in one line', () => {
  const now = Date.parse('2026-01-02T12:00:00Z');
  expect(factWords(undefined, now)).toBe('');
  expect(factWords(facts('a', { size: null }), now)).toBe('');
  const much = { family: 'sd_v1', made: 1234, last_made: '2026-01-02T09:00:00Z' };
  expect(factWords(facts('a', much), now)).toBe('SD 1 · 2.1 GB · 1,234 made · last 3 h ago');
});
