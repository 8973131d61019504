import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDatabase, openReading } from './sqlite.js';
import { type Bench, completed, createBench, newJob, output } from './testing.js';

let bench: Bench;
beforeEach(() => {
  bench = createBench();
});
afterEach(() => bench.dispose());

const day = 86_400_000;
const folder = () => join(bench.dir, 'copies');

function write(name: string) {
  const registry = bench.open();
  registry.jobs.insert(newJob(name));
  registry.jobs.finish(name, completed([output(`${name}.png`)]));
  return registry;
}

describe('rolling copies', () => {
  it('are whole databases, two of them, named by their time', async () => {
    for (const name of ['a', 'b', 'c']) {
      await write(name).copies.make();
      bench.clock.time += day;
    }
    const names = readdirSync(folder()).sort();
    expect(names).toEqual(['library-20250102T000000Z.db', 'library-20250103T000000Z.db']);
    const copy = openReading(join(folder(), names[1] ?? ''));
    expect(copy.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(copy.all('SELECT filename FROM asset ORDER BY id')).toEqual([
      { filename: 'a.png' },
      { filename: 'b.png' },
      { filename: 'c.png' },
    ]);
    copy.close();
  });

  it('are due after a day in which something was written', async () => {
    const registry = write('a');
    expect(registry.copies.isDue(day)).toBe(true);
    await registry.copies.make();
    registry.close();
    // What a closing writes into the file makes one more due, at worst.
    const again = bench.open();
    bench.clock.time += day;
    await again.copies.make();
    expect(again.copies.isDue(day)).toBe(false);
    bench.clock.time += 2 * day;
    expect(again.copies.isDue(day)).toBe(false);
    again.jobs.insert(newJob('b'));
    expect(again.copies.isDue(day)).toBe(true);
    // A clock that was ahead by years.
    bench.clock.time -= 1000 * day;
    expect(again.copies.isDue(day)).toBe(true);
  });

  it('are made of what is committed while others write', async () => {
    const registry = write('a');
    const reading = openReading(bench.file);
    // As the thread does it: a connection that only reads.
    reading.get('VACUUM INTO ?', join(bench.dir, 'by-reader.db'));
    reading.close();
    const copy = openDatabase(join(bench.dir, 'by-reader.db'));
    expect(copy.get('SELECT count(*) AS n FROM job')).toEqual({ n: 1 });
    copy.close();
    registry.close();
  });

  it('leave nothing half behind, and what a death left goes', async () => {
    const registry = write('a');
    mkdirSync(folder());
    writeFileSync(join(folder(), 'library-20240101T000000Z.db.part'), 'half');
    await registry.copies.make();
    expect(readdirSync(folder())).toEqual(['library-20250101T000000Z.db']);
    rmSync(folder(), { recursive: true });
    writeFileSync(folder(), 'a file in their place');
    await expect(registry.copies.make()).rejects.toMatchObject({ code: 'DATA_DIR_UNWRITABLE' });
  });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

it.runIf(canMount)('a full disk is told, and the copies there are stay', async () => {
  mkdirSync(folder());
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder()]);
  if (status !== 0) return;
  try {
    const registry = write('a');
    await registry.copies.make();
    const kept = readdirSync(folder());
    writeFileSync(join(folder(), 'fill'), Buffer.alloc(900 * 1024 - 300 * 1024));
    bench.clock.time += day;
    await expect(registry.copies.make()).rejects.toMatchObject({
      code: 'DATA_DIR_UNWRITABLE',
      message: expect.stringContaining('the disk is full'),
    });
    expect(readdirSync(folder()).filter((name) => name !== 'fill')).toEqual(kept);
    rmSync(join(folder(), 'fill'));
    await registry.copies.make();
  } finally {
    spawnSync('umount', [folder()]);
  }
});
