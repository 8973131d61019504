import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Files, systemFiles } from '../files.js';
import { silentLogger, systemClock } from '../system.js';
import { createWorkflowEditor } from './editing.js';
import { createWorkflowLibrary, type StoredWorkflow, type WorkflowLibrary } from './library.js';

const graph = { '1': { class_type: 'CLIPTextEncode', inputs: { text: 'PARAM_PROMPT', seed: 0 } } };

let folder: string;
let library: WorkflowLibrary;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'editing-'));
  await writeFile(join(folder, 'mine.json'), JSON.stringify(graph));
  await writeFile(join(folder, 'mine.meta.json'), '{"name":"Mine"}');
  library = createWorkflowLibrary({
    bundledDir: join(folder, 'none'),
    userDir: folder,
    reservedToolNames: [],
    defaults: () => undefined,
    logger: silentLogger,
    clock: systemClock,
    onChange: () => {},
  });
  await library.load();
});

afterEach(async () => {
  library.dispose();
  await rm(folder, { recursive: true, force: true });
});

function mine(): StoredWorkflow {
  const entry = library.get('mine');
  if (entry === undefined) throw new Error('the workflow is not there');
  return entry;
}

const editor = (patch: Partial<Files> = {}) =>
  createWorkflowEditor({ userDir: folder, clock: systemClock, files: { ...systemFiles, ...patch } });

describe('a disk that refuses', () => {
  it('leaves the old metadata, a copy of it and nothing else behind', async () => {
    const full = editor({ rename: () => Promise.reject(new Error('no space left')) });
    await expect(full.saveMeta(mine(), { name: 'Ours' })).rejects.toMatchObject({
      code: 'CONFIG_SAVE_FAILED',
      message: expect.stringContaining('no space left'),
    });
    expect(await readFile(join(folder, 'mine.meta.json'), 'utf8')).toBe('{"name":"Mine"}');
    expect((await readdir(folder)).sort()).toEqual(['.versions', 'mine.json', 'mine.meta.json']);
  });
});

describe('metadata', () => {
  it('that was broken meanwhile is not written over', async () => {
    await writeFile(join(folder, 'mine.meta.json'), '{"name":');
    await expect(editor().saveMeta(mine(), { name: 'Ours' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(await readFile(join(folder, 'mine.meta.json'), 'utf8')).toBe('{"name":');
  });
});

describe('the bin', () => {
  it('passes by what others put there, and names that lead out of it', async () => {
    const { bin_id } = await editor().remove(mine());
    await writeFile(join(folder, '.bin', 'note.txt'), 'mine');
    expect((await editor().deleted()).map((one) => one.bin_id)).toEqual([bin_id]);
    for (const odd of ['..', '../..', 'note.txt', '']) {
      await expect(editor().restore(odd)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await editor().restore(bin_id);
    expect((await readdir(folder)).sort()).toEqual(['.bin', 'mine.json', 'mine.meta.json']);
    expect(await editor().deleted()).toEqual([]);
  });
});
