/** Whatever breaks, no job is lost, doubled or stuck, and every output is registered once. */
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { connectAgent } from './support/agent.js';
import { type Kind, killPoints } from './support/faults/aim.js';
import { audit } from './support/faults/audit.js';
import { startEngine } from './support/faults/engine-process.js';
import { runKills } from './support/faults/kills.js';
import { readLibrary } from './support/faults/library.js';
import { startTap } from './support/faults/tap.js';
import { startHeadless } from './support/headless.js';

/** `npm run faults -- --kills 300 --seed 7` sets these. */
const kills = Number(process.env.FAULTS_KILLS ?? 39);
const seed = Number(process.env.FAULTS_SEED ?? 20);

test('kill -9 at any moment of generation, batches, import, deletion and migration', async () => {
  test.setTimeout(240_000 + kills * 20_000);
  const report = await runKills({ kills, seed, log: (line) => console.log(line) });
  console.log(JSON.stringify(report, null, 2));
  expect(report.problems).toEqual([]);
  expect(report.jobs).toBeGreaterThan(0);
  expect(report.ends.completed).toBeGreaterThan(0);
  expect(report.imported).toBeGreaterThan(0);
  expect(report.batches).toBeGreaterThan(0);
  // A long run has to have been everywhere, or it proves less than it says.
  if (kills < 200) return;
  expect(report.ends.cancelled).toBeGreaterThan(0);
  expect(report.emptied).toBeGreaterThan(0);
  expect(report.sheets).toBeGreaterThan(0);
  for (const kind of Object.keys(killPoints) as Kind[])
    for (const point of killPoints[kind])
      expect(report.points[kind][point] ?? 0, `${kind}: ${point}`).toBeGreaterThan(0);
});

test('two agents with fifty jobs each at once, and a socket that breaks meanwhile', async () => {
  test.setTimeout(300_000);
  const engine = await startEngine();
  const tap = await startTap(engine.url);
  const program = startHeadless({ args: ['--comfyui-url', tap.url, '--data-dir', 'data'] });
  try {
    const url = await program.ready();
    const agents = await Promise.all(['first', 'second'].map((name) => connectAgent(url, { name })));
    let ended = 0;
    const one = async (agent: (typeof agents)[number], seed: number) => {
      const sent = await agent.call('generate_image', {
        prompt: 'one of many',
        seed,
        width: 64,
        height: 64,
        steps: 1,
        wait_seconds: 0,
      });
      const id = String(sent.structured.prompt_id);
      for (;;) {
        const job = await agent.call('get_job', { prompt_id: id, wait_seconds: 30 });
        const { status } = job.structured;
        if (status === 'queued' || status === 'running') continue;
        ended += 1;
        if (ended === 20 || ended === 60) tap.dropSockets();
        return { id, status };
      }
    };
    const jobs = await Promise.all(
      agents.flatMap((agent, index) => Array.from({ length: 50 }, (_, job) => one(agent, 1000 * index + job))),
    );
    for (const agent of agents) await agent.close();
    expect(jobs.filter(({ status }) => status !== 'completed')).toEqual([]);
    const library = readLibrary(path.join(program.home, 'data'));
    const promised = new Set(jobs.map(({ id }) => id));
    const result = await audit({ library, tap, engineUrl: engine.url, promised });
    expect(result).toMatchObject({ problems: [], jobs: 100, assets: 100, ends: { completed: 100 } });
  } finally {
    await program.stop();
    await tap.stop();
    await engine.stop();
  }
});
