/** Batches: checked as a whole, written down as a whole, and told by their jobs from then on. */
import { randomInt, randomUUID } from 'node:crypto';
import { titleOf } from '../../shared/asset.js';
import { type Batch, type BatchPlan, cellCount, cellValues, statusOf, summaryOf } from '../../shared/batch.js';
import type { BatchAnswer, CallContext, Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { isFinal } from '../../shared/job.js';
import { drawnSeedRange, fitSeed, isSeedName } from '../../shared/params.js';
import type { JobRecord } from '../ports.js';
import type { BoundWorkflow, FittedWorkflow, LoadedWorkflow } from '../workflows/index.js';
import { failureOf, usedSeed } from './answers.js';
import { atCell, planOf } from './batch-plan.js';
import type { ResolvedInputs } from './inputs.js';
import { jointProgress } from './joint-progress.js';
import { inputsOf, readyJob, usableWorkflow } from './ready.js';
import type { Rooms } from './rooms.js';
import { openSession, type ReadyJob } from './submission.js';
import { wireJob } from './system.js';
import { beforeSending, type Deadline, startDeadline, waitForSent } from './waiting.js';

export type BatchHandlers = Pick<Handlers, 'run_batch' | 'get_batch' | 'get_batch_grid'>;

export function createBatchHandlers(rooms: Rooms): BatchHandlers {
  const { registry, engine, clock, sheets, library } = rooms;
  return {
    async run_batch(input, context) {
      const { workflow_id, overrides = {}, wait_seconds = 0, contact_sheet = false } = input;
      const deadline = startDeadline(clock, wait_seconds);
      const entry = usableWorkflow(rooms, workflow_id);
      const fixed = withSeed(entry, overrides, input.seed);
      const plan = planOf(entry, input, fixed, drawSeed);
      const bound = bindCells(rooms, entry, plan, fixed);
      await engine.ready();
      const runs: { run: FittedWorkflow; given: ResolvedInputs }[] = [];
      for (const [cell, one] of bound.entries()) {
        const values = { ...fixed, ...cellValues(plan, cell) };
        const given = await beforeSending(
          rooms,
          atCell(plan, cell, () => inputsOf(rooms, entry, values, context)),
          deadline,
        );
        const whole = Object.keys(given.inputs).length === 0 ? one : library.bind(entry, given.values);
        const fitted = atCell(plan, cell, () => library.fit(whole, engine.nodes));
        runs.push({ run: await beforeSending(rooms, fitted, deadline), given });
      }
      const session_id = openSession(rooms, input.session_id, context);
      const ready = runs.map(({ run, given }) => readyJob(entry, run, given, context, 'run_batch'));
      const title = titleOf(withoutSwept(runs[0]?.run.parameters ?? {}, plan), entry.workflow.name);
      const { batch_id } = await beginBatch(rooms, { plan, title, sheet_wanted: contact_sheet }, ready, {
        session_id,
        context,
      });
      await waitForBatch(rooms, batch_id, deadline, context);
      return batchAnswer(rooms, knownBatch(rooms, batch_id));
    },

    async get_batch({ batch_id, wait_seconds = 0, contact_sheet = false }, context) {
      const deadline = startDeadline(clock, wait_seconds);
      const batch = knownBatch(rooms, batch_id);
      await waitForBatch(rooms, batch_id, deadline, context);
      if (contact_sheet) {
        if (registry.batches.jobs(batch_id).every(({ status }) => isFinal(status))) await sheets.make(batch_id);
        else registry.batches.wantSheet(batch_id, true);
      }
      return batchAnswer(rooms, batch);
    },

    async get_batch_grid({ batch_id }) {
      const batch = knownBatch(rooms, batch_id);
      const jobs = registry.batches.jobs(batch_id).map((job) => wireJob(job, rooms.jobs.progress(job.prompt_id)));
      return { batch, jobs, contact_sheet: registry.batches.sheet(batch_id)?.asset_id ?? null };
    },
  };
}

const drawSeed = () => randomInt(drawnSeedRange);

/** @throws AppError BATCH_NOT_FOUND. */
export function knownBatch({ registry }: Rooms, batchId: string): Batch {
  const batch = registry.batches.get(batchId);
  if (batch !== undefined) return batch;
  throw new AppError('BATCH_NOT_FOUND', `There is no batch ${batchId.slice(0, 64)}.`, {
    hint: 'run_batch answers the batch_id of what it began.',
    details: { batch_id: batchId.slice(0, 64) },
  });
}

/** The values of all jobs, with one seed for them: combinations are compared by what they differ in alone. */
function withSeed(
  { workflow }: LoadedWorkflow,
  overrides: Readonly<Record<string, unknown>>,
  seed: number | undefined,
): Record<string, unknown> {
  const spec = workflow.params.find(({ name }) => isSeedName(name));
  if (spec === undefined) return seed === undefined ? { ...overrides } : { ...overrides, seed };
  const given = seed ?? overrides[spec.name] ?? spec.default;
  const drawn = given === undefined || given === null || Number(given) === -1;
  return { ...overrides, [spec.name]: drawn ? fitSeed(drawSeed(), spec) : given };
}

function bindCells(
  { library }: Rooms,
  entry: LoadedWorkflow,
  plan: BatchPlan,
  fixed: Readonly<Record<string, unknown>>,
): BoundWorkflow[] {
  return Array.from({ length: cellCount(plan) }, (_, cell) =>
    atCell(plan, cell, () => library.bind(entry, { ...fixed, ...cellValues(plan, cell) })),
  );
}

function withoutSwept<T>(parameters: Readonly<Record<string, T>>, plan: BatchPlan): Record<string, T> {
  const swept = 'cells' in plan ? Object.keys(Object.assign({}, ...plan.cells)) : plan.axes.map(({ name }) => name);
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !swept.includes(name)));
}

/** Milliseconds a call stays for the engine's word on the first of what it sent, whatever it was told to wait. */
const firstWordMs = 1000;

/** Writes a batch and its jobs down and begins to send them. Answers once the engine had its say on the first ones. */
export async function beginBatch(
  rooms: Rooms,
  batch: { plan: BatchPlan; title: string; sheet_wanted: boolean },
  ready: readonly ReadyJob[],
  { session_id, context: { client } }: { session_id: string; context: CallContext },
): Promise<{ batch_id: string; jobs: JobRecord[] }> {
  const batch_id = randomUUID();
  const who = { session_id, client_name: client?.name ?? null };
  const { jobs, sent } = rooms.jobs.beginBatch(
    { ...batch, ...who, batch_id, workflow_id: ready[0]?.workflow_id ?? null },
    ready.map((job) => ({
      ...job,
      ...who,
      client_version: client?.version ?? null,
      demo: rooms.engine.status().kind === 'demo',
    })),
  );
  const done = new AbortController();
  const late = rooms.clock.sleep(firstWordMs, done.signal).catch(() => {}); // aborted below
  await Promise.race([sent, late]);
  done.abort();
  return { batch_id, jobs: jobs.map((job) => rooms.registry.jobs.get(job.prompt_id) ?? job) };
}

async function waitForBatch(rooms: Rooms, batchId: string, deadline: Deadline, context: CallContext): Promise<void> {
  const jobs = rooms.registry.batches.jobs(batchId);
  if (deadline.waitMs() > 0) {
    const progress = jointProgress(jobs.length, context);
    await Promise.all(
      jobs.map(async (job, index) => {
        const now = await waitForSent(rooms, job, deadline, progress.of(index));
        if (isFinal(now.status)) progress.done(index);
      }),
    );
  }
  if (rooms.registry.batches.wantsSheet(batchId)) await rooms.sheets.settled(batchId);
}

/** How a batch stands: its own row, and everything else from its jobs. */
function batchAnswer({ registry, jobs: engine, assetUrl }: Rooms, batch: Batch): BatchAnswer {
  const { batch_id, plan, session_id } = batch;
  const jobs = registry.batches.jobs(batch_id);
  const summary = summaryOf(jobs);
  const status = statusOf(summary);
  const valuesOf = ({ cell }: JobRecord) => cellValues(plan, cell ?? 0);
  const seeds = new Set(jobs.map(({ parameters }) => usedSeed(parameters)));
  const [seed] = seeds.size === 1 ? seeds : [];
  const sheet = registry.batches.sheet(batch_id);
  return {
    batch_id,
    status,
    total: cellCount(plan),
    summary,
    prompt_ids: jobs.map(({ prompt_id }) => prompt_id),
    assets: jobs.flatMap((job) =>
      registry.assets.byJob(job.prompt_id).map((asset) => ({
        asset_id: asset.asset_id,
        asset_url: assetUrl(asset),
        prompt_id: job.prompt_id,
        values: valuesOf(job),
      })),
    ),
    failures: jobs
      .filter(({ status: end }) => end === 'error' || end === 'lost')
      .map((job) => {
        const { code, message } = failureOf(job, []);
        return { prompt_id: job.prompt_id, values: valuesOf(job), error: message, error_code: code };
      }),
    ...(seed === undefined ? {} : { seed }),
    contact_sheet: sheet === undefined ? null : { asset_id: sheet.asset_id, asset_url: assetUrl(sheet) },
    session_id,
    ...messageFor(summary, engine.paused),
  };
}

function messageFor({ running, queued }: ReturnType<typeof summaryOf>, paused: boolean): { message?: string } {
  if (running + queued === 0) return {};
  const ask = 'Ask get_batch with this batch_id and wait_seconds for the rest; the work goes on meanwhile.';
  return { message: paused ? 'Sending is paused: the rest waits in the app until it is resumed.' : ask };
}
