/**
 * kill -9 of the program at random moments while agents work with it and somebody works in a folder it watches, again and
 * again on the same data directory, against a ComfyUI that lives on; and of programs that bring old libraries up to date.
 * What is left is looked at after every death, and all of it at the end.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type KillPoint, type Kind, killPoints } from './aim.js';
import { type Audit, audit } from './audit.js';
import { batchProblems, sheetsMissing } from './audit-batches.js';
import { cacheProblems, type Places, restProblems } from './audit-files.js';
import { buildBinScript } from './bin-script.js';
import { startEngine } from './engine-process.js';
import { createImportFolder } from './import-folder.js';
import { examineLibrary, isEnded, readLibrary } from './library.js';
import { live, startProgram, type World } from './life.js';
import { createOldLibraries } from './migrating.js';
import { createPromises } from './promises.js';
import { createRandom, type Random } from './random.js';
import { startTap } from './tap.js';

/** Of so many kills this many are of each kind. */
const deck: readonly Kind[] = [
  ...Array<Kind>(3).fill('generation'),
  ...Array<Kind>(3).fill('batch'),
  ...Array<Kind>(2).fill('import'),
  ...Array<Kind>(3).fill('deletion'),
  ...Array<Kind>(2).fill('migration'),
];
/** No more is sent while so many prompts wait, lest the run never end. */
const longQueue = 15;
/** Changes of the imported folder before the first start: there is something to decide about from then on. */
const firstFiles = 20;
/** Milliseconds in which an undisturbed program has to have done everything. */
const restLimitMs = 60_000;

export interface KillReport extends Audit {
  seed: number;
  kills: number;
  /** How many kills hit each point, by what they were kills of. */
  points: Record<Kind, Record<string, number>>;
  imported: number;
  emptied: number;
  batches: number;
  sheets: number;
}

export interface KillOptions {
  kills: number;
  seed: number;
  log?: (line: string) => void;
}

export async function runKills({ kills, seed, log = () => {} }: KillOptions): Promise<KillReport> {
  const random = createRandom(seed);
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-kills-'));
  const dataDir = path.join(home, 'data');
  const bin = await buildBinScript();
  const engine = await startEngine({ stepMs: 25 });
  const tap = await startTap(engine.url);
  const folder = createImportFolder(path.join(home, 'pictures'), engine.output, random);
  const promises = createPromises();
  const busy = async () => (await queueLength(engine.url)) > longQueue;
  const world: World = { home, dataDir, tap, folder, bin, promises, random, busy };
  const places: Places = { dataDir, output: engine.output, folder: folder.root };
  const old = createOldLibraries({ home, engineUrl: engine.url, random });
  const points: KillReport['points'] = { generation: {}, batch: {}, import: {}, deletion: {}, migration: {} };
  const problems: string[] = [];

  async function killOnce(kind: Kind): Promise<KillPoint> {
    const point = random.pick<KillPoint>(killPoints[kind]);
    if (kind === 'migration') {
      const killed = await old.kill(point);
      problems.push(...killed.problems);
      return killed.hit;
    }
    const hit = await live(world, point);
    const left = examineLibrary(dataDir);
    if (left === undefined) return hit;
    problems.push(...left.problems, ...promises.check(left.library));
    problems.push(...(await cacheProblems(places, left.library)));
    problems.push(...(await batchProblems(dataDir, left.library, promises)));
    return hit;
  }

  try {
    for (let file = 0; file < firstFiles; file += 1) await folder.change();
    for (const [round, kind] of kindsOf(kills, random).entries()) {
      const before = problems.length;
      const hit = await killOnce(kind);
      points[kind][hit] = (points[kind][hit] ?? 0) + 1;
      for (const problem of problems.slice(before)) log(`kill ${round + 1} (${kind}: ${hit}): ${problem}`);
      if ((round + 1) % 20 === 0) log(`${round + 1} kills, ${promises.known().length} assets`);
    }
    problems.push(...(await old.finish()));
    problems.push(...(await rest(world, places, log)));
    const library = readLibrary(dataDir);
    problems.push(...promises.check(library), ...(examineLibrary(dataDir)?.problems ?? ['there is no library']));
    problems.push(...(await cacheProblems(places, library)));
    problems.push(...(await batchProblems(dataDir, library, promises)), ...sheetsMissing(library, promises));
    const result = await audit({
      library,
      tap,
      engineUrl: engine.url,
      promised: promises.jobs,
      emptied: promises.emptied,
    });
    const imported = library.assets.filter((asset) => asset.imported === 1).length;
    const emptied = promises.emptiedCount;
    const sheets = library.assets.filter(({ own }) => own === 1).length;
    const counts = { imported, emptied, batches: library.batches.length, sheets };
    return { ...result, problems: [...problems, ...result.problems], seed, kills, points, ...counts };
  } finally {
    await tap.stop();
    await engine.stop();
    bin.remove();
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

function kindsOf(kills: number, random: Random): Kind[] {
  const decks = Array.from({ length: Math.ceil(kills / deck.length) }, () => random.shuffled(deck));
  return decks.flat().slice(0, kills);
}

async function queueLength(engineUrl: string): Promise<number> {
  const answer = (await (await fetch(`${engineUrl}/prompt`)).json()) as { exec_info: { queue_remaining: number } };
  return answer.exec_info.queue_remaining;
}

/** Starts the program once more, with nobody who disturbs it, and answers what it did not bring in order. */
async function rest(world: World, places: Places, log: (line: string) => void): Promise<string[]> {
  const program = startProgram(world);
  await program.ready();
  const deadline = Date.now() + restLimitMs;
  for (;;) {
    const library = readLibrary(world.dataDir);
    const done =
      library.jobs.every(isEnded) &&
      library.batches.every(({ sheet_wanted }) => sheet_wanted === 0) &&
      (await restProblems(places, library)).length === 0;
    if (done) break;
    if (Date.now() > deadline) {
      log(`The program did not come to rest:\n${program.stderr()}`);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await program.stop();
  const wal = fs.existsSync(path.join(world.dataDir, 'library.db-wal')) ? ['the log was left after a clean end'] : [];
  return [...(await restProblems(places, readLibrary(world.dataDir))), ...wal];
}
