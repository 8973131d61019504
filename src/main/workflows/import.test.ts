import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import { stringifyJson } from '../../shared/exact-json.js';
import { systemFiles } from '../files.js';
import { createInlineThread } from '../threads.js';
import { infoOf, n, ui } from './convert/ui.testing.js';
import { convertWork } from './convert-work.js';
import { readWorkflowFile } from './files.js';
import { createWorkflowImporter, safeName, type WorkflowImportPorts } from './import.js';
import type { GraphSource, ReadEmbedded } from './taking.js';

const seed = 18446744073709551615n;
const editors = stringifyJson(
  ui([
    n(1, 'EmptyImage', [64, 32, 1, 0]),
    n(2, 'ImageAddNoise', [seed, 'fixed', 0.5], { image: [1, 0] }),
    n(3, 'SaveImage', ['x'], { images: [2, 0] }),
  ]),
);
const api = { '1': { class_type: 'EmptyImage', inputs: { width: 8 } } };
const unknown = ui([n(1, 'Nowhere', [])]);
const circle = {
  '1': { class_type: 'ImageInvert', inputs: { image: ['2', 0] } },
  '2': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } },
};
const uiCircle = ui([n(1, 'ImageInvert', [], { image: [2, 0] }), n(2, 'ImageInvert', [], { image: [1, 0] })]);
const own = '00000000-0000-4000-8000-000000000001';
const endless = {
  ...ui([n(1, own, [])]),
  definitions: {
    subgraphs: [{ id: own, name: 'Itself', nodes: [{ id: 2, type: own }], links: [], inputs: [], outputs: [] }],
  },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

type Reading = Awaited<ReturnType<ReadEmbedded>>;

interface Ports extends Partial<WorkflowImportPorts> {
  /** What is in pictures. */
  embedded?: Reading;
}

function importer({ embedded = {}, ...ports }: Ports = {}) {
  const made = createWorkflowImporter({
    userDir: () => join(folder, 'mine'),
    taken: () => [],
    loadNodes: async () => {},
    infoOf,
    classNames: () => [],
    ask: createInlineThread(convertWork(async () => embedded)).ask,
    ...ports,
  });
  const taking = async (source: GraphSource, name: string) => {
    const read = await made.read(source);
    return { ...read, workflow_id: await made.write(read, name) };
  };
  return {
    fromText: (text: string, name: string) => taking({ text }, name),
    fromFile: (path: string) => taking({ path }, basename(path, extname(path))),
  };
}
const present = async () => (await readdir(join(folder, 'mine')).catch(() => [])).sort();
const text = (name: string) => readFile(join(folder, 'mine', name), 'utf8');

describe('importing', () => {
  it('converts what the editor saved and keeps it beside the result, exact to the digit', async () => {
    const { workflow_id, warnings } = await importer().fromText(editors, 'My graph');
    expect([workflow_id, warnings]).toEqual(['My graph', []]);
    expect(await present()).toEqual(['My graph.json', 'My graph.ui.json']);
    expect(await text('My graph.ui.json')).toBe(editors);
    const file = await readWorkflowFile(join(folder, 'mine'), 'My graph.json', 'user');
    expect(file).toMatchObject({ problem: null, graph: { '2': { inputs: { seed, image: ['1', 0] } } } });
  });

  it('takes API format as it is, with nothing beside it', async () => {
    await importer().fromText(JSON.stringify(api), 'plain');
    expect(await present()).toEqual(['plain.json']);
    expect(JSON.parse(await text('plain.json'))).toEqual(api);
  });

  it('takes the editor’s from a file that holds both', async () => {
    const both = `{"prompt": ${JSON.stringify(api)}, "workflow": ${editors}}`;
    expect(Object.keys((await importer().fromText(both, 'both')).graph)).toEqual(['1', '2', '3']);
    const { graph } = await importer().fromText(JSON.stringify({ prompt: api }), 'prompt');
    expect(Object.keys(graph)).toEqual(['1']);
  });

  it('reads JSON files under their own name', async () => {
    const path = join(folder, 'saved graph.json');
    await writeFile(path, `\uFEFF${editors}`);
    expect(await importer().fromFile(path)).toMatchObject({ workflow_id: 'saved graph' });
  });

  it('takes what is in a picture: the editor’s, else what was run', async () => {
    const workflow: unknown = JSON.parse(stringifyJson(ui([n(1, 'EmptyImage', [64, 32, 1, 0])])));
    const reading = (embedded: Reading) => importer({ embedded }).fromFile('/pictures/cat.png');
    expect(await reading({ workflow, graph: api })).toMatchObject({
      workflow_id: 'cat',
      graph: { '1': { inputs: { width: 64 } } },
    });
    expect(await reading({ graph: api })).toMatchObject({ workflow_id: 'cat 2', graph: api, warnings: [] });
    expect(await reading({ workflow: unknown, graph: api })).toMatchObject({
      workflow_id: 'cat 3',
      graph: api,
      warnings: [expect.stringMatching(/was run is taken.*Nowhere/)],
    });
    expect(await present()).toContain('cat 3.ui.json');
    await expect(reading({ workflow: unknown })).rejects.toThrow(/Nowhere/);
    await expect(reading({})).rejects.toThrow(/no workflow that can be read in cat.png/);
  });

  it('finds a free name, whatever the case, and for many at once', async () => {
    const one = importer({ taken: () => ['Bundled'] });
    const ids = await Promise.all(['cat', 'Cat', 'cat', 'bundled'].map((name) => one.fromText(editors, name)));
    expect(ids.map(({ workflow_id }) => workflow_id)).toEqual(['cat', 'Cat 2', 'cat 3', 'bundled 2']);
  });

  it.each([
    ['an unfinished file', '{', /line 1/],
    ['a list', '[]', /JSON object/],
    ['nothing', '{}', /no nodes/],
    ['a number for a node', '{"a": 1}', /not a node/],
    ['a number for a class', '{"1": {"class_type": 4, "inputs": {}}}', /no class_type/],
    ['a list for inputs', '{"1": {"class_type": "EmptyImage", "inputs": [1]}}', /not in API format/],
    ['a text for the editor’s nodes', '{"nodes": "all", "links": []}', /not a node/],
    ['a number among the editor’s nodes', '{"nodes": [1], "links": []}', /no id or no type/],
    ['a class that is missing', stringifyJson(unknown), /Node 1 \(Nowhere\)/],
    ['a circle', stringifyJson(circle), /circle: 1 .* → 2 .* → 1/],
    ['a circle of the editor', stringifyJson(uiCircle), /circle/],
    ['a subgraph that holds itself', stringifyJson(endless), /nested too deep/],
    ['a node __proto__', '{"__proto__": {"class_type": "EmptyImage", "inputs": {}}}', /key "__proto__"/],
    ['an input __proto__', '{"1": {"class_type": "X", "inputs": {"__proto__": {"a": 1}}}}', /key "__proto__"/],
    ['a constructor', '{"1": {"class_type": "X", "inputs": {"constructor": {"prototype": {}}}}}', /key "constructor"/],
    ['a prototype in the editor’s', '{"nodes": [], "extra": {"__proto__": {"polluted": 1}}}', /key "__proto__"/],
    ['lists in lists', `{"1": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /nested too deeply/],
    ['a text of 50 MB', `{"1": "${' '.repeat(50 * 1024 ** 2)}"}`, /too large/],
  ])('refuses %s and leaves nothing', async (_what, given, reason) => {
    await expect(importer().fromText(given, 'x')).rejects.toMatchObject({
      code: 'WORKFLOW_INVALID',
      message: expect.stringMatching(reason),
    });
    expect(await present()).toEqual([]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('names the pack of a node that is missing, and where a model can be had, as the file says', async () => {
    const missing = { ...n(1, 'Nowhere', []), properties: { cnr_id: 'comfyui-nowhere' } };
    await expect(importer().fromText(stringifyJson(ui([missing])), 'x')).rejects.toMatchObject({
      details: { problems: [{ node_id: '1', class_type: 'Nowhere', pack: 'comfyui-nowhere' }] },
    });
    const models = [
      { name: 'a.safetensors', url: 'https://models.example/a.safetensors', directory: 'vae' },
      { name: 'b.safetensors', url: 'file:///etc/passwd' },
    ];
    const known = { ...n(1, 'EmptyImage', [64, 32, 1, 0]), properties: { models } };
    expect((await importer().fromText(stringifyJson(ui([known])), 'x')).model_sources).toEqual({
      'a.safetensors': { url: 'https://models.example/a.safetensors', folder: 'vae' },
    });
  });

  it('leaves nothing when the disk is full, and goes on with the next', async () => {
    let writes = 0;
    const files = {
      ...systemFiles,
      async create(path: string) {
        writes += 1;
        if (writes === 2) throw new Error('ENOSPC');
        return systemFiles.create(path);
      },
    };
    const one = importer({ files });
    await expect(one.fromText(editors, 'x')).rejects.toThrow('ENOSPC');
    expect(await present()).toEqual([]);
    expect(await one.fromText(editors, 'x')).toMatchObject({ workflow_id: 'x' });
  });

  it('needs the engine for the editor’s format only', async () => {
    const away = importer({ loadNodes: () => Promise.reject(new AppError('COMFYUI_UNREACHABLE', 'It is away.')) });
    await expect(away.fromText(editors, 'x')).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
    expect(await away.fromText(JSON.stringify(api), 'x')).toMatchObject({ workflow_id: 'x', unchecked: 'It is away.' });
  });

  it('asks anew for node classes when one is missing', async () => {
    const asked: boolean[] = [];
    const one = importer({
      infoOf: (type) => (asked.at(-1) ? infoOf(type) : undefined),
      loadNodes: async (fresh) => {
        asked.push(fresh);
      },
    });
    expect(await one.fromText(editors, 'x')).toMatchObject({ workflow_id: 'x' });
    expect(asked).toEqual([false, true]);
  });

  it('says what it can’t read', async () => {
    await expect(importer().fromFile(join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await writeFile(join(folder, 'huge.json'), ' '.repeat(9 * 1024 ** 2));
    await expect(importer().fromFile(join(folder, 'huge.json'))).rejects.toThrow(/too large/);
  });
});

it.each([
  ['My graph.json', 'My graph'],
  ['../../etc/passwd', 'etc passwd'],
  ['a.ui.json', 'a'],
  ['a.meta', 'a'],
  ['..', 'Imported workflow'],
  ['', 'Imported workflow'],
  ['con', 'con workflow'],
  ['a...b. ', 'a.b'],
  ['図 1:2', '図 1 2'],
  ['x'.repeat(200), 'x'.repeat(80)],
  ['a\0b\nc', 'a b c'],
])('the name of %j is %j', (wanted, name) => {
  expect(safeName(wanted)).toBe(name);
});
