import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  checkOutputRoot,
  findOutputRoot,
  type OutputPlace,
  outputFoldersOf,
  readFromOutputRoot,
} from './output-root.js';
import { asNobody, createStudio, type Studio } from './testing.js';

let studio: Studio;
let place: OutputPlace;
beforeEach(() => {
  studio = createStudio();
  place = {
    configured: undefined,
    argv: [],
    local: true,
    project: studio.project,
    home: path.join(studio.dir, 'home'),
  };
});
afterEach(() => studio.dispose());

const touch = (...names: string[]) => writeFileSync(path.join(...names), 'x');

describe('a command line of ComfyUI', () => {
  it.each([
    [['/opt/ComfyUI/main.py'], ['/opt/ComfyUI/output']],
    [['main.py', '--output-directory', '/out'], ['/out']],
    [
      ['main.py', '--output-directory=/out', '--base-directory', '/base'],
      ['/out', '/base/output'],
    ],
    [['main.py', '--output-directory', '/a', '--output-directory', '/b'], ['/b']],
    [['main.py', '--output-directory', 'relative', '--listen'], []],
    [['main.py', '--output-directory'], []],
    [[], []],
  ])('%j tells %j', (argv, folders) => {
    expect(outputFoldersOf(argv)).toEqual(folders);
  });
});

describe('the output folder', () => {
  it('is the setting, also when it is gone', async () => {
    const configured = path.join(studio.dir, 'gone');
    const argv = ['main.py', '--output-directory', studio.comfy];
    expect(await findOutputRoot({ ...place, configured, argv })).toEqual({
      path: configured,
      exists: false,
      method: 'configured',
      tried: [{ path: configured, exists: false, is_valid: false, source: 'configured' }],
    });
    expect(await findOutputRoot({ ...place, configured: studio.comfy })).toMatchObject({ exists: true });
  });

  it('is what ComfyUI said before any usual place', async () => {
    const argv = [
      'main.py',
      '--output-directory',
      path.join(studio.dir, 'gone'),
      '--base-directory',
      path.dirname(studio.comfy),
    ];
    const found = await findOutputRoot({ ...place, argv });
    expect(found).toMatchObject({ path: studio.comfy, exists: true, method: 'command line' });
    expect(found.tried.map(({ exists, source }) => [exists, source])).toEqual([
      [false, 'command line'],
      [true, 'command line'],
    ]);
  });

  it('is a usual place only when it looks like one, and never when ComfyUI runs elsewhere', async () => {
    const usual = path.join(place.home, 'ComfyUI', 'output');
    mkdirSync(usual, { recursive: true });
    const found = await findOutputRoot(place);
    expect(found).toMatchObject({ path: undefined, method: 'not_found' });
    expect(found.tried).toContainEqual({ path: usual, exists: true, is_valid: false, source: 'usual place' });
    touch(usual, 'ComfyUI_00001_.png');
    expect(await findOutputRoot(place)).toMatchObject({ path: usual, method: 'usual place' });
    chmodSync(usual, 0o000);
    expect(await asNobody(() => findOutputRoot(place))).toMatchObject({ path: undefined, method: 'not_found' });
    expect(await findOutputRoot({ ...place, local: false })).toMatchObject({ path: undefined, tried: [] });
  });
});

describe('a folder that was given', () => {
  const check = (given: string) => checkOutputRoot(given, (text) => path.resolve(studio.dir, text));

  it('is remembered as its real path; the output folder in it stands for ComfyUI’s own', async () => {
    touch(studio.comfy, 'ComfyUI_00001_.png');
    symlinkSync(studio.comfy, path.join(studio.dir, 'link'));
    for (const given of [studio.comfy, 'comfy/output', ' comfy/output/ ', 'link', 'comfy']) {
      expect(await check(given)).toBe(studio.comfy);
    }
  });

  it('may be empty when ComfyUI’s other folders lie beside it, or hold a few media of other names', async () => {
    await expect(check(studio.comfy)).rejects.toMatchObject({ code: 'COMFYUI_OUTPUT_ROOT_INVALID' });
    for (const name of ['models', 'custom_nodes']) mkdirSync(path.join(studio.dir, 'comfy', name));
    expect(await check(studio.comfy)).toBe(studio.comfy);
    const renders = path.join(studio.dir, 'renders');
    mkdirSync(renders);
    for (const name of ['a.png', 'b.mp4', 'c.flac']) touch(renders, name);
    expect(await check(renders)).toBe(renders);
  });

  it('is refused with the code of its fault', async () => {
    touch(studio.dir, 'file');
    const locked = path.join(studio.dir, 'locked');
    mkdirSync(path.join(locked, 'inner'), { recursive: true });
    const faults = {
      '': 'INVALID_PATH',
      'a\0b': 'INVALID_PATH',
      gone: 'COMFYUI_OUTPUT_ROOT_PATH_NOT_FOUND',
      'file/below': 'COMFYUI_OUTPUT_ROOT_PATH_NOT_FOUND',
      file: 'COMFYUI_OUTPUT_ROOT_NOT_DIRECTORY',
      project: 'COMFYUI_OUTPUT_ROOT_INVALID',
    };
    for (const [given, code] of Object.entries(faults)) {
      await expect(check(given), given).rejects.toMatchObject({ code, hint: expect.stringMatching(/\S/) });
    }
    chmodSync(locked, 0o000);
    await asNobody(() => expect(check('locked/inner')).rejects.toMatchObject({ code: 'INVALID_PATH' }));
    chmodSync(locked, 0o755);
  });
});

describe('a file in it', () => {
  const read = (filename: string, subfolder = '', size: number | null = null) =>
    readFromOutputRoot(studio.comfy, { subfolder, filename, size });

  it('is read, also through links that stay inside', async () => {
    mkdirSync(path.join(studio.comfy, 'sub'));
    writeFileSync(path.join(studio.comfy, 'sub', 'a.png'), 'picture');
    symlinkSync('sub/a.png', path.join(studio.comfy, 'b.png'));
    expect(String(await read('a.png', 'sub', 7))).toBe('picture');
    expect(String(await read('b.png'))).toBe('picture');
  });

  it('is refused outside of the folder, however it is spelt or linked', async () => {
    writeFileSync(path.join(studio.dir, 'comfy', 'secret.png'), 'secret');
    symlinkSync('../secret.png', path.join(studio.comfy, 'link.png'));
    symlinkSync('..', path.join(studio.comfy, 'up'));
    const outside = [
      ['link.png', ''],
      ['secret.png', 'up'],
      ['secret.png', '..'],
      ['../secret.png', ''],
      [path.join(studio.dir, 'comfy', 'secret.png'), ''],
    ] as const;
    for (const [filename, subfolder] of outside) {
      await expect(read(filename, subfolder), `${subfolder} ${filename}`).rejects.toMatchObject({
        code: 'SOURCE_PATH_OUTSIDE_ROOT',
      });
    }
  });

  it('is not taken when it is gone or another one', async () => {
    touch(studio.comfy, 'a.png');
    await expect(read('a.png', '', 2)).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
    await expect(read('gone.png')).rejects.toMatchObject({ code: 'PUBLISH_FAILED' });
  });
});
