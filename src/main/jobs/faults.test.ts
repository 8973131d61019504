/** The job engine against the demo engine as three versions of ComfyUI, with faults: real HTTP, sockets and library. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Graph } from '../../shared/workflow.js';
import { createJobBench, type JobBench } from '../compat/job-bench.js';
import { createDemoEngine, createFaults, type DemoEngine, type Faults, type ProfileName } from '../demo/index.js';
import { silentLogger, systemClock } from '../system.js';

const profiles: ProfileName[] = ['2023-08', '0.3.64', '0.38'];

let seeds = 0;

/** Samples a small picture. New to the cache each time, unless a seed is given. */
function picture({ steps = 3, seed = ++seeds } = {}): Graph {
  return {
    '3': {
      class_type: 'KSampler',
      inputs: {
        ...{ seed, steps, cfg: 7, sampler_name: 'euler', scheduler: 'normal', denoise: 1 },
        ...{ model: ['4', 0], positive: ['6', 0], negative: ['7', 0], latent_image: ['5', 0] },
      },
    },
    '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'v1-5-pruned-emaonly.ckpt' } },
    '5': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
    '6': { class_type: 'CLIPTextEncode', inputs: { clip: ['4', 1], text: 'a lake' } },
    '7': { class_type: 'CLIPTextEncode', inputs: { clip: ['4', 1], text: '' } },
    '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
    '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'fault' } },
  };
}

async function start(profile: ProfileName, faults: Partial<Faults> = {}, stepDelayMs = 0) {
  const dataRoot = await mkdtemp(join(tmpdir(), 'faults-'));
  const knobs = createFaults(faults);
  const options = { dataRoot, profile, stepDelayMs, faults: knobs, clock: systemClock, logger: silentLogger };
  const demo: DemoEngine = createDemoEngine(options);
  const { url } = await demo.start();
  const jobs = await createJobBench({ baseUrl: url, clock: systemClock, logger: silentLogger });
  onTestFinished(async () => {
    await jobs.dispose();
    await demo.stop();
    await rm(dataRoot, { recursive: true, force: true });
  });
  return { demo, jobs, knobs };
}

const untilRunning = (jobs: JobBench, id: string) =>
  expect.poll(() => jobs.registry.jobs.get(id)?.status, { timeout: 20_000 }).toBe('running');

/** Every job completed, with one asset of its own. */
async function expectCompleted(jobs: JobBench, ids: string[]): Promise<void> {
  const ends = await Promise.all(ids.map((id) => jobs.end(id)));
  expect(ends.map(({ status }) => status)).toEqual(ids.map(() => 'completed'));
  const assets = ids.flatMap((id) => jobs.registry.assets.byJob(id).map(({ asset_id }) => asset_id));
  expect(new Set(assets).size).toBe(ids.length);
  expect(jobs.registry.assets.count({ include_expired: true })).toBe(ids.length);
  const added = jobs.events.filter(({ type }) => type === 'asset.added');
  expect(added).toHaveLength(ids.length);
}

describe.each(profiles)('faults of a server of %s', (profile) => {
  it('sockets that break while jobs run', async () => {
    const { demo, jobs } = await start(profile, {}, 15);
    const ids: string[] = [];
    for (let job = 0; job < 4; job += 1) ids.push((await jobs.submit(picture({ steps: 6 }))).prompt_id);
    for (const id of ids.slice(0, 3)) {
      await expect.poll(() => jobs.registry.jobs.get(id)?.status, { timeout: 20_000 }).not.toBe('queued');
      demo.dropSockets();
    }
    await expectCompleted(jobs, ids);
  });

  it('a socket that breaks at the very end of each job', async () => {
    const { jobs } = await start(profile, { dropSocketAt: (event) => event === 'executed' });
    const ids = [(await jobs.submit(picture())).prompt_id, (await jobs.submit(picture())).prompt_id];
    await expectCompleted(jobs, ids);
  });

  it('a restart with an empty history: what ran and what waited is lost, and says so', async () => {
    const { demo, jobs } = await start(profile, {}, 40);
    const running = await jobs.submit(picture({ steps: 200 }));
    const waiting = await jobs.submit(picture());
    await untilRunning(jobs, running.prompt_id);
    await demo.restart({ downMs: 100 });
    for (const { prompt_id: id } of [running, waiting]) {
      const ended = await jobs.end(id);
      expect(ended).toMatchObject({ status: 'lost', error: { code: 'JOB_LOST' } });
      expect(ended.error?.hint).toMatch(/restarted/);
    }
    await expectCompleted(jobs, [(await jobs.submit(picture({ steps: 1 }))).prompt_id]);
  });

  it('events twice and in the wrong order, and a history that comes late', async () => {
    const { jobs } = await start(profile, { duplicateEvents: true, swapEvents: true, historyGapMs: 150 }, 5);
    const ids: string[] = [];
    for (let job = 0; job < 3; job += 1) ids.push((await jobs.submit(picture({ steps: 5 }))).prompt_id);
    await expectCompleted(jobs, ids);
    for (const id of ids) {
      const percents = jobs.events.flatMap((event) =>
        event.type === 'job.progress' && event.prompt_id === id ? [event.progress.percent] : [],
      );
      expect(percents).toEqual([...percents].sort((a, b) => a - b));
      const ends = jobs.events.filter(
        (event) => event.type === 'job.changed' && event.job.prompt_id === id && event.job.status === 'completed',
      );
      expect(ends).toHaveLength(1);
    }
  });

  it.each(['stored', 'events-only', 'none'] as const)('a cached job over before it is answered (%s)', async (told) => {
    const { jobs, knobs } = await start(profile, { cachedOutputs: told });
    const graph = picture();
    const first = await jobs.end((await jobs.submit(graph, 'same')).prompt_id);
    knobs.responseDelayMs = (request) => (request === 'POST /prompt' ? 300 : 0);
    const again = await jobs.end((await jobs.submit(graph, 'same')).prompt_id);
    expect(again.status).toBe('completed');
    expect(again.asset_ids).toEqual(first.asset_ids);
    expect(jobs.registry.assets.count({ include_expired: true })).toBe(1);
  });

  it('a sending that fails in doubt, and one that is refused', async () => {
    const { jobs, knobs } = await start(profile);
    knobs.refuse = (request) => (request === 'POST /prompt' ? 502 : undefined);
    const doubtful = await jobs.submit(picture());
    expect(doubtful.status).toBe('queued');
    expect(await jobs.end(doubtful.prompt_id)).toMatchObject({
      status: 'error',
      error: { code: 'COMFYUI_UNREACHABLE' },
    });
    knobs.refuse = (request) => (request === 'POST /prompt' ? 413 : undefined);
    await expect(jobs.submit(picture())).rejects.toMatchObject({ code: 'COMFYUI_BAD_RESPONSE' });
    knobs.refuse = () => undefined;
    await expectCompleted(jobs, [(await jobs.submit(picture())).prompt_id]);
  });

  it('our death while jobs run and wait, with an answer that was never read', async () => {
    const { jobs, knobs } = await start(profile, {}, 20);
    const running = await jobs.submit(picture({ steps: 10 }));
    await untilRunning(jobs, running.prompt_id);
    // The server takes the job; we are gone before it says so.
    knobs.responseDelayMs = (request) => (request === 'POST /prompt' ? 500 : 0);
    const unread = jobs.submit(picture()).catch((error: unknown) => error);
    await expect.poll(() => jobs.registry.jobs.counts().queued).toBe(1);
    await systemClock.sleep(100);
    await jobs.restart();
    knobs.responseDelayMs = 0;
    await unread;
    const ids = jobs.registry.jobs.recent(10).map(({ prompt_id }) => prompt_id);
    expect(ids).toHaveLength(2);
    await expectCompleted(jobs, ids);
  });

  it('cancelling: the one that runs, the one that waits, and nobody else', async () => {
    const { jobs } = await start(profile, {}, 20);
    const [first, second, third] = [
      await jobs.submit(picture({ steps: 300 })),
      await jobs.submit(picture({ steps: 300 })),
      await jobs.submit(picture({ steps: 2 })),
    ];
    await untilRunning(jobs, first.prompt_id);
    const ends = await Promise.all([jobs.engine.cancel(second.prompt_id), jobs.engine.cancel(first.prompt_id)]);
    expect(ends.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    await expectCompleted(jobs, [third.prompt_id]);
  });
});
