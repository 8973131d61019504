import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import { stringifyJson } from '../../shared/exact-json.js';
import { systemFiles } from '../files.js';
import { infoOf, n, ui } from './convert/ui.testing.js';
import { readWorkflowFile } from './files.js';
import { createWorkflowImporter, safeName, type WorkflowImportPorts } from './import.js';

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

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function importer(ports: Partial<WorkflowImportPorts> = {}) {
  return createWorkflowImporter({
    userDir: () => join(folder, 'mine'),
    taken: () => [],
    loadNodes: async () => {},
    infoOf,
    readEmbedded: async () => ({}),
    ...ports,
  });
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
    expect(await importer().fromFile(path, undefined)).toMatchObject({ workflow_id: 'saved graph' });
  });

  it('takes what is in a picture: the editor’s, else what was run', async () => {
    const workflow: unknown = JSON.parse(stringifyJson(ui([n(1, 'EmptyImage', [64, 32, 1, 0])])));
    const reading = (found: Awaited<ReturnType<WorkflowImportPorts['readEmbedded']>>) =>
      importer({ readEmbedded: async () => found }).fromFile('/pictures/cat.png', undefined);
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
    await expect(reading({})).rejects.toThrow(/no workflow in cat.png/);
  });

  it('finds a free name, whatever the case, and for many at once', async () => {
    const one = importer({ taken: () => ['Bundled'] });
    const ids = await Promise.all(['cat', 'Cat', 'cat', 'bundled'].map((name) => one.fromText(editors, name)));
    expect(ids.map(({ workflow_id }) => workflow_id)).toEqual(['cat', 'Cat 2', 'cat 3', 'bundled 2']);
  });

  it.each([
    ['{', /line 1/],
    ['[]', /JSON object/],
    ['{}', /no nodes/],
    ['{"a": 1}', /not a node/],
    [stringifyJson(unknown), /Node 1 \(Nowhere\)/],
  ])('refuses %j and leaves nothing', async (given, reason) => {
    await expect(importer().fromText(given, 'x')).rejects.toMatchObject({
      code: 'WORKFLOW_INVALID',
      message: expect.stringMatching(reason),
    });
    expect(await present()).toEqual([]);
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
    expect(await away.fromText(JSON.stringify(api), 'x')).toMatchObject({ workflow_id: 'x' });
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
    await expect(importer().fromFile(join(folder, 'none.json'), undefined)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await writeFile(join(folder, 'huge.json'), ' '.repeat(9 * 1024 ** 2));
    await expect(importer().fromFile(join(folder, 'huge.json'), undefined)).rejects.toThrow(/too large/);
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
