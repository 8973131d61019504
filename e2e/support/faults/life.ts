/** One life of the program, on the data directory of the lives before it, until it is killed. */
import { type Headless, startHeadless } from '../headless.js';
import { decide, makeBatch, makePictures, type Work } from './agents.js';
import { type Aim, createAim, type KillPoint, killPoints, watchDisk } from './aim.js';
import type { BinScript } from './bin-script.js';
import type { ImportFolder } from './import-folder.js';
import type { Promises } from './promises.js';
import type { Random } from './random.js';
import type { Tap } from './tap.js';

export interface World {
  home: string;
  dataDir: string;
  tap: Tap;
  folder: ImportFolder;
  bin: BinScript;
  promises: Promises;
  random: Random;
  /** Whether so much is waiting at ComfyUI that no more should be sent. */
  busy(): Promise<boolean>;
}

/** Milliseconds after which a program that came to no such moment is killed all the same. */
const patienceMs = 3000;
/** … and where a batch is to come to its end first. */
const batchPatienceMs = 10_000;
const ofBatches: ReadonlySet<KillPoint> = new Set(killPoints.batch);
const emptying: readonly KillPoint[] = ['emptying', 'going', 'emptied'];

export function startProgram({ home, dataDir, tap, folder, bin }: World, script?: 'bin'): Headless {
  const args = ['--data-dir', dataDir, '--comfyui-url', tap.url, '--import-dir', folder.root];
  return script === undefined
    ? startHeadless({ home, args })
    : startHeadless({ home, script: bin.file, args: [...bin.args, ...args] });
}

/** Lets the program live until it is killed; answers where that was. */
export async function live(world: World, point: KillPoint): Promise<KillPoint> {
  const { folder, random, tap } = world;
  for (let change = random.below(4); change > 0; change -= 1) await folder.change();
  const busy = await world.busy();
  const empties = emptying.includes(point);
  const program = startProgram(world, empties ? 'bin' : undefined);
  const aim = createAim(program, point, random);
  tap.onMoment = (moment) => aim.at(moment);
  if (point === 'starting') setTimeout(() => aim.at('starting'), 50 + random.below(500));
  try {
    const url = await program.ready().catch((error: unknown) => {
      // It may be killed before it is ready: already then it asks for what it left unfinished.
      if (program.process.killed) return undefined;
      throw error;
    });
    if (url !== undefined) await workWith(world, program, aim, url, busy);
  } finally {
    aim.kill();
    await program.ended();
    tap.onMoment = () => false;
  }
  return aim.hit ?? 'some time';
}

async function workWith(world: World, program: Headless, aim: Aim, url: string, busy: boolean): Promise<void> {
  const { random, promises, tap, dataDir } = world;
  const ended = program.ended();
  const patience = setTimeout(() => aim.kill(), aim.point === 'some time' ? random.below(1500) : patienceOf(aim));
  watchDisk(dataDir, aim);
  if (aim.point === 'looking') setTimeout(() => aim.at('looking'), random.below(400));
  if (random.next() < 0.15) setTimeout(() => tap.dropSockets(), random.below(400));
  const as = (name: string): Work => ({ url, name, random, promises, aim, ended });
  const jobs = () => (busy ? 0 : 1 + random.below(3));
  const work: Promise<unknown>[] = [ended, changeFolder(world, aim, ended)];
  if (emptying.includes(aim.point)) noteEmptying(world, program, aim);
  else {
    work.push(makePictures(as('first'), { jobs: jobs() }), makePictures(as('second'), { jobs: jobs() }));
    if (!busy && (ofBatches.has(aim.point) || random.next() < 0.15)) work.push(makeBatch(as('sweeper')));
    work.push(decide(as('curator'), { changes: 3 + random.below(6) }));
  }
  await Promise.all(work);
  clearTimeout(patience);
}

function patienceOf({ point }: Aim): number {
  return ofBatches.has(point) ? batchPatienceMs : patienceMs;
}

/** Changes the folder while the program watches it, now and then, or again and again where that is what is to be hit. */
async function changeFolder({ folder, random }: World, aim: Aim, ended: Promise<unknown>): Promise<void> {
  const often = aim.point === 'registering' || aim.point === 'after a change';
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  for (let change = often ? 6 : random.below(2); change > 0 && !gone; change -= 1) {
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, random.below(400)))]);
    await folder.change();
    // It gathers changes, and lets files settle, before it reads them.
    setTimeout(() => aim.at('after a change'), random.below(2300));
  }
}

function noteEmptying({ promises, random }: World, program: Headless, aim: Aim): void {
  let told: (() => void) | undefined;
  let text = '';
  const look = () => {
    if (told === undefined && text.includes('emptying')) {
      told = promises.emptying();
      setTimeout(() => aim.at('emptying'), random.below(40));
    }
    if (told === undefined || !text.includes('emptied')) return;
    told();
    aim.at('emptied');
  };
  program.process.stdout?.on('data', (bytes: Buffer) => {
    text += bytes.toString();
    look();
  });
  text = program.stdout();
  look();
}
