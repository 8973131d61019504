import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import type { Namespace } from '../../shared/workflow.js';
import { silentLogger, systemClock } from '../system.js';
import { createChangeLog } from './changes.js';
import { createDefaults, type Defaults, type DefaultsChanged, type DefaultsOptions } from './defaults.js';

let folder: string;
let configFile: string;
let changed: Namespace[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'defaults-'));
  configFile = join(folder, 'comfy-mcp', 'config.json');
  changed = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

function make(options: Partial<DefaultsOptions> = {}): Defaults {
  return createDefaults({
    configFile,
    env: {},
    logger: silentLogger,
    log: createChangeLog({ file: undefined, clock: systemClock, logger: silentLogger }),
    onChange: ({ namespaces }) => changed.push(...namespaces),
    ...options,
  });
}

async function writeConfig(content: unknown): Promise<void> {
  await mkdir(join(folder, 'comfy-mcp'), { recursive: true });
  await writeFile(configFile, typeof content === 'string' ? content : JSON.stringify(content));
}

const readConfig = async (): Promise<unknown> => JSON.parse(await readFile(configFile, 'utf8'));

async function errorOf(run: () => unknown): Promise<AppError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** The seed project's README and reference, value by value. */
const builtIn: [Namespace, string, unknown][] = [
  ['image', 'width', 512],
  ['image', 'height', 512],
  ['image', 'model', 'v1-5-pruned-emaonly.ckpt'],
  ['image', 'steps', 20],
  ['image', 'cfg', 8.0],
  ['image', 'sampler_name', 'euler'],
  ['image', 'scheduler', 'normal'],
  ['image', 'denoise', 1.0],
  ['image', 'negative_prompt', 'text, watermark'],
  ['audio', 'seconds', 60],
  ['audio', 'steps', 50],
  ['audio', 'cfg', 5.0],
  ['audio', 'lyrics_strength', 0.99],
  ['audio', 'model', 'ace_step_v1_3.5b.safetensors'],
  ['video', 'width', 1280],
  ['video', 'height', 720],
  ['video', 'steps', 20],
  ['video', 'cfg', 8.0],
  ['video', 'duration', 5],
  ['video', 'fps', 16],
];

describe('built-in values', () => {
  it.each(builtIn)('%s %s is %j', (namespace, name, value) => {
    expect(make().resolve(namespace, name)).toEqual({ value, source: 'built-in' });
  });

  it('are these and no others', () => {
    const all = (['image', 'audio', 'video'] as const).flatMap((namespace) =>
      Object.keys(make().all(namespace)).map((name) => `${namespace} ${name}`),
    );
    expect(all.sort()).toEqual(builtIn.map(([namespace, name]) => `${namespace} ${name}`).sort());
  });
});

describe('tiers', () => {
  it("reads the seed project's example file", async () => {
    await writeConfig({
      defaults: {
        image: { model: 'sd_xl_base_1.0.safetensors', width: 1024, height: 1024, steps: 30 },
        audio: { seconds: 30, steps: 60 },
      },
    });
    const defaults = make();
    expect(defaults.resolve('image', 'model')).toEqual({ value: 'sd_xl_base_1.0.safetensors', source: 'config' });
    expect(defaults.resolve('image', 'width')).toEqual({ value: 1024, source: 'config' });
    expect(defaults.resolve('image', 'cfg')).toEqual({ value: 8, source: 'built-in' });
    expect(defaults.resolve('audio', 'seconds')).toEqual({ value: 30, source: 'config' });
    expect(defaults.resolve('video', 'width')).toEqual({ value: 1280, source: 'built-in' });
  });

  it.each([
    ['image', 'COMFY_MCP_DEFAULT_IMAGE_MODEL'],
    ['audio', 'COMFY_MCP_DEFAULT_AUDIO_MODEL'],
    ['video', 'COMFY_MCP_DEFAULT_VIDEO_MODEL'],
  ] as const)('takes the %s model from %s', (namespace, variable) => {
    const defaults = make({ env: { [variable]: 'mine.safetensors' } });
    expect(defaults.resolve(namespace, 'model')).toEqual({ value: 'mine.safetensors', source: 'environment' });
    expect(make({ env: { [variable]: ' ' } }).resolve(namespace, 'model')?.source).not.toBe('environment');
  });

  it('asks runtime, config, environment, built in, in that order', async () => {
    await writeConfig({ defaults: { image: { model: 'config.ckpt' } } });
    const defaults = make({ env: { COMFY_MCP_DEFAULT_IMAGE_MODEL: 'env.ckpt' } });
    await defaults.set({ image: { model: 'runtime.ckpt' } });
    expect(defaults.all('image').model).toEqual({
      value: 'runtime.ckpt',
      source: 'runtime',
      tiers: {
        runtime: 'runtime.ckpt',
        config: 'config.ckpt',
        environment: 'env.ckpt',
        'built-in': 'v1-5-pruned-emaonly.ckpt',
      },
    });
    await defaults.set({ image: { model: null } });
    expect(defaults.resolve('image', 'model')?.source).toBe('config');
    await defaults.set({ image: { model: null } }, { persist: true });
    expect(defaults.resolve('image', 'model')?.source).toBe('environment');
  });

  it('knows nothing of names that every object has', () => {
    expect(make().resolve('image', 'constructor')).toBeUndefined();
    expect(make().resolve('image', '__proto__')).toBeUndefined();
  });

  it('sees an edit of the file, and keeps the values before when the edit is broken', async () => {
    await writeConfig({ defaults: { image: { steps: 11 } } });
    const defaults = make();
    expect(defaults.resolve('image', 'steps')?.value).toBe(11);
    await writeConfig({ defaults: { image: { steps: 1234 } } });
    expect(defaults.resolve('image', 'steps')?.value).toBe(1234);
    await writeConfig('{ broken');
    expect(defaults.resolve('image', 'steps')?.value).toBe(1234);
  });
});

describe('set', () => {
  it('counts for one namespace and is told', async () => {
    const defaults = make();
    await defaults.set({ image: { steps: '33', my_lora: 'a.safetensors' } });
    expect(defaults.resolve('image', 'steps')).toEqual({ value: 33, source: 'runtime' });
    expect(defaults.resolve('image', 'my_lora')).toEqual({ value: 'a.safetensors', source: 'runtime' });
    expect(defaults.resolve('video', 'steps')?.value).toBe(20);
    expect(changed).toEqual(['image']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('persists atomically and keeps every key it does not know', async () => {
    await writeConfig({
      comfyui_output_root: '/somewhere',
      'a.b': { c: 1 },
      defaults: { image: { steps: 5, custom: 'kept' }, music: { x: 1 } },
    });
    await make().set({ image: { steps: 31, width: 768 } }, { persist: true });
    expect(await readConfig()).toEqual({
      comfyui_output_root: '/somewhere',
      'a.b': { c: 1 },
      defaults: { image: { steps: 31, custom: 'kept', width: 768 }, music: { x: 1 } },
    });
    expect(await readdir(join(folder, 'comfy-mcp'))).toEqual(['config.json']);
    expect(make().resolve('image', 'steps')).toEqual({ value: 31, source: 'config' });
  });

  it('creates the file when there is none', async () => {
    const defaults = make();
    await defaults.set({ audio: { seconds: 90 } }, { persist: true });
    expect(await readConfig()).toEqual({ defaults: { audio: { seconds: 90 } } });
    expect(defaults.resolve('audio', 'seconds')).toEqual({ value: 90, source: 'config' });
  });

  it.each([
    [{ steps: 'many' }, 'VALIDATION_ERROR'],
    [{ steps: 2.5 }, 'VALIDATION_ERROR'],
    [{ steps: 0 }, 'INVALID_VALUE'],
    [{ denoise: 2 }, 'INVALID_VALUE'],
    [{ 'no name': 1 }, 'VALIDATION_ERROR'],
    [{ Steps: 1 }, 'VALIDATION_ERROR'],
  ])('refuses %j and changes nothing', async (values, code) => {
    const defaults = make();
    const before = defaults.all('image');
    expect((await errorOf(() => defaults.set({ image: { width: 8, ...values } }, { persist: true }))).code).toBe(code);
    expect(defaults.all('image')).toEqual(before);
    expect(changed).toEqual([]);
  });

  it('sets several namespaces at once, or none of them', async () => {
    const defaults = make({ validate: async (namespace) => (namespace === 'audio' ? ['steps'] : []) });
    const changes = { audio: { steps: '9', cfg: null }, image: { steps: 8 } };
    await expect(defaults.set({ ...changes, video: { fps: 'fast' } }, { persist: true })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
    expect(changed).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    expect(await defaults.set(changes, { persist: true })).toEqual({
      values: { image: { steps: 8 }, audio: { steps: 9, cfg: null } },
      unchecked: { audio: ['steps'] },
    });
    expect(changed).toEqual(['image', 'audio']);
    expect(await readConfig()).toEqual({ defaults: { image: { steps: 8 }, audio: { steps: 9 } } });
  });

  it('asks the validator first', async () => {
    const asked: unknown[] = [];
    const defaults = make({
      validate: async (namespace, values) => {
        asked.push([namespace, values]);
        throw new AppError('MODEL_NOT_FOUND', 'No such model.');
      },
    });
    const error = await errorOf(() => defaults.set({ image: { model: 'x', steps: null } }, { persist: true }));
    expect(error.code).toBe('MODEL_NOT_FOUND');
    expect(asked).toEqual([['image', { model: 'x' }]]);
    expect(defaults.resolve('image', 'model')?.source).toBe('built-in');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a file that cannot be used', () => {
  it.each([
    ['{\n  "defaults": {\n    "image": {"steps": 3,}\n  }\n}', 'line 3, column 26'],
    ['{"defaults": ', 'line 1'],
    ['[1, 2]', 'JSON object'],
    ['{"defaults": "fast"}', 'defaults'],
    ['{"defaults": {"image": 3}}', 'defaults.image'],
    ['{"defaults": {"image": {"steps": [1]}}}', 'defaults.image.steps'],
  ])('%j is told in one sentence and left as it is', async (content, place) => {
    await writeConfig(content);
    const error = await errorOf(() => make());
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(configFile);
    expect(error.message).toContain(place);
    expect(await readFile(configFile, 'utf8')).toBe(content);
  });

  it('is never overwritten when it breaks while we run', async () => {
    const defaults = make();
    await writeConfig('{ "half": ');
    const error = await errorOf(() => defaults.set({ image: { steps: 9 } }, { persist: true }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(await readFile(configFile, 'utf8')).toBe('{ "half": ');
    expect(defaults.resolve('image', 'steps')?.value).toBe(20);
  });

  it('may be empty, or begin with a byte order mark', async () => {
    await writeConfig('');
    expect(make().resolve('image', 'steps')?.value).toBe(20);
    await writeConfig('\uFEFF{"defaults": {"image": {"steps": 12}}}');
    expect(make().resolve('image', 'steps')?.value).toBe(12);
  });

  it('is not needed: without one only persisting is refused', async () => {
    const defaults = make({ configFile: undefined });
    await defaults.set({ image: { steps: 9 } });
    expect(defaults.resolve('image', 'steps')).toEqual({ value: 9, source: 'runtime' });
    expect((await errorOf(() => defaults.set({ image: { steps: 10 } }, { persist: true }))).code).toBe(
      'CONFIG_INVALID',
    );
    expect(defaults.resolve('image', 'steps')?.value).toBe(9);
  });

  it('tells when it cannot be written', async () => {
    await writeFile(join(folder, 'comfy-mcp'), 'a file where the folder should be');
    const defaults = make();
    const error = await errorOf(() => defaults.set({ image: { steps: 9 } }, { persist: true }));
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('could not be written') });
    expect(defaults.resolve('image', 'steps')?.value).toBe(20);
  });
});

describe('the log of changes', () => {
  const claude = { kind: 'agent', name: 'Claude Desktop', session_id: 's1' } as const;
  const person = { kind: 'person', name: null, session_id: null } as const;
  const idsOf = (defaults: Defaults, name: string) =>
    defaults.changes().flatMap((change) => (change.name === name ? [change.change_id] : []));

  it('knows who changed what from what to what, newest first, and tells it', async () => {
    const told: DefaultsChanged[] = [];
    const defaults = make({ onChange: (one) => told.push(one) });
    await defaults.set({ image: { steps: 28, width: 1216 } }, { by: claude });
    await defaults.set({ image: { steps: 30 } }, { by: person });
    expect(defaults.changes()).toMatchObject([
      { name: 'steps', by: person, before: { value: 28, source: 'runtime' }, after: { value: 30 }, undoable: true },
      { name: 'steps', by: claude, before: { value: 20, source: 'built-in' }, after: { value: 28 }, undoable: false },
      { name: 'width', by: claude, namespace: 'image', before: { value: 512 }, after: { value: 1216 }, undoable: true },
    ]);
    const [own, first, second] = defaults.changes();
    expect(first?.call_id).toBe(second?.call_id);
    expect(first?.call_id).not.toBe(own?.call_id);
    expect(told.map(({ changes }) => changes.length)).toEqual([2, 1]);
    await defaults.set({ image: { steps: 30 } }, { by: person });
    expect(defaults.changes()).toHaveLength(3);
  });

  it('takes a change back to the tier it had, in the file as well', async () => {
    await writeConfig({ other: 1, defaults: { image: { steps: 24 } } });
    const defaults = make();
    await defaults.set({ image: { steps: 28 } }, { by: claude });
    await defaults.set({ image: { steps: 29 } }, { by: person, persist: true });
    expect(defaults.all('image').steps?.tiers).toEqual({ config: 29, 'built-in': 20 });
    expect(defaults.undo(idsOf(defaults, 'steps').slice(0, 1))).toBe(1);
    expect(defaults.all('image').steps?.tiers).toEqual({ runtime: 28, config: 24, 'built-in': 20 });
    expect(await readConfig()).toEqual({ other: 1, defaults: { image: { steps: 24 } } });
    expect(defaults.changes()).toMatchObject([
      { undone: true, undoable: false },
      { undone: false, undoable: true },
    ]);
  });

  it('takes several back together, or none when one was changed since', async () => {
    const defaults = make();
    await defaults.set({ image: { steps: 28, width: 1216 } }, { by: claude });
    await defaults.set({ image: { steps: 32 } }, { by: claude });
    const agents = defaults.changes().map(({ change_id }) => change_id);
    await defaults.set({ image: { steps: 40 } }, { by: person });
    changed = [];
    expect(await errorOf(() => defaults.undo(agents))).toMatchObject({
      code: 'NOT_SUPPORTED',
      message: 'image.steps has been changed since.',
    });
    expect(defaults.resolve('image', 'width')?.value).toBe(1216);
    expect(changed).toEqual([]);
    expect(defaults.undo(idsOf(defaults, 'steps').slice(0, 1))).toBe(1);
    expect(defaults.undo(agents)).toBe(3);
    expect(defaults.all('image')).toEqual(make().all('image'));
    expect(defaults.undo(agents)).toBe(0);
    expect((await errorOf(() => defaults.undo(['none']))).code).toBe('NOT_FOUND');
  });

  it('changes nothing when the file cannot be written', async () => {
    await writeConfig({ defaults: { image: { steps: 24 } } });
    const defaults = make();
    await defaults.set({ image: { steps: 25 }, video: { fps: 30 } }, { persist: true });
    await writeConfig('{ "half": ');
    const ids = defaults.changes().map(({ change_id }) => change_id);
    expect((await errorOf(() => defaults.undo(ids))).code).toBe('CONFIG_INVALID');
    expect(defaults.changes()).toMatchObject([{ undone: false }, { undone: false }]);
  });
});

describe('check', () => {
  it('refuses what set refuses, and changes nothing', async () => {
    const asked: unknown[] = [];
    const validate: DefaultsOptions['validate'] = async (_namespace, values, options) => {
      asked.push(options?.olderThanMs);
      if (values.model === 'gone') throw new AppError('MODEL_NOT_FOUND', 'No such model.');
      return ['model'];
    };
    const defaults = make({ validate });
    expect((await errorOf(() => defaults.check('image', 'model', 'gone'))).code).toBe('MODEL_NOT_FOUND');
    expect((await errorOf(() => defaults.check('image', 'steps', 'x'))).code).toBe('VALIDATION_ERROR');
    expect(await defaults.check('image', 'model', 'x')).toEqual({ value: 'x', unchecked: true });
    expect(await defaults.check('image', 'steps', '12')).toEqual({ value: 12, unchecked: false });
    expect(asked.every((age) => typeof age === 'number' && age > 0)).toBe(true);
    expect(changed).toEqual([]);
    expect(defaults.changes()).toEqual([]);
  });
});

describe('the state of the config file', () => {
  it('is told when it breaks, and when it is mended', async () => {
    await writeConfig({ defaults: { image: { steps: 11 } } });
    const defaults = make();
    expect(defaults.config()).toEqual({ path: configFile, fault: null, unread: false });
    await writeConfig('{ broken');
    expect(defaults.config()).toMatchObject({ path: configFile, fault: { code: 'CONFIG_INVALID' }, unread: false });
    await writeConfig({ defaults: { image: { steps: 12 } } });
    expect(defaults.config().fault).toBeNull();
    const fault = { code: 'CONFIG_INVALID', message: 'Broken.' } as const;
    const unread = make({ configFile: undefined, broken: { path: configFile, fault } });
    expect(unread.config()).toEqual({ path: configFile, fault, unread: true });
  });
});
