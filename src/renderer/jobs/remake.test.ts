import { describe, expect, it } from 'vitest';
import type { ParamSpec } from '../../shared/params.js';
import { changedParams, originalsOf, remakeCalls } from './remake.js';

function spec(name: string, type: ParamSpec['type'] = 'string'): ParamSpec {
  return { name, type, required: false, description: '', targets: [] };
}
const params = [spec('prompt'), spec('cfg', 'number'), spec('seed', 'integer')];
const originals = originalsOf({ prompt: 'a lake', cfg: 3.5, seed: 7 });

describe('changedParams', () => {
  const names = (values: Record<string, string>) => changedParams(params, values, originals).map(({ name }) => name);
  it('tells what differs from what the asset was made with', () => {
    expect(names({})).toEqual([]);
    expect(names({ prompt: 'a lake', cfg: '3.50', seed: '7' })).toEqual([]);
    expect(names({ prompt: '', cfg: '4', seed: '' })).toEqual(['prompt', 'cfg', 'seed']);
    expect(names({ cfg: ' ' })).toEqual([]);
  });
});

describe('remakeCalls', () => {
  it('sends the changes, with the seed as the form says it', () => {
    expect(remakeCalls(params, { prompt: 'x', seed: 9 }, { seedText: '9', count: 1 })).toEqual([
      { param_overrides: { prompt: 'x' }, seed: 9 },
    ]);
    expect(remakeCalls(params, {}, { seedText: '7', count: 1 })).toEqual([{ seed: 7 }]);
  });

  it('draws or counts a seed for each of several', () => {
    expect(remakeCalls(params, {}, { seedText: '', count: 2 })).toEqual([{ seed: -1 }, { seed: -1 }]);
    expect(remakeCalls(params, {}, { seedText: '7', count: 3 }).map(({ seed }) => seed)).toEqual([7, 8, 9]);
  });

  it('makes one of what has no seed', () => {
    expect(remakeCalls([spec('prompt')], { prompt: 'x' }, { seedText: null, count: 3 })).toEqual([
      { param_overrides: { prompt: 'x' } },
    ]);
  });
});
