import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ParamValue } from '../../shared/params.js';
import type { Namespace } from '../../shared/workflow.js';
import { silentLogger, systemClock } from '../system.js';
import { createWorkflowLibrary, type WorkflowLibrary } from './library.js';

const bundledDir = resolve(import.meta.dirname, '../../../workflows');
/** A model is chosen somewhere; nothing else is. */
const someModel: Setup['defaults'] = (_namespace, name) =>
  name === 'model' ? { value: 'm.safetensors', source: 'config' } : undefined;
const minimal = { '1': { class_type: 'CLIPTextEncode', inputs: { text: 'PARAM_PROMPT' } } };

let root: string;
let userDir: string;
let library: WorkflowLibrary | undefined;
let changes: number;
let heard: () => void;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'workflows-'));
  userDir = join(root, 'mine');
  changes = 0;
  heard = () => {};
});

afterEach(async () => {
  library?.dispose();
  library = undefined;
  await rm(root, { recursive: true, force: true });
});

interface Setup {
  bundled?: string;
  reserved?: string[];
  defaults?: (namespace: Namespace, name: string) => { value: ParamValue; source: string } | undefined;
}

async function load({ bundled = join(root, 'none'), reserved = [], defaults = () => undefined }: Setup = {}) {
  library?.dispose();
  const made = createWorkflowLibrary({
    bundledDir: bundled,
    userDir,
    reservedToolNames: reserved,
    defaults,
    logger: silentLogger,
    clock: systemClock,
    drawSeed: () => 7,
    onChange: () => {
      changes += 1;
      heard();
    },
  });
  library = made;
  await made.load();
  return made;
}

async function put(name: string, content: unknown, folder = userDir): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

/** Resolves once the library has told of a change and `done` holds; the test's own time limit ends a wait in vain. */
function untilChanged(done: () => boolean): Promise<void> {
  return new Promise((settle) => {
    heard = () => {
      if (done()) settle();
    };
    if (done()) settle();
  });
}

const tools = (from: WorkflowLibrary) => Object.fromEntries(from.list().map(({ id, tool }) => [id, tool]));

describe('bundled workflows', () => {
  it('expose what the seed project documents', async () => {
    const made = await load({ bundled: bundledDir, defaults: someModel });
    const names = Object.fromEntries(made.list().map(({ id, params }) => [id, params.map((param) => param.name)]));
    expect(names.generate_image).toEqual([
      'prompt',
      'negative_prompt',
      'width',
      'height',
      'model',
      'steps',
      'cfg',
      'sampler_name',
      'scheduler',
      'denoise',
      'seed',
    ]);
    expect(names.generate_song).toEqual([
      'tags',
      'lyrics',
      'seconds',
      'model',
      'steps',
      'cfg',
      'lyrics_strength',
      'seed',
    ]);
    for (const workflow of made.list()) {
      expect(workflow).toMatchObject({ problem: null, source: 'bundled' });
      for (const param of workflow.params) expect(param.description).not.toBe('');
    }
    expect(made.list().flatMap(({ tool }) => tool ?? [])).toEqual([
      'generate_image',
      'generate_song',
      'generate_video',
      'image_to_image',
      'inpaint',
      'upscale_image',
    ]);
    expect(made.get('generate_image')?.workflow.namespace).toBe('image');
    expect(made.get('generate_song')?.workflow.namespace).toBe('audio');
  });

  it('need a prompt only, and tags and lyrics only', async () => {
    const made = await load({ bundled: bundledDir, defaults: someModel });
    const required = (id: string) =>
      made
        .get(id)
        ?.workflow.params.filter((param) => param.required)
        .map(({ name }) => name);
    expect(required('generate_image')).toEqual(['prompt']);
    expect(required('generate_song')).toEqual(['tags', 'lyrics']);
    const width = made.get('generate_image')?.workflow.params.find(({ name }) => name === 'width');
    expect(width).toMatchObject({ type: 'integer', min: 64, max: 4096, step: 8 });
  });

  it('have titles on every node and bind without a placeholder left', async () => {
    const made = await load({ bundled: bundledDir, defaults: someModel });
    for (const { id, params } of made.list()) {
      const entry = made.get(id);
      if (entry === undefined) throw new Error(`${id} is gone`);
      const values = Object.fromEntries(params.filter((param) => param.required).map(({ name }) => [name, 'words']));
      const bound = made.bind(entry, values);
      expect(JSON.stringify(bound.graph)).not.toContain('PARAM_');
      expect(bound.seed).toBe(params.some(({ name }) => name === 'seed') ? 7 : undefined);
      for (const node of Object.values(bound.graph)) expect(node._meta?.title).toBeTruthy();
    }
  });
});

describe('a folder of files', () => {
  it('lists what cannot be used with its problem, and the rest is fine', async () => {
    await put('good.json', minimal);
    await put('editor.json', { nodes: [], links: [], version: 0.4 });
    await put('broken.json', '{\n  "1": {,}\n}');
    await put('list.json', '[]');
    await put('empty.json', {});
    await put('classless.json', { '1': { inputs: {} } });
    await put('stringnode.json', { '1': 'x' });
    await put('badmeta.json', minimal);
    await put('badmeta.meta.json', { defaults: 'fast', constraints: { width: { min: '64' } } });
    await put('brokenmeta.json', minimal);
    await put('brokenmeta.meta.json', '{');
    await put('badmapping.json', minimal);
    await put('badmapping.meta.json', { override_mappings: { x: [['9', 'text']] } });
    await put('clash.json', { '1': { class_type: 'A', inputs: { x: 'PARAM_WAIT_SECONDS' } } });
    await put('a..b.json', minimal);
    await put('a\nb.json', minimal);
    await mkdir(join(userDir, 'folder.json'));
    await put('huge.json', `{"1":"${'x'.repeat(9 * 1024 * 1024)}"}`);
    await put('.hidden.json', minimal);
    await put('notes.txt', 'x');
    await put('orphan.meta.json', '{}');
    await put('converted.ui.json', { nodes: [], links: [] });
    const made = await load();
    const problems = Object.fromEntries(made.list().map(({ id, problem }) => [id, problem]));
    expect(problems).toEqual({
      good: null,
      editor: expect.stringMatching(/import_workflow.*Export \(API\)/),
      broken: expect.stringContaining('line 2, column 9'),
      list: expect.stringContaining('JSON object'),
      empty: expect.stringContaining('no nodes'),
      classless: expect.stringContaining('no class_type'),
      stringnode: expect.stringContaining('not a node'),
      badmeta: expect.stringMatching(/badmeta\.meta\.json.*defaults/),
      brokenmeta: expect.stringContaining('brokenmeta.meta.json is not valid JSON'),
      badmapping: expect.stringContaining('node 9'),
      clash: expect.stringContaining('every tool has'),
      'a..b': expect.stringContaining('file name'),
      'a\nb': expect.stringContaining('file name'),
      folder: expect.stringContaining('not a file'),
      huge: expect.stringContaining('too large'),
    });
    for (const { id, tool, params } of made.list()) {
      expect(tool).toBe(id === 'good' ? 'good' : null);
      if (id !== 'good') expect(params).toEqual([]);
    }
    const broken = made.get('broken');
    if (broken === undefined) throw new Error('broken is not listed');
    expect(() => made.bind(broken, {})).toThrow(/can't be used/);
  });

  it('gives safe tool names, and _2 for taken ones, the same at every start', async () => {
    for (const name of ['get_job', 'My Workflow (v2)', 'my-workflow-v2', 'Ünïcode', '画像', '画像2', 'x y', 'x_y']) {
      await put(`${name}.json`, minimal);
    }
    await put('no placeholders.json', { '1': { class_type: 'A', inputs: {} } });
    const first = tools(await load({ reserved: ['get_job'] }));
    expect(first).toMatchObject({
      get_job: 'get_job_2',
      'My Workflow (v2)': 'my_workflow_v2',
      'my-workflow-v2': 'my_workflow_v2_2',
      Ünïcode: 'unicode',
      x_y: 'x_y',
      'x y': 'x_y_2',
      画像2: '2',
      'no placeholders': null,
    });
    expect(first.画像).toMatch(/^workflow_[0-9a-f]{8}$/);
    expect(tools(await load({ reserved: ['get_job'] }))).toEqual(first);
  });

  it("lets the person's file win over the bundled one, but not while it is broken", async () => {
    const bundled = join(root, 'bundled');
    await put('one.json', minimal, bundled);
    await put('one.json', { '1': { class_type: 'Mine', inputs: { text: 'PARAM_X' } } });
    expect((await load({ bundled })).list()).toMatchObject([{ id: 'one', source: 'user', tool: 'one' }]);
    await put('one.json', 'broken');
    expect((await load({ bundled })).list()).toMatchObject([
      { id: 'one', source: 'bundled', tool: 'one', problem: null },
      { id: 'one.json', source: 'user', tool: null },
    ]);
  });

  it('reads one folder once when both are the same', async () => {
    await put('one.json', minimal);
    expect((await load({ bundled: userDir })).list()).toMatchObject([{ id: 'one', source: 'user' }]);
  });

  it('takes name, description, defaults and limits from the metadata, and keeps unknown keys', async () => {
    await put('w.json', {
      '1': { class_type: 'A', inputs: { w: 'PARAM_INT_WIDTH', p: 'PARAM_PROMPT', style: 'PARAM_STYLE' } },
    });
    await put('w.meta.json', {
      name: 'My Custom Workflow',
      description: 'Does something cool',
      defaults: { width: 640 },
      constraints: { width: { min: 64, max: 2048, step: 64 }, style: { enum: ['ink', 'oil'] } },
      descriptions: { style: 'How it is drawn.' },
      namespace: 'video',
      author: 'me',
    });
    const entry = (await load()).get('w');
    expect(entry?.workflow).toMatchObject({
      name: 'My Custom Workflow',
      description: 'Does something cool',
      namespace: 'video',
    });
    expect(entry?.meta.author).toBe('me');
    expect(entry?.workflow.params).toEqual([
      {
        name: 'prompt',
        type: 'string',
        required: true,
        description: 'What to make, in words.',
        multiline: true,
        targets: [{ node_id: '1', input: 'p' }],
      },
      {
        name: 'style',
        type: 'string',
        required: true,
        description: 'How it is drawn.',
        enum: ['ink', 'oil'],
        targets: [{ node_id: '1', input: 'style' }],
      },
      {
        name: 'width',
        type: 'integer',
        required: false,
        description: 'Width in pixels.',
        default: 640,
        default_source: 'metadata',
        min: 64,
        max: 2048,
        step: 64,
        targets: [{ node_id: '1', input: 'w' }],
      },
    ]);
  });

  it('shows the defaults as they are when asked', async () => {
    await put('w.json', { '1': { class_type: 'A', inputs: { s: 'PARAM_INT_STEPS' } } });
    let steps = { value: 20, source: 'built-in' };
    const made = await load({ defaults: (_namespace, name) => (name === 'steps' ? steps : undefined) });
    expect(made.list()[0]?.params[0]).toMatchObject({ default: 20, default_source: 'built-in' });
    steps = { value: 33, source: 'runtime' };
    expect(made.list()[0]?.params[0]).toMatchObject({ default: 33, default_source: 'runtime' });
  });

  it('loads with a folder that is no folder', async () => {
    await writeFile(userDir, 'a file where the folder should be');
    expect((await load({ bundled: bundledDir })).list().length).toBeGreaterThan(0);
  });
});

describe('watching', () => {
  it('creates the missing folder, and tells of files that appear, change, break and go', async () => {
    const made = await load();
    const only = () => made.list().at(0);
    expect(made.list()).toEqual([]);
    await put('new.json', minimal);
    await untilChanged(() => only()?.tool === 'new');
    const { hash } = only() ?? {};
    await put('new.json', { ...minimal, '2': { class_type: 'B', inputs: { w: 'PARAM_INT_WIDTH' } } });
    await untilChanged(() => only()?.params.length === 2);
    expect(only()?.hash).not.toBe(hash);
    await put('new.meta.json', { name: 'Renamed' });
    await untilChanged(() => only()?.name === 'Renamed');
    await put('new.json', '{');
    await untilChanged(() => only()?.problem !== null);
    await rm(join(userDir, 'new.json'));
    await untilChanged(() => made.list().length === 0);
    expect(changes).toBeGreaterThanOrEqual(5);
  });

  it('survives the folder going away and coming back', async () => {
    await put('a.json', minimal);
    const made = await load();
    await rm(userDir, { recursive: true });
    await untilChanged(() => made.list().length === 0);
    await put('b.json', minimal);
    await untilChanged(() => made.get('b') !== undefined);
    // Files written into the folder that came back are noticed too.
    await put('c.json', minimal);
    await untilChanged(() => made.get('c') !== undefined);
  });

  it('follows a folder that is replaced by another', async () => {
    await put('a.json', minimal);
    await put('z.json', minimal, join(root, 'other'));
    const made = await load();
    await rename(userDir, join(root, 'old'));
    await rename(join(root, 'other'), userDir);
    await untilChanged(() => made.get('z') !== undefined && made.get('a') === undefined);
    await put('y.json', minimal);
    await untilChanged(() => made.get('y') !== undefined);
  });

  it('tells nothing when nothing changed, and nothing after dispose', async () => {
    await put('a.json', minimal);
    const made = await load();
    await made.rescan();
    expect(changes).toBe(0);
    made.dispose();
    await put('b.json', minimal);
    await made.rescan();
    expect(changes).toBe(0);
  });
});
