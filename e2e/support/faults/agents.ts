/** Agents that work with the program until it is gone: some make pictures, one decides about them. */
import { type Agent, connectAgent } from '../agent.js';
import type { Aim } from './aim.js';
import type { Decided, Promises } from './promises.js';
import type { Random } from './random.js';

export interface Work {
  url: string;
  name: string;
  random: Random;
  promises: Promises;
  aim: Aim;
  /** Resolves when the program is gone. */
  ended: Promise<unknown>;
}

/** Runs `session` with a connected agent until it is over and the program is gone. */
async function untilGone({ url, name, ended }: Work, session: (agent: Agent) => Promise<void>): Promise<void> {
  const connecting = connectAgent(url, { name });
  // A call that fails because the program was killed is what this is about; what it promised is looked at afterwards.
  await Promise.race([connecting.then(session).catch(() => {}), ended]);
  await ended;
  await connecting.then((agent) => agent.close()).catch(() => {});
}

/** Sends some jobs, cancels one now and then, and looks at how they fare. */
export function makePictures(work: Work, { jobs }: { jobs: number }): Promise<void> {
  const { random, promises, aim, name } = work;
  return untilGone(work, async (agent) => {
    const mine: string[] = [];
    for (let job = 0; job < jobs; job += 1) {
      const id = await send(agent, name, random);
      promises.jobs.add(id);
      mine.push(id);
      if (aim.point === 'cancelling' || random.next() < 0.2) await agent.call('cancel_job', { prompt_id: id });
    }
    for (const id of mine) await agent.call('get_job', { prompt_id: id, wait_seconds: 30 });
  });
}

/** Milliseconds from the request in which a batch is checked and written down. */
const beginningMs = 150;

/** Begins a batch with a contact sheet, cancels it now and then, and looks at how it fares. */
export function makeBatch(work: Work): Promise<void> {
  const { random, promises, aim } = work;
  return untilGone(work, async (agent) => {
    const seeds = Array.from({ length: 1 + random.below(3) }, () => random.below(2 ** 31));
    const beginning = agent.call('run_batch', {
      workflow_id: 'generate_image',
      grid: { seed: [...new Set(seeds)], steps: [1, 2] },
      overrides: { prompt: 'a batch', width: 64, height: 64 },
      contact_sheet: true,
    });
    if (aim.point === 'beginning') setTimeout(() => aim.at('beginning'), random.below(beginningMs));
    const { structured } = await beginning;
    const { batch_id, prompt_ids } = structured;
    if (typeof batch_id !== 'string' || !Array.isArray(prompt_ids))
      throw new Error(`no batch: ${JSON.stringify(structured)}`);
    const jobs = prompt_ids.map(String);
    promises.batches.set(batch_id, { jobs, sheet: true });
    for (const id of jobs) promises.jobs.add(id);
    if (aim.at('begun')) return;
    if (random.next() < 0.15) await agent.call('cancel_job', { batch_id });
    await agent.call('get_batch', { batch_id, wait_seconds: 30 });
  });
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

const words = ['dawn', 'dusk', 'noon', 'rain', 'snow', 'fog'] as const;
/** Milliseconds between a request and the kill that is to hit it in the middle. */
const inTheMiddleMs = 6;

/** Rates, tags, puts into albums, deletes and brings back, one after the other. */
export function decide(work: Work, { changes }: { changes: number }): Promise<void> {
  const { promises, random, aim } = work;
  return untilGone(work, async (agent) => {
    for (let change = 0; change < changes; change += 1) {
      const step = chooseStep(promises, random, aim);
      if (step === undefined) return;
      const done = step.assets.map(([id, after]) => promises.asking(id, after));
      const answering = agent.call(step.tool, step.args);
      if (aim.point === step.during) setTimeout(() => aim.at(step.during), random.below(inTheMiddleMs));
      const answer = await answering;
      if (answer.isError) {
        promises.refused(`${step.tool} was refused: ${JSON.stringify(answer.structured)}`);
        return;
      }
      for (const note of done) note();
      if (aim.at(step.after)) return;
    }
  });
}

interface Step {
  tool: string;
  args: Record<string, unknown>;
  /** What they are afterwards. */
  assets: [string, Decided][];
  during: 'updating' | 'deleting' | 'restoring';
  after: 'updated' | 'deleted' | 'restored';
}

function chooseStep(promises: Promises, random: Random, aim: Aim): Step | undefined {
  const known = random.shuffled(promises.known()).flatMap((id) => {
    const now = promises.of(id);
    return now === undefined ? [] : [{ id, now }];
  });
  const living = known.filter(({ now }) => !now.deleted);
  const deleted = known.filter(({ now }) => now.deleted);
  const wanted = stepFor[aim.point] ?? random.pick(['update', 'update', 'delete', 'restore']);
  if (wanted === 'restore' && deleted.length > 0) {
    const chosen = deleted.slice(0, 1 + random.below(3));
    return {
      tool: 'restore_assets',
      args: { asset_ids: chosen.map(({ id }) => id) },
      assets: chosen.map(({ id, now }) => [id, { ...now, deleted: false }]),
      during: 'restoring',
      after: 'restored',
    };
  }
  // So that there is always something left to decide about.
  if (wanted !== 'update' && living.length > 8) {
    const chosen = living.slice(0, 1 + random.below(3));
    return {
      tool: 'delete_assets',
      args: { asset_ids: chosen.map(({ id }) => id) },
      assets: chosen.map(({ id, now }) => [id, { ...now, deleted: true }]),
      during: 'deleting',
      after: 'deleted',
    };
  }
  const [chosen] = living;
  if (chosen === undefined) return undefined;
  const patch = {
    rating: random.below(6),
    tags: random.shuffled(words).slice(0, random.below(3)),
    albums: random.shuffled(words).slice(0, random.below(2)),
  };
  return {
    tool: 'update_asset',
    args: { asset_id: chosen.id, ...patch },
    assets: [[chosen.id, { ...chosen.now, ...patch }]],
    during: 'updating',
    after: 'updated',
  };
}

const stepFor: Partial<Record<Aim['point'], 'update' | 'delete' | 'restore'>> = {
  updating: 'update',
  updated: 'update',
  deleting: 'delete',
  deleted: 'delete',
  restoring: 'restore',
  restored: 'restore',
};
