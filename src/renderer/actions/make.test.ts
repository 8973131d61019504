import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import type { App, Toast } from '../store/store.js';
import { assetFixture } from '../store/test-data.js';
import { makeVariations, makingActions } from './make.js';

/** An app whose engine takes so many variations and refuses the next. */
function setup(accepted: number) {
  const calls: string[] = [];
  const toasts: Partial<Toast>[] = [];
  const invoke = async (name: string, input: { prompt_id?: string }) => {
    if (name === 'cancel_job') {
      calls.push(`cancel ${input.prompt_id}`);
      return {};
    }
    if (calls.length === accepted) {
      throw new AppError('COMFYUI_UNREACHABLE', 'ComfyUI does not answer.', { hint: 'Start it.' });
    }
    calls.push(name);
    return { prompt_id: `job-${calls.length}` };
  };
  const app = {
    client: { invoke },
    details: new Map([
      ['made', assetFixture({ asset_id: 'made' })],
      ['found', assetFixture({ asset_id: 'found', has_graph: false })],
    ]),
    toast: (message: string, { tone = 'plain', action }: Partial<Toast> = {}) =>
      toasts.push({ message, tone, ...(action === undefined ? {} : { action }) }),
    fail: (error: unknown) => toasts.push({ message: String(error), tone: 'bad' }),
    store: { getState: () => ({ current: null }) },
  } as unknown as App;
  return { app, calls, toasts };
}

describe('variations', () => {
  it('are told, and taken back from the last to the first', async () => {
    const { app, calls, toasts } = setup(99);
    await makeVariations(app, 'made', 2);
    expect(toasts).toMatchObject([{ tone: 'plain', message: '2 variations queued.' }]);
    toasts[0]?.action?.run();
    await expect.poll(() => calls.slice(2)).toEqual(['cancel job-2', 'cancel job-1']);
  });

  it('of which some could not be sent tell how many were and why, and those can be taken back', async () => {
    const { app, calls, toasts } = setup(2);
    await makeVariations(app, 'made', 4);
    expect(calls).toEqual(['regenerate', 'regenerate']);
    expect(toasts).toMatchObject([
      { tone: 'bad', message: '2 of 4 variations queued. ComfyUI does not answer. Start it.' },
    ]);
    toasts[0]?.action?.run();
    await expect.poll(() => calls.slice(2)).toEqual(['cancel job-2', 'cancel job-1']);
  });

  it('of which none could be sent only tell why', async () => {
    const { app, toasts } = setup(0);
    await makeVariations(app, 'made', 4);
    expect(toasts).toEqual([{ tone: 'bad', message: expect.stringContaining('ComfyUI does not answer.') }]);
  });
});

it('what has no graph is offered with the reason why not', () => {
  const { app } = setup(0);
  const again = (id: string) => id === 'asset.remake' || id === 'asset.variations';
  const reasons = (assetId: string) =>
    makingActions(() => assetId)
      .filter(({ id }) => again(id))
      .map((action) => action.blocked?.(app));
  expect(reasons('made')).toEqual([null, null]);
  expect(reasons('not read yet')).toEqual([null, null]);
  expect(reasons('found')).toEqual([expect.stringContaining('No graph'), expect.stringContaining('No graph')]);
});
