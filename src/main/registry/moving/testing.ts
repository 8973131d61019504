/** What the tests of moves share: a data directory as the program leaves it, and the real places of the pointer. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Place } from '../../settings/paths.js';
import { keepDataDir, keptDataDir } from '../../settings.js';
import { silentLogger } from '../../system.js';
import { damageOf, tablesOf } from '../check.js';
import { openRegistry } from '../registry.js';
import { openReading } from '../sqlite.js';
import { completed, createTestClock, newJob, output } from '../testing.js';
import type { MovePorts } from './move.js';

export function homePlace(home: string): Place {
  return { env: {}, home, platform: process.platform };
}

export function testPorts(place: Place): MovePorts {
  return {
    kind: 'desktop',
    async damageOf(file) {
      const database = openReading(file);
      try {
        return (
          tablesOf(database)
            .map((table) => damageOf(database, table))
            .find((damage) => damage !== null) ?? null
        );
      } finally {
        database.close();
      }
    },
    pointer: { read: () => keptDataDir(place), write: (to) => keepDataDir(place, to, { hasLibrary: true }) },
    pathSettings: ['workflow_dir', 'import_dir'],
    signal: new AbortController().signal,
    progress() {},
    now: Date.now,
  };
}

export const jobCount = 20;

export function open(dir: string) {
  return openRegistry({
    file: join(dir, 'library.db'),
    emit() {},
    clock: createTestClock(),
    logger: silentLogger,
    assetTtlHours: () => 24,
  });
}

/** A library with jobs, its cache, workflows, settings, keys, a link, and what the running program leaves. */
export function fillDataDir(dir: string): void {
  for (const folder of [
    'cache/originals/ab',
    'cache/thumbs',
    'workflows/.bin',
    'demo/output',
    'window/Cache',
    'window/Local Storage/leveldb',
  ]) {
    mkdirSync(join(dir, folder), { recursive: true });
  }
  const registry = open(dir);
  for (let number = 0; number < jobCount; number += 1) {
    registry.jobs.insert(newJob(`job-${number}`));
    registry.jobs.finish(`job-${number}`, completed([output(`${number}.png`)]));
  }
  registry.close();
  const files: Record<string, string | Buffer> = {
    'cache/originals/ab/picture.png': Buffer.alloc(3_000_000, 7),
    'cache/thumbs/small.webp': 'small',
    'demo/output/song.flac': 'song',
    'workflows/mine.json': '{}',
    'workflows/.bin/gone.json': '{}',
    'settings.json': JSON.stringify({ port: 9123, workflow_dir: join(dir, 'workflows'), import_dir: '/elsewhere' }),
    'asset-key': 'a key',
    'presets.json': '[]',
    'window/window.json': '{"theme":"dark"}',
    'window/Cache/junk': 'junk',
    'window/Local Storage/leveldb/000003.log': 'forms',
    'window/Local Storage/leveldb/LOCK': '',
  };
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(dir, name), bytes, { mode: 0o600 });
  symlinkSync(join(dir, 'demo'), join(dir, 'linked'));
}
