import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import { type NodeSpec, parseNodeSpec } from '../../shared/nodes.js';
import type { ParamSpec } from '../../shared/params.js';
import { createDefaultsCheck, type DefaultsCheckPorts } from './check.js';

type Infos = Record<string, Record<string, unknown>>;

const infos: Infos = {
  CheckpointLoaderSimple: { ckpt_name: [['one.ckpt']] },
  UNETLoader: { unet_name: [['two.safetensors']] },
  KSampler: { sampler_name: [['euler']], steps: ['INT', { min: 1, max: 100 }] },
  Patient: { steps: ['INT', { min: 1, max: 500 }] },
  Style: { style: [['soft', 'hard']], title: ['STRING', {}] },
};

/** Versions of what the engine has: at the start and after each refresh. */
function checkOf(versions: Infos[], ports: Partial<DefaultsCheckPorts> = {}) {
  let at = 0;
  const now = () => versions[Math.min(at, versions.length - 1)] ?? {};
  const check = createDefaultsCheck({
    nodes: {
      get: (name): NodeSpec | undefined =>
        Object.hasOwn(now(), name) ? parseNodeSpec({ input: { required: now()[name] }, output: [] }, name) : undefined,
      names: () => Object.keys(now()),
      load: async () => {},
      refresh: async () => {
        at += 1;
      },
    },
    ready: async () => {},
    inputsOf: (_namespace, name) =>
      name === 'style' || name === 'title' ? [['Style', name]] : name === 'steps' ? [['Patient', 'steps']] : [],
    paramsOf: () => [],
    ...ports,
  });
  return { check, refreshes: () => at };
}

describe('the check of defaults', () => {
  it.each([
    [{ model: 'one.ckpt' }, []],
    [{ model: 'two.safetensors', sampler_name: 'euler' }, []],
    [{ steps: 400 }, []],
    [{ style: 'hard', title: 'anything' }, []],
    [{ negative_prompt: 'anything', seed: -1, unknown_name: 'x' }, []],
    [{ scheduler: 'karras' }, []],
    [{ width: 64 }, ['width']],
  ])('%j: not to be checked are %j', async (values, unchecked) => {
    const engine = { ...infos, KSampler: { ...infos.KSampler, scheduler: [['karras']] } };
    expect(await checkOf([engine]).check.validate('image', values)).toEqual(unchecked);
  });

  it('refuses what no workflow would take, whatever the nodes say, and lets pass what one takes', async () => {
    const narrow: ParamSpec = {
      name: 'steps',
      type: 'integer',
      required: false,
      description: '',
      targets: [],
      max: 40,
    };
    const wide = { ...narrow, max: 80 };
    const { check } = checkOf([infos], { paramsOf: (_, name) => (name === 'steps' ? [narrow, wide] : []) });
    expect(await check.validate('image', { steps: 80 })).toEqual([]);
    await expect(check.validate('image', { steps: 81 })).rejects.toMatchObject({
      code: 'INVALID_VALUE',
      message: 'image.steps is 81, but must be at most 40.',
      hint: 'The nearest is 40. Nothing was changed.',
      details: { namespace: 'image', parameter: 'steps', nearest: [40] },
    });
  });

  it.each([
    [{ model: 'twoo' }, 'MODEL_NOT_FOUND', /"twoo".*nearest is two\.safetensors/],
    [{ sampler_name: 'zzz' }, 'INVALID_VALUE', /no sampler name "zzz"; it has euler/],
    [{ steps: 501 }, 'INVALID_VALUE', /1 to 500/],
    [{ style: 'sof' }, 'INVALID_VALUE', /soft/],
  ])('%j is refused after a second look', async (values, code, message) => {
    const { check, refreshes } = checkOf([infos]);
    await expect(check.validate('image', values)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(refreshes()).toBe(1);
  });

  it('finds what was installed meanwhile', async () => {
    const { check } = checkOf([infos, { ...infos, CheckpointLoaderSimple: { ckpt_name: [['new.ckpt']] } }]);
    expect(await check.validate('image', { model: 'new.ckpt' })).toEqual([]);
  });

  it('lets pass what it cannot ask, but no fault of its own', async () => {
    const values = { model: 'x', steps: 3, negative_prompt: 'y' };
    const away = async () => Promise.reject(new AppError('COMFYUI_UNREACHABLE', 'away'));
    expect(await checkOf([infos], { ready: away }).check.validate('image', values)).toEqual(['model', 'steps']);
    const broken = async () => Promise.reject(new TypeError('a bug'));
    await expect(checkOf([infos], { ready: broken }).check.validate('image', values)).rejects.toThrow('a bug');
  });

  it('knows which models are there', () => {
    const { check } = checkOf([infos]);
    expect(check.hasModel('image', 'one.ckpt')).toBe(true);
    expect(check.hasModel('video', 'two.safetensors')).toBe(true);
    expect(check.hasModel('image', 'three.ckpt')).toBe(false);
    expect(checkOf([{}]).check.hasModel('image', 'one.ckpt')).toBeUndefined();
  });

  it('knows what a field needs: the widest of the nodes, within what the workflows and the name take', () => {
    const narrow: ParamSpec = {
      name: 'steps',
      type: 'integer',
      required: false,
      description: '',
      targets: [],
      max: 40,
    };
    const { check } = checkOf([infos], {
      paramsOf: (_, name) => (name === 'steps' ? [narrow, { ...narrow, max: 80 }] : []),
    });
    expect(check.fieldOf('image', 'steps')).toEqual({ type: 'integer', min: 1, max: 80 });
    expect(checkOf([infos]).check.fieldOf('image', 'steps')).toEqual({ type: 'integer', min: 1, max: 500 });
    expect(check.fieldOf('image', 'model')).toEqual({ type: 'string', choices: ['one.ckpt', 'two.safetensors'] });
    expect(check.fieldOf('image', 'negative_prompt')).toEqual({ type: 'string', multiline: true });
    expect(check.fieldOf('image', 'denoise')).toEqual({ type: 'number', min: 0, max: 1 });
    expect(check.fieldOf('image', 'title')).toEqual({ type: undefined });
    expect(checkOf([{}]).check.fieldOf('image', 'model')).toEqual({ type: 'string' });
  });
});
