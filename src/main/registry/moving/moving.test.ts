/** Moves of real data directories: what arrives, what is refused, and what a death at any moment leaves. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.js';
import { keepDataDir, keptDataDir, loadSettings } from '../../settings.js';
import { checkIntegrity } from '../check.js';
import { claimDataDir } from '../data-dir.js';
import { openReading } from '../sqlite.js';
import { contentsOf } from './contents.js';
import { readMarker, writeMarker } from './marker.js';
import { clearAbandonedMove, type MovePoint, type MovePorts, moveDataDir, movePoints } from './move.js';
import { keepOldFolder, oldFolder, removeOldFolder } from './old.js';
import { folderName, planMove } from './plan.js';
import { fillDataDir, homePlace, jobCount, open, testPorts } from './testing.js';

let home: string;
let from: string;
let to: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'moving-'));
  from = join(home, 'old');
  to = join(home, 'new');
  fillDataDir(from);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const ports = (patch: Partial<MovePorts> = {}): MovePorts => ({ ...testPorts(homePlace(home)), ...patch });
const move = (patch: Partial<MovePorts> = {}, target = to) => moveDataDir(from, target, ports(patch));
/** Every file with its bytes, but for what belongs to a run of the program. */
const everything = async (dir: string) =>
  Object.fromEntries(
    (await contentsOf(dir)).map(({ path, kind }) => [
      path,
      kind === 'file' ? readFileSync(join(dir, path), 'base64') : kind,
    ]),
  );
/** The library of a directory opens, is whole, and has every job. */
function expectLibrary(dir: string): void {
  const registry = open(dir);
  expect(registry.jobs.recent(1000)).toHaveLength(jobCount);
  registry.close();
  const database = openReading(join(dir, 'library.db'));
  checkIntegrity(database, 'thorough');
  database.close();
}

describe('a move', () => {
  it('brings everything along, follows paths into it, and leaves the old folder as it was', async () => {
    const before = await everything(from);
    const { mtimeMs } = statSync(join(from, 'cache/thumbs/small.webp'));
    const told: number[] = [];
    await move({ progress: ({ bytes_done, bytes }) => void told.push(bytes_done / bytes) });
    expect(keptDataDir(homePlace(home))).toBe(to);
    expect(await everything(from)).toEqual(before);
    const { 'settings.json': settings, ...others } = await everything(to);
    const { 'settings.json': old, ...rest } = before;
    expect(old).toBeDefined();
    expect(others).toEqual(rest);
    expect(JSON.parse(Buffer.from(settings ?? '', 'base64').toString())).toEqual({
      port: 9123,
      workflow_dir: join(to, 'workflows'),
      import_dir: '/elsewhere',
    });
    expect(readlinkSync(join(to, 'linked'))).toBe(join(to, 'demo'));
    expect(readdirSync(join(to, 'window'))).toEqual(['Local Storage', 'window.json']);
    expect(readdirSync(join(to, 'window/Local Storage/leveldb'))).toEqual(['000003.log']);
    expect(statSync(join(to, 'asset-key')).mode & 0o777).toBe(0o600);
    expect(Math.abs(statSync(join(to, 'cache/thumbs/small.webp')).mtimeMs - mtimeMs)).toBeLessThan(5);
    expect(readdirSync(from)).toEqual(expect.not.arrayContaining(['moving-to.json', 'owner.json']));
    expect(readMarker(to)).toBeUndefined();
    expectLibrary(to);
    expect(told.at(-1)).toBe(1);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    // Both programs find it.
    expect(loadSettings({ argv: [], ...homePlace(home) })).toMatchObject({ dataDir: to, values: { port: 9123 } });
  });

  it('goes into a new folder where the chosen one has other things in it', async () => {
    mkdirSync(to);
    writeFileSync(join(to, 'letters.txt'), 'mine');
    expect(await move()).toBe(join(to, folderName));
    expectLibrary(join(to, folderName));
    expect(readdirSync(to).sort()).toEqual([folderName, 'letters.txt']);
  });

  it('that is cancelled, or can not write, takes away what it brought, and nothing else', async () => {
    mkdirSync(to);
    const before = await everything(from);
    const controller = new AbortController();
    let files = 0;
    const at = async (point: MovePoint) => {
      if (point !== 'file') return;
      files += 1;
      if (files === 3) controller.abort(new AppError('CANCELLED', 'enough'));
      if (files === 1) writeFileSync(join(to, 'theirs.txt'), 'came meanwhile');
    };
    await expect(move({ signal: controller.signal, at })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(to)).toEqual(['theirs.txt']);

    const full = async (point: MovePoint) => {
      if (point === 'file') throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    };
    const fresh = join(home, 'fresh');
    await expect(move({ at: full }, fresh)).rejects.toMatchObject({
      code: 'TARGET_UNWRITABLE',
      message: expect.stringContaining('the disk is full'),
      hint: expect.stringContaining('nothing is left there'),
    });
    expect(existsSync(fresh)).toBe(false);
    const unwritable = { read: () => undefined, write: () => raise(new AppError('CONFIG_INVALID', 'read-only')) };
    await expect(move({ pointer: unwritable }, fresh)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(existsSync(fresh)).toBe(false);
    expect(await everything(from)).toEqual(before);
    expect(keptDataDir(homePlace(home))).toBeUndefined();
    claimDataDir(from, { kind: 'desktop' }).release();
  });

  it('is given up when the copy is not the original, or the original changes meanwhile, or is damaged', async () => {
    const spoil = (file: string) => async (point: MovePoint) => {
      if (point === 'copied') writeFileSync(file, 'spoilt');
    };
    for (const file of [join(to, 'asset-key'), join(to, 'library.db'), join(from, 'presets.json'), join(from, 'new')]) {
      await expect(move({ at: spoil(file) })).rejects.toMatchObject({ code: 'TARGET_UNWRITABLE' });
      expect(existsSync(to)).toBe(false);
      rmSync(join(from, 'new'), { force: true });
    }
    await expect(move({ damageOf: async () => 'job: row 3 missing' })).rejects.toMatchObject({
      code: 'LIBRARY_DAMAGED',
      message: expect.stringContaining('row 3'),
    });
    expect(existsSync(to)).toBe(false);
    expectLibrary(from);
  });

  it('is not kept from its end by what the window writes meanwhile', async () => {
    const write = async (point: MovePoint) => {
      if (point === 'copied') writeFileSync(join(from, 'window/Local Storage/leveldb/000004.log'), 'more');
      if (point === 'marked') rmSync(join(from, 'window/Local Storage/leveldb/000003.log'));
    };
    await move({ at: write });
    expectLibrary(to);
  });

  it('waits for nobody who holds either folder', async () => {
    const held = claimDataDir(from, { kind: 'headless' });
    await expect(move()).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE', details: { dir: from } });
    held.release();
    mkdirSync(to);
    const target = claimDataDir(to, { kind: 'headless' });
    await expect(move()).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE', details: { dir: to } });
    target.release();
  });
});

function raise(error: unknown): never {
  throw error;
}

describe('a plan', () => {
  it('tells how much it is, and whether it fits', async () => {
    const plan = await planMove(from, to);
    expect(plan).toMatchObject({ from, to, library: null, files: 11, other_volume: false, network: false });
    expect(plan.bytes).toBeGreaterThan(3_000_000);
    expect(plan.free_bytes).toBeGreaterThan(plan.bytes);
    expect(existsSync(to)).toBe(false);
  });

  it('refuses itself, its inside, files, and what can not be written', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    await expect(planMove(from, 'relative')).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await expect(planMove(from, from)).rejects.toMatchObject({ message: expect.stringContaining('already') });
    await expect(planMove(from, join(from, 'cache', 'x'))).rejects.toMatchObject({
      message: expect.stringContaining('in the data folder itself'),
    });
    await expect(planMove(from, file)).rejects.toMatchObject({ code: 'TARGET_UNWRITABLE' });
    await expect(planMove(from, join(file, 'x'))).rejects.toMatchObject({ code: 'TARGET_UNWRITABLE' });
    await expect(planMove(from, '/proc/nowhere')).rejects.toMatchObject({ code: 'TARGET_UNWRITABLE' });
  });

  it('finds a library that is there, and does not copy over it', async () => {
    fillDataDir(to);
    expect(await planMove(from, to)).toMatchObject({
      to,
      library: { assets: jobCount, changed_ms: expect.any(Number) },
    });
    await expect(move()).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      hint: expect.stringContaining('Use that one'),
    });
    expectLibrary(to);
  });
});

describe('the old folder', () => {
  it('is told, and removed when asked: what was moved, and nothing else', async () => {
    expect(await oldFolder(from)).toBeUndefined();
    writeFileSync(join(home, 'beside'), '');
    await move();
    expect(await oldFolder(to)).toMatchObject({ path: from, files: 11, problem: null });
    writeFileSync(join(from, 'letters.txt'), 'put there later');
    await removeOldFolder(to);
    expect(readdirSync(from)).toEqual(['letters.txt']);
    expect(await oldFolder(to)).toBeUndefined();
    expectLibrary(to);
    await expect(removeOldFolder(to)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('goes whole when nothing else is in it, and is let go of when it is to stay', async () => {
    await move();
    const second = join(home, 'second');
    await moveDataDir(to, second, ports());
    await removeOldFolder(second);
    expect(existsSync(to)).toBe(false);
    await moveDataDir(second, to, ports());
    keepOldFolder(to);
    expect(await oldFolder(to)).toBeUndefined();
    expectLibrary(second);
  });

  it('that somebody went on working with is not removed', async () => {
    await move({ now: () => Date.now() - 5 });
    const registry = open(from);
    registry.close();
    writeFileSync(join(from, 'presets.json'), '["new"]');
    expect((await oldFolder(to))?.problem).toMatchObject({ code: 'NOT_SUPPORTED' });
    await expect(removeOldFolder(to)).rejects.toMatchObject({ code: 'NOT_SUPPORTED' });
    expectLibrary(from);
  });
});

describe('the place of the library', () => {
  it('that is away is missed, not begun anew', async () => {
    await move();
    const load = () => loadSettings({ argv: [], ...homePlace(home) });
    rmSync(to, { recursive: true });
    expect(load).toThrow(
      expect.objectContaining({ code: 'DATA_DIR_MISSING', details: expect.objectContaining({ dir: to }) }),
    );
    // A drive that is not connected leaves an empty folder behind.
    mkdirSync(to);
    expect(load).toThrow(
      expect.objectContaining({ code: 'DATA_DIR_MISSING', hint: expect.stringContaining('location.json') }),
    );
    expect(loadSettings({ argv: ['--data-dir', from], ...homePlace(home) }).dataDir).toBe(from);
    // One that was chosen anew has no library yet.
    keepDataDir(homePlace(home), to);
    expect(load().dataDir).toBe(to);
    fillDataDir(to);
    load().noteLibrary();
    rmSync(to, { recursive: true });
    expect(load).toThrow(expect.objectContaining({ code: 'DATA_DIR_MISSING' }));
  });
});

describe('a death', () => {
  // Beside the packages, where the child finds the native one.
  const modules = fileURLToPath(new URL('../../../../node_modules/', import.meta.url));
  let built: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    built = mkdtempSync(join(modules, '.moving-child-'));
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: fileURLToPath(new URL('testing-child.ts', import.meta.url)),
        outDir: built,
        rollupOptions: { output: { entryFileNames: 'child.mjs' } },
      },
    });
  });
  afterAll(() => rmSync(built, { recursive: true, force: true }));
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  /** Kills a move at a moment that was passed by so often; resolves when it is dead. */
  async function dieAt(point: MovePoint, passes = 0): Promise<void> {
    const child = spawn(process.execPath, [join(built, 'child.mjs'), home, from, to, point, String(passes)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = await lines.next();
    expect(JSON.parse(String(line.value))).toEqual({ at: point });
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  const moments: [MovePoint, number][] = [
    ...movePoints.map((point): [MovePoint, number] => [point, 0]),
    ['file', 4],
    ['file', 9],
  ];
  it.each(moments)(
    'at "%s", passed by %i times, leaves the old one or the new one, whole',
    async (point, passes) => {
      const before = await everything(from);
      await dieAt(point, passes);
      expect(await everything(from)).toEqual(before);
      const inUse = keptDataDir(homePlace(home)) ?? from;
      expect(inUse).toBe(['switched', 'finished'].includes(point) ? to : from);
      // Nobody takes half a copy for a library, and the one in use opens.
      if (inUse === from && !['claimed', 'whole'].includes(point)) {
        expect(() => claimDataDir(to, { kind: 'headless' })).toThrow(
          expect.objectContaining({ code: 'DATA_DIR_UNFINISHED', details: { dir: to, from } }),
        );
      }
      claimDataDir(inUse, { kind: 'desktop' }).release();
      expectLibrary(inUse);
      clearAbandonedMove(inUse);
      expect(existsSync(join(inUse, 'moving-to.json'))).toBe(false);
      if (inUse === to) {
        expect(readMarker(to)).toBeUndefined();
        return;
      }
      // What was left is gone but for a whole copy, and the move can be made again.
      const left = existsSync(to) ? readdirSync(to).filter((name) => !/^(lock\.db|owner\.json)/.test(name)) : [];
      expect(left.length > 0).toBe(point === 'whole');
      await move();
      expect(keptDataDir(homePlace(home))).toBe(to);
      expectLibrary(to);
    },
    20_000,
  );

  it('leaves what others have put into the folder', async () => {
    mkdirSync(to);
    await dieAt('copied');
    writeFileSync(join(to, 'theirs.txt'), 'mine');
    // No longer only a move's: a new one goes beside it.
    expect((await planMove(from, to)).to).toBe(join(to, folderName));
    clearAbandonedMove(from);
    expect(readdirSync(to)).toEqual(['theirs.txt']);
  }, 20_000);

  it('of which only the beginning of a note is left keeps others out', () => {
    mkdirSync(to);
    writeMarker(to, { from, state: 'copying', names: [], made: true });
    writeFileSync(join(to, 'unfinished-move.json'), '{"from": "/o');
    expect(() => claimDataDir(to, { kind: 'desktop' })).toThrow(
      expect.objectContaining({ code: 'DATA_DIR_UNFINISHED' }),
    );
    expect(lstatSync(join(to, 'unfinished-move.json')).isFile()).toBe(true);
  });
});
