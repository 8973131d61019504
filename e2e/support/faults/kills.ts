/**
 * kill -9 of the headless program at random moments while agents work with it, again and again on the same data
 * directory, against a ComfyUI that lives on. Afterwards the library is audited.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Agent, connectAgent } from '../agent.js';
import { type Headless, startHeadless } from '../headless.js';
import { type Audit, audit } from './audit.js';
import { startEngine } from './engine-process.js';
import { isEnded, readLibrary, type StoredJob } from './library.js';
import { createRandom, type Random } from './random.js';
import { type Moment, startTap, type Tap } from './tap.js';

/** When the program is killed: at a moment on the wire, some time after its start, or before it is even ready. */
type KillPoint = Moment | 'some time' | 'starting';

export const killPoints: readonly [KillPoint, ...KillPoint[]] = [
  'sending',
  'accepted',
  'answered',
  'executing',
  'asking',
  'told',
  'cancelling',
  'some time',
  'starting',
];

/** Milliseconds at most between a moment and the kill: 0 is at once; and before a program that saw no such moment is killed all the same. */
const lateMs = 40;
const patienceMs = 3000;
/** No more is sent while so many prompts wait, lest the run never end. */
const longQueue = 15;

export interface KillReport extends Audit {
  seed: number;
  kills: number;
  /** How many kills hit each point. */
  points: Record<string, number>;
}

export async function runKills({
  kills,
  seed,
  log = () => {},
}: {
  kills: number;
  seed: number;
  log?: (line: string) => void;
}): Promise<KillReport> {
  const random = createRandom(seed);
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-kills-'));
  const dataDir = path.join(home, 'data');
  const engine = await startEngine({ stepMs: 25 });
  const tap = await startTap(engine.url);
  const start = () => startHeadless({ home, args: ['--data-dir', dataDir, '--comfyui-url', tap.url] });
  const promised = new Set<string>();
  const points: Record<string, number> = {};
  const ended = new Map<string, string>();
  const changes: string[] = [];
  try {
    for (let round = 1; round <= kills; round += 1) {
      const hit = await killOnce({ program: start(), tap, random, promised, busy: await isBusy(engine.url) });
      points[hit] = (points[hit] ?? 0) + 1;
      changes.push(...changedEnds(ended, dataDir));
      if (round % 20 === 0) log(`${round} kills, ${ended.size} jobs have ended`);
    }
    await finishAll(start(), dataDir);
    changes.push(...changedEnds(ended, dataDir));
    const result = await audit({ library: readLibrary(dataDir), tap, engineUrl: engine.url, promised });
    return { ...result, problems: [...changes, ...result.problems], seed, kills, points };
  } finally {
    await tap.stop();
    await engine.stop();
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Round {
  program: Headless;
  tap: Tap;
  random: Random;
  promised: Set<string>;
  busy: boolean;
}

/** Lets agents work with a program until it is killed; answers where that was. */
async function killOnce({ program, tap, random, promised, busy }: Round): Promise<KillPoint> {
  const point = random.pick(killPoints);
  const delay = random.next() < 0.5 ? 0 : random.below(lateMs);
  const skipped = random.below(2);
  const kill = () => program.process.kill('SIGKILL');
  let hit: KillPoint = 'some time';
  if (point === 'starting') {
    hit = point;
    setTimeout(kill, 50 + random.below(500));
  } else {
    let left = skipped;
    tap.onMoment = (moment) => {
      if (moment !== point || left-- > 0) return false;
      hit = point;
      if (delay > 0) setTimeout(kill, delay);
      // At once: what was under way is cut there.
      return delay === 0 && kill();
    };
    const url = await program.ready().catch((error: unknown) => {
      // At its start already it asks for what it left unfinished.
      if (program.process.killed) return undefined;
      throw error;
    });
    const patience = setTimeout(kill, point === 'some time' ? random.below(1500) : patienceMs);
    if (random.next() < 0.15) setTimeout(() => tap.dropSockets(), random.below(400));
    // Calls that were under way may wait long for the program they lost.
    const ended = program.ended();
    if (url !== undefined) {
      const cancels = point === 'cancelling';
      await Promise.all([0, 1].map((agent) => work({ url, agent, random, promised, busy, cancels, ended })));
    }
    clearTimeout(patience);
  }
  await program.ended();
  tap.onMoment = () => false;
  return hit;
}

/** One agent: sends some jobs, cancels one now and then, and looks at how they fare, until the program is gone. */
async function work({
  url,
  agent: number,
  random,
  promised,
  busy,
  cancels,
  ended,
}: {
  url: string;
  agent: number;
  random: Random;
  promised: Set<string>;
  busy: boolean;
  /** Cancels every job, not just one now and then. */
  cancels: boolean;
  ended: Promise<unknown>;
}): Promise<void> {
  const connecting = connectAgent(url, { name: `agent-${number}` });
  const session = async () => {
    const agent = await connecting;
    const mine: string[] = [];
    const jobs = busy ? 0 : 1 + random.below(3);
    for (let job = 0; job < jobs; job += 1) {
      const id = await send(agent, `agent ${number}`, random);
      promised.add(id);
      mine.push(id);
      if (cancels || random.next() < 0.2) await agent.call('cancel_job', { prompt_id: id });
    }
    for (const id of mine) await agent.call('get_job', { prompt_id: id, wait_seconds: 30 });
  };
  // A call that fails because the program was killed is what this is about; what it promised is audited at the end.
  await Promise.race([session().catch(() => {}), ended]);
  await ended;
  await connecting.then((agent) => agent.close()).catch(() => {});
}

/** Sends one job that is like no other, and answers its prompt id. */
async function send(agent: Agent, prompt: string, random: Random): Promise<string> {
  const size = random.pick([64, 96, 128]);
  const answer = await agent.call('generate_image', {
    prompt,
    seed: random.below(2 ** 31),
    width: size,
    height: size,
    steps: 1 + random.below(4),
    wait_seconds: 0,
  });
  const id = answer.structured.prompt_id;
  if (typeof id !== 'string') throw new Error(`no prompt id: ${JSON.stringify(answer.structured)}`);
  return id;
}

async function isBusy(engineUrl: string): Promise<boolean> {
  const answer = (await (await fetch(`${engineUrl}/prompt`)).json()) as { exec_info: { queue_remaining: number } };
  return answer.exec_info.queue_remaining > longQueue;
}

/** Jobs whose end is not what it was at an earlier look; notes the new ends. */
function changedEnds(ended: Map<string, string>, dataDir: string): string[] {
  if (!fs.existsSync(path.join(dataDir, 'library.db'))) return [];
  const problems: string[] = [];
  const endOf = ({ status, finished_ms, error, outputs }: StoredJob) =>
    JSON.stringify({ status, finished_ms, error, outputs });
  const jobs = new Map(readLibrary(dataDir).jobs.map((job) => [job.prompt_id, job]));
  for (const [id, before] of ended) {
    const now = jobs.get(id);
    if (now === undefined || endOf(now) !== before) problems.push(`${id} had ended as ${before}, and is now otherwise`);
  }
  for (const [id, job] of jobs) if (isEnded(job)) ended.set(id, endOf(job));
  return problems;
}

/** Starts the program once more, with nobody who kills it, and waits until every job has ended. */
async function finishAll(program: Headless, dataDir: string): Promise<void> {
  await program.ready();
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline && readLibrary(dataDir).jobs.some((job) => !isEnded(job))) {
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  await program.stop();
}
