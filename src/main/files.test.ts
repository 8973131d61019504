import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Files, systemFiles, writeFileAtomically } from './files.js';
import { recordingFiles } from './files.testing.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'files-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function* pieces(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

describe('writing a file atomically', () => {
  it('writes, syncs, renames and syncs the folder, and only then answers', async () => {
    const { files, steps } = recordingFiles();
    const path = join(dir, 'deep', 'a.txt');
    const bytes = await writeFileAtomically(files, path, pieces('one', 'twö'), { temporary: join(dir, 'part', 'x') });
    steps.push('commit');
    expect(bytes).toBe(7);
    expect(readFileSync(path, 'utf8')).toBe('onetwö');
    expect(steps.filter((step) => !step.startsWith('folder'))).toEqual([
      'create x',
      'write x',
      'write x',
      'sync x',
      'close x',
      'rename x a.txt',
      'sync folder deep',
      'commit',
    ]);
  });

  it('takes the temporary name beside the file when none is given', async () => {
    const { files, steps } = recordingFiles();
    await writeFileAtomically(files, join(dir, 'a.bin'), new Uint8Array([1, 2, 3]));
    expect(readdirSync(dir)).toEqual(['a.bin']);
    expect(steps.find((step) => step.startsWith('create'))).toMatch(/^create a\.bin\.[\w-]+\.part$/);
  });

  it('leaves the old file and nothing else when any step fails', async () => {
    const path = join(dir, 'a.txt');
    writeFileSync(path, 'old');
    const failing = async (): Promise<never> => {
      throw new Error('the disk says no');
    };
    const write: Files['create'] = async (name) => ({ ...(await systemFiles.create(name)), write: failing });
    const sync: Files['create'] = async (name) => ({ ...(await systemFiles.create(name)), sync: failing });
    for (const fault of [{ create: write }, { create: sync }, { rename: failing }]) {
      await expect(writeFileAtomically({ ...systemFiles, ...fault }, path, 'new')).rejects.toThrow('the disk says no');
      expect(readdirSync(dir)).toEqual(['a.txt']);
      expect(readFileSync(path, 'utf8')).toBe('old');
    }
    const check = () => {
      throw new Error('too short');
    };
    await expect(writeFileAtomically(systemFiles, path, 'new', { check })).rejects.toThrow('too short');
    expect(readdirSync(dir)).toEqual(['a.txt']);
  });

  it('does not answer before the folder is synced, and tells when that fails', async () => {
    const files: Files = { ...systemFiles, syncDirectory: () => Promise.reject(new Error('EIO')) };
    await expect(writeFileAtomically(files, join(dir, 'a.txt'), 'new')).rejects.toThrow('EIO');
  });

  it('syncs a folder that may only be read', async () => {
    chmodSync(dir, 0o500);
    await systemFiles.syncDirectory(dir);
    chmodSync(dir, 0o700);
  });
});
