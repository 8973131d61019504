/** The checks of the job engine: the app's own way of sending, following, cancelling and finding jobs again. */
import type { JobRecord } from '../ports.js';
import type { Bench } from './bench.js';
import { type Check, expectThat, type Notes } from './checks.js';
import * as graphs from './graphs.js';
import { createJobBench, type JobBench } from './job-bench.js';

const pictureNodes = ['EmptyImage', 'SaveImage'];
const longNodes = ['EmptyImage', 'ImageScale', 'PreviewImage', 'SaveImage'];

/** Milliseconds a long job may take to begin. */
const startMs = 60_000;
const pollMs = 20;

function check(
  title: string,
  needs: readonly string[],
  run: (jobs: JobBench, bench: Bench, notes: Notes) => Promise<void>,
): Check {
  return {
    title: `Job engine: ${title}`,
    needs,
    async run(bench, notes) {
      const jobs = await createJobBench(bench.connection, { onSent: bench.onSent });
      try {
        await run(jobs, bench, notes);
      } finally {
        await jobs.dispose();
      }
    },
  };
}

function expectEnd(job: JobRecord, status: JobRecord['status']): void {
  const why = job.error ? ` (${job.error.code}: ${job.error.message})` : '';
  expectThat(job.status === status, `the job is ${job.status}${why} instead of ${status}`);
}

async function untilRunning(jobs: JobBench, bench: Bench, promptId: string): Promise<void> {
  const deadline = bench.clock.monotonic() + startMs;
  while (jobs.registry.jobs.get(promptId)?.status !== 'running') {
    expectThat(bench.clock.monotonic() < deadline, 'a long job did not begin to run');
    await bench.clock.sleep(pollMs);
  }
}

const submit = check('a job, its outputs, and again from the cache', pictureNodes, async (jobs, bench, notes) => {
  const graph = graphs.pictureGraph(bench.has);
  const first = await jobs.submit(graph);
  if (first.remote_id !== first.prompt_id) notes.observed('followed under the server’s own id');
  const done = await jobs.end(first.prompt_id);
  expectEnd(done, 'completed');
  const [asset, ...more] = jobs.registry.assets.byJob(done.prompt_id);
  expectThat(asset !== undefined && more.length === 0, `${more.length + 1} assets instead of one`);
  const percents = jobs.events.flatMap((event) => (event.type === 'job.progress' ? [event.progress.percent] : []));
  expectThat(
    percents.every((percent, index) => percent >= (percents[index - 1] ?? 0)),
    `progress fell: ${percents.join(', ')}`,
  );
  const again = await jobs.end((await jobs.submit(graph)).prompt_id);
  expectEnd(again, 'completed');
  const [same] = jobs.registry.assets.byJob(again.prompt_id);
  expectThat(same !== undefined, 'no outputs of the job from the cache');
  if (same.asset_id === asset.asset_id) notes.observed('one output, one asset; the cached repeat points at the same');
  else notes.differs('the graph ran anew: the cache is off');
});

const cancel = check('cancelling a waiting job and a running one', longNodes, async (jobs, bench, notes) => {
  const long = await jobs.submit(graphs.longGraph());
  await untilRunning(jobs, bench, long.prompt_id);
  const waiting = await jobs.submit(graphs.pictureGraph(bench.has));
  expectEnd(await jobs.engine.cancel(waiting.prompt_id), 'cancelled');
  expectEnd(await jobs.engine.cancel(long.prompt_id), 'cancelled');
  expectEnd(await jobs.engine.cancel(long.prompt_id), 'cancelled');
  expectThat(jobs.registry.assets.byJob(waiting.prompt_id).length === 0, 'the cancelled job has outputs');
  const left = await bench.client.queue();
  expectThat(left.running.length + left.pending.length === 0, 'something is left in the queue');
  notes.observed('both ended as cancelled before the call answered; a second call changes nothing');
});

const failure = check('a node that fails', pictureNodes, async (jobs, bench, notes) => {
  const ended = await jobs.end((await jobs.submit(graphs.failingGraph(bench.has))).prompt_id);
  expectEnd(ended, 'error');
  const { node_id: node, class_type: classType } = ended.error?.details ?? {};
  expectThat(typeof node === 'string' && typeof classType === 'string', 'the error names no node');
  notes.observed(`${ended.error?.code}, names ${classType} (node ${node})`);
});

const restart = check('a restart of ours while jobs run and wait', longNodes, async (jobs, bench, notes) => {
  const long = await jobs.submit(graphs.longGraph());
  await untilRunning(jobs, bench, long.prompt_id);
  const waiting = await jobs.submit(graphs.pictureGraph(bench.has));
  await jobs.restart();
  for (const { prompt_id: id } of [long, waiting]) {
    expectEnd(await jobs.end(id), 'completed');
    const assets = jobs.registry.assets.byJob(id).length;
    expectThat(assets === 1, `${assets} assets instead of one`);
  }
  notes.observed('both were found again and their outputs registered once');
});

const whileAway = check('jobs that end while the app is not there', pictureNodes, async (jobs, bench, notes) => {
  const sent = await jobs.submit(graphs.pictureGraph(bench.has));
  await jobs.restart(async () => {
    for (;;) {
      const { running, pending } = await bench.client.queue();
      if (running.length + pending.length === 0) return;
      await bench.clock.sleep(pollMs);
    }
  });
  expectEnd(await jobs.end(sent.prompt_id), 'completed');
  expectThat(jobs.registry.assets.byJob(sent.prompt_id).length === 1, 'its output is not registered');
  notes.observed('the end is read from the history');
});

const foreign: Check = {
  title: 'Job engine: what another program sends',
  needs: pictureNodes,
  async run(bench, notes) {
    const jobs = await createJobBench(bench.connection, { registerForeign: () => true, onSent: bench.onSent });
    try {
      // One job of ours first: from its end on the engine has looked, and knows what was there before.
      expectEnd(await jobs.end((await jobs.submit(graphs.pictureGraph(bench.has))).prompt_id), 'completed');
      const before = jobs.registry.assets.count({ include_expired: true });
      await bench.run(graphs.pictureGraph(bench.has));
      const deadline = bench.clock.monotonic() + startMs;
      while (jobs.registry.assets.count({ include_expired: true }) === before) {
        expectThat(bench.clock.monotonic() < deadline, 'its output was not registered');
        await bench.clock.sleep(pollMs);
      }
      notes.observed('its output is registered when that is wanted');
    } finally {
      await jobs.dispose();
    }
  },
};

export const jobChecks: readonly Check[] = [submit, cancel, failure, restart, whileAway, foreign];
