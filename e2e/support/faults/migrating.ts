/**
 * Libraries in the schema of version 1 whose program is killed while it brings them up to date, in several steps. Whenever
 * that is, a library is in the form of one of them, with everything in it, and a copy under its final name is whole.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { migrations } from '../../../src/main/registry/migrations/index.js';
import { startHeadless } from '../headless.js';
import { type Aim, createAim, type KillPoint, namesIn } from './aim.js';
import { structureProblems, withCopy } from './library.js';
import type { Random } from './random.js';

export interface OldLibraries {
  /** Starts a program on an old library and kills it; answers where, and what is wrong with what it left. */
  kill(point: KillPoint): Promise<{ hit: KillPoint; problems: string[] }>;
  /** Lets the library that was used last become whole, and answers what is wrong with it then. */
  finish(): Promise<string[]>;
}

const jobs = 2500;
const newest = migrations.length;
/** The versions that it comes to one after the other, each with a copy before it. */
const steps = migrations.map(({ version }) => version).filter((version) => version > 1);
/** Milliseconds after which a program that came to no such moment is killed all the same. */
const patienceMs = 2000;

export function createOldLibraries({
  home,
  engineUrl,
  random,
}: {
  home: string;
  engineUrl: string;
  random: Random;
}): OldLibraries {
  const template = path.join(home, 'old.db');
  const contents = writeOldLibrary(template);
  let count = 0;
  let dataDir: string | undefined;
  const start = (folder: string) => startHeadless({ home, args: ['--data-dir', folder, '--comfyui-url', engineUrl] });

  async function finish(): Promise<string[]> {
    if (dataDir === undefined) return [];
    const folder = dataDir;
    dataDir = undefined;
    const program = start(folder);
    await program.ready();
    await program.stop();
    const file = path.join(folder, 'library.db');
    const problems = problemsOf(folder, contents);
    const version = withCopy(file, versionOf);
    if (version !== newest) problems.push(`an old library stayed at version ${version}`);
    for (const step of steps)
      if (!fs.existsSync(copyBefore(folder, step))) problems.push(`there is no copy of an old library before ${step}`);
    const left = namesIn(folder).filter((name) => /part|journal|wal/.test(name));
    problems.push(...left.map((name) => `${name} was left beside an old library`));
    fs.rmSync(folder, { recursive: true });
    return problems;
  }

  return {
    async kill(point) {
      const problems: string[] = [];
      // Now and then it is killed again on what it left.
      if (dataDir === undefined || random.next() < 0.7) {
        problems.push(...(await finish()));
        count += 1;
        dataDir = path.join(home, `old-${count}`);
        fs.mkdirSync(dataDir);
        fs.copyFileSync(template, path.join(dataDir, 'library.db'));
      }
      const program = start(dataDir);
      const aim = createAim(program, point, random);
      const patience = setTimeout(() => aim.kill(), patienceMs);
      watchMigration(dataDir, aim, random);
      program.ready().then(
        () => aim.at('migrated'),
        () => {}, // it was killed before
      );
      await program.ended();
      clearTimeout(patience);
      problems.push(...problemsOf(dataDir, contents));
      return { hit: aim.hit ?? 'some time', problems };
    },
    finish,
  };
}

function watchMigration(folder: string, aim: Aim, random: Random): void {
  if (aim.point === 'starting') setTimeout(() => aim.at('starting'), 100 + random.below(700));
  const copies = steps.map((step) => copyBefore(folder, step));
  const log = path.join(folder, 'library.db-wal');
  const timer = setInterval(() => {
    if (copies.some((copy) => fs.existsSync(`${copy}.part`))) aim.at('copying');
    else if (copies.some((copy) => fs.existsSync(copy))) {
      aim.at('copied');
      // The log has grown by what the migration has changed so far.
      if (fs.existsSync(log) && fs.statSync(log).size > 0) aim.at('changing');
    }
  }, 1);
  aim.before(() => clearInterval(timer));
}

function copyBefore(folder: string, step: number): string {
  return path.join(folder, `library.before-v${step}.db`);
}

function problemsOf(folder: string, contents: string): string[] {
  const problems: string[] = [];
  const look = (what: string, database: DatabaseSyncInstance, versions: readonly number[]) => {
    if (!versions.includes(versionOf(database))) problems.push(`${what} has version ${versionOf(database)}`);
    problems.push(...structureProblems(database).map((problem) => `${what}: ${problem}`));
    if (contentsOf(database) !== contents) problems.push(`${what} does not hold what it held`);
  };
  withCopy(path.join(folder, 'library.db'), (database) => look('an old library', database, [1, ...steps]));
  for (const step of steps)
    withCopy(copyBefore(folder, step), (database) => look(`the copy before ${step}`, database, [step - 1]));
  return problems;
}

function versionOf(database: DatabaseSyncInstance): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

/** Columns of version 1: everything that must have stayed as it was. */
const kept = {
  job: `id, prompt_id, backend, remote_id, status, workflow_id, tool, title, session_id, client_name, client_version,
    parameters, parent_asset_id, demo, position, cancel_requested, error, created_ms, submitted_ms, started_ms, finished_ms`,
  job_document: 'job_id, kind, codec, hex(body)',
  asset: `id, asset_id, job_id, backend, folder_type, subfolder, filename, text, media_kind, mime_type, animated, width,
    height, duration_seconds, bytes_size, workflow_id, session_id, parent_asset_id, created_ms, expires_ms, superseded_ms,
    rating, deleted_ms`,
  asset_tag: 'asset_id, tag',
  job_output: 'job_id, ord, node_id, asset_id, cached',
};

/** A hash over all rows, and over what is found by words. */
function contentsOf(database: DatabaseSyncInstance): string {
  const hash = createHash('sha256');
  for (const [table, columns] of Object.entries(kept)) {
    const rows = database.prepare(`SELECT ${columns} FROM ${table} ORDER BY 1, 2`).all();
    hash.update(`${table} ${JSON.stringify(rows)}\n`);
  }
  const found = database
    .prepare(`SELECT rowid AS id FROM asset_text WHERE asset_text MATCH 'lake' ORDER BY rowid`)
    .all();
  return hash.update(JSON.stringify(found)).digest('hex');
}

/** Answers the hash of what is in it. */
function writeOldLibrary(file: string): string {
  const database = new DatabaseSync(file);
  const [first] = migrations;
  database.exec(`PRAGMA journal_mode = WAL; BEGIN; ${first?.sql} PRAGMA user_version = 1;`);
  const job = database.prepare(
    `INSERT INTO job (id, prompt_id, backend, remote_id, status, workflow_id, tool, title, session_id, client_name,
       client_version, parameters, demo, created_ms, submitted_ms, started_ms, finished_ms)
     VALUES (?, ?, 'old', ?, 'completed', 'generate_image', 'generate_image', 'a lake', 's', 'agent', '1', ?, 1, ?, ?, ?, ?)`,
  );
  const document = database.prepare(`INSERT INTO job_document VALUES (?, ?, 'brotli', ?)`);
  const asset = database.prepare(
    `INSERT INTO asset (id, asset_id, job_id, backend, folder_type, subfolder, filename, media_kind, mime_type, animated,
       width, height, bytes_size, workflow_id, session_id, created_ms, rating, deleted_ms)
     VALUES (?, ?, ?, 'old', 'output', '', ?, 'image', 'image/png', 0, 8, 8, 100, 'generate_image', 's', ?, ?, ?)`,
  );
  const tag = database.prepare('INSERT INTO asset_tag VALUES (?, ?)');
  const text = database.prepare('INSERT INTO asset_text (rowid, prompt, filename, tags) VALUES (?, ?, ?, ?)');
  const output = database.prepare(`INSERT INTO job_output VALUES (?, 0, '9', ?, 0)`);
  for (let id = 1; id <= jobs; id += 1) {
    const prompt = `a ${id % 3 === 0 ? 'lake' : 'forest'} of number ${id}`;
    const time = 1_700_000_000_000 + id;
    const parameters = JSON.stringify({ prompt, seed: id, model: `painter-${id % 7}.safetensors` });
    job.run(id, `old-${id}`, `old-${id}`, parameters, time, time, time, time);
    const graph = JSON.stringify({ 3: { class_type: 'KSampler', inputs: { seed: id, text: prompt.repeat(20) } } });
    for (const kind of ['graph', 'history']) document.run(id, kind, brotliCompressSync(graph, { params: { 1: 1 } }));
    asset.run(id, `asset-${id}`, id, `old_${id}.png`, time, id % 6, id % 11 === 0 ? time : null);
    if (id % 5 === 0) tag.run(id, 'kept');
    text.run(id, prompt, `old_${id}.png`, id % 5 === 0 ? 'kept' : '');
    output.run(id, id);
  }
  database.exec('COMMIT');
  const contents = contentsOf(database);
  database.close();
  return contents;
}
