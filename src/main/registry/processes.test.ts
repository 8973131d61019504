/** What needs a second process: two owners, a sudden death, another user's rights. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimDataDir, readOwner } from './data-dir.js';
import { openDatabase } from './sqlite.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

// Beside the packages, where the child finds the native one.
const modules = fileURLToPath(new URL('../../../node_modules/', import.meta.url));
let built: string;
let bench: Bench;
const children: ChildProcess[] = [];

beforeAll(async () => {
  built = mkdtempSync(join(modules, '.registry-child-'));
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

beforeEach(() => {
  bench = createBench();
});
afterEach(async () => {
  for (const child of children.splice(0)) await kill(child);
  chmodSync(bench.dir, 0o700);
  bench.dispose();
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

function start(...args: string[]) {
  const child = spawn(process.execPath, [join(built, 'child.mjs'), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    /** The next line it tells; undefined at its end. */
    async line(): Promise<unknown> {
      const next = await lines.next();
      return next.done ? undefined : JSON.parse(next.value);
    },
  };
}

describe('the data directory', () => {
  it('loses what a start that was cut short left in it', () => {
    const dir = join(bench.dir, 'data');
    claimDataDir(dir, { kind: 'desktop' }).release();
    for (const name of ['.probe-1a2b', 'owner.json.123.part', 'notes.part']) writeFileSync(join(dir, name), '');
    claimDataDir(dir, { kind: 'desktop' }).release();
    expect(readdirSync(dir).sort()).toEqual(['lock.db', 'notes.part']);
  });

  it('is made for this user alone, with an owner that can be named', () => {
    const dir = join(bench.dir, 'new', 'data');
    const claimed = claimDataDir(dir, { kind: 'desktop', now: 0 });
    claimed.setEndpoint('http://127.0.0.1:9000/mcp');
    expect(readOwner(dir)).toEqual({
      pid: process.pid,
      endpoint: 'http://127.0.0.1:9000/mcp',
      kind: 'desktop',
      started_by: 'person',
      started_at: '1970-01-01T00:00:00.000Z',
      secret: claimed.owner.secret,
    });
    expect(claimed.owner.secret.length).toBeGreaterThanOrEqual(43);
    if (process.platform !== 'win32') {
      expect(statSync(dir).mode & 0o777).toBe(0o700);
      expect(statSync(join(dir, 'owner.json')).mode & 0o777).toBe(0o600);
    }
    claimed.release();
    claimed.release();
    claimed.setEndpoint('http://127.0.0.1:1/mcp');
    expect(readOwner(dir)).toBeUndefined();
    claimDataDir(dir, { kind: 'headless' }).release();
  });

  it('has one owner within a process too', () => {
    const claimed = claimDataDir(bench.dir, { kind: 'desktop' });
    expect(() => claimDataDir(bench.dir, { kind: 'desktop' })).toThrow(
      expect.objectContaining({ code: 'DATA_DIR_IN_USE' }),
    );
    claimed.release();
  });

  it('of another process is refused with its name, until that dies', async () => {
    const { child, line } = start('claim', bench.dir);
    expect(await line()).toMatchObject({ claimed: { pid: child.pid } });
    const endpoint = 'http://127.0.0.1:9000/mcp';
    expect(() => claimDataDir(bench.dir, { kind: 'desktop' })).toThrow(
      expect.objectContaining({
        code: 'DATA_DIR_IN_USE',
        message: `The headless program (process ${child.pid}, endpoint ${endpoint}) uses the data directory ${bench.dir}.`,
        hint: expect.stringContaining('--data-dir'),
        details: { dir: bench.dir, pid: child.pid, endpoint, kind: 'headless', started_by: 'person' },
      }),
    );
    expect(readOwner(bench.dir)?.pid).toBe(child.pid);
    await kill(child);
    const claimed = claimDataDir(bench.dir, { kind: 'desktop' });
    expect(readOwner(bench.dir)?.pid).toBe(process.pid);
    claimed.release();
  });

  it('is told to be in use even when nobody can be named', () => {
    const claimed = claimDataDir(bench.dir, { kind: 'desktop' });
    writeFileSync(join(bench.dir, 'owner.json'), '{');
    expect(() => claimDataDir(bench.dir, { kind: 'desktop' })).toThrow(/^Another program uses/);
    claimed.release();
  });

  it.skipIf(process.platform === 'win32')('that cannot be written is told in one sentence', async () => {
    chmodSync(bench.dir, 0o555);
    const expected = {
      error: {
        code: 'DATA_DIR_UNWRITABLE',
        message: expect.stringMatching(/^The data directory can't be written: .* \(permission denied\)\.$/),
        hint: expect.stringContaining('--data-dir'),
      },
    };
    expect(await start('claim', bench.dir, 'nobody').line()).toMatchObject(expected);
    expect(await start('claim', join(bench.dir, 'new'), 'nobody').line()).toMatchObject(expected);
    expect(await start('open', bench.dir, 'nobody').line()).toMatchObject({ error: { code: 'DATA_DIR_UNWRITABLE' } });
  });

  it('that is a file is told so', () => {
    const name = join(bench.dir, 'notes.txt');
    writeFileSync(name, '');
    for (const [dir, reason] of [
      [name, 'there is a file of that name'],
      [join(name, 'below'), 'a part of the path is a file'],
    ] as const) {
      expect(() => claimDataDir(dir, { kind: 'desktop' })).toThrow(
        expect.objectContaining({
          code: 'DATA_DIR_UNWRITABLE',
          message: `The data directory can't be written: ${dir} (${reason}).`,
        }),
      );
    }
  });
});

describe('the library file', () => {
  it('that may only be read is told so', async () => {
    bench.open().close();
    chmodSync(bench.file, 0o444);
    chmodSync(bench.dir, 0o755);
    expect(await start('open', bench.dir, 'nobody').line()).toMatchObject({ error: { code: 'DATA_DIR_UNWRITABLE' } });
    expect(existsSync(bench.file)).toBe(true);
  });

  it('keeps every job that was acknowledged before a kill, whole', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { child, line } = start('write', bench.dir);
      for (let number = 0; number <= round * 7; number += 1) {
        const told = await line();
        if (typeof told !== 'object' || told === null || !('done' in told)) throw new Error(JSON.stringify(told));
        acknowledged.push(String(told.done));
      }
      await kill(child);
    }
    const registry = bench.open();
    expect(registry.recovery.report()).toBeUndefined();
    for (const id of acknowledged) {
      expect(registry.jobs.get(id)).toMatchObject({
        status: 'completed',
        asset_ids: [expect.any(String), expect.any(String)],
      });
      expect(registry.assets.byJob(id).map(({ filename }) => filename)).toEqual([`${id}-a.png`, `${id}-b.png`]);
      expect(registry.jobs.graph(id)).toBeDefined();
    }
    for (const job of registry.jobs.recent(10_000)) {
      expect(job.asset_ids).toHaveLength(job.status === 'completed' ? 2 : 0);
    }
    registry.close();
    const database = openDatabase(bench.file);
    expect(database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(database.all('PRAGMA foreign_key_check')).toEqual([]);
    database.close();
  });
});

describe('a death', () => {
  function fill(count: number) {
    const registry = bench.open();
    for (let number = 0; number < count; number += 1) {
      registry.jobs.insert(newJob(`p${number}`));
      registry.jobs.finish(`p${number}`, completed([output(`${number}.png`)]));
    }
    return registry;
  }

  it('at any moment of restoring leaves a library that is whole in the end', async () => {
    const registry = fill(60);
    await registry.copies.make();
    registry.close();
    for (let round = 0; round < 12; round += 1) {
      const bytes = readFileSync(bench.file);
      bytes.fill(0xa5, 8192);
      writeFileSync(bench.file, bytes);
      const { child, line } = start('restore', bench.dir);
      expect(await line()).toEqual({ restoring: true });
      // Each round a little later: before, in and after the restoring.
      await new Promise((resolve) => setTimeout(resolve, round * 8));
      await kill(child);
      const restored = bench.open();
      expect(restored.assets.count({})).toBe(60);
      expect(restored.recovery.report()).toBeDefined();
      bench.clock.time += 1000;
      restored.close();
    }
  });

  it('while the bin is emptied forgets no copy that is to be deleted', async () => {
    const registry = fill(300);
    const ids = registry.assets.list({ limit: 300 }).assets.map(({ asset_id }) => asset_id);
    registry.curation.remove(ids);
    registry.close();
    const { child, line } = start('purge', bench.dir);
    for (let number = 0; number < 7; number += 1) expect(await line()).toMatchObject({ purged: expect.any(Array) });
    await kill(child);
    const after = bench.open();
    const left = after.bin.ids(Number.MAX_SAFE_INTEGER, 1000);
    const forgotten = after.bin.forgotten('', 1000).map(({ asset_id }) => asset_id);
    expect(left.length).toBeLessThan(300);
    expect([...left, ...forgotten].sort()).toEqual(ids.sort());
  });
});

it('owner.json is never half written', () => {
  const dir = join(bench.dir, 'data');
  mkdirSync(dir);
  const claimed = claimDataDir(dir, { kind: 'desktop' });
  for (let number = 0; number < 50; number += 1) {
    claimed.setEndpoint(`http://127.0.0.1:${number}/mcp`);
    expect(JSON.parse(readFileSync(join(dir, 'owner.json'), 'utf8'))).toMatchObject({ pid: process.pid });
  }
  claimed.release();
});
