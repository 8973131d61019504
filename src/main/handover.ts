/**
 * How the headless program makes room for the desktop app: the app proves with the secret of the data directory that it
 * belongs to the same person, the program waits until nothing would be lost, and goes; the app takes its port.
 */
import { AppError, toErrorValue } from '../shared/errors.js';
import { isHeld } from '../shared/job.js';
import type { Engine } from './engine.js';
import type { JobEngine } from './jobs/engine.js';
import { handoverPath } from './mcp/proof.js';
import type { Clock } from './ports.js';
import { type ClaimedDataDir, type ClaimOptions, claimDataDir, type Registry, readOwner } from './registry/index.js';
import type { TransferRoom } from './transfer/index.js';

/** Milliseconds between looks. */
const lookEvery = 100;
/** Milliseconds that the program may take to come to rest, and then to go. */
const restWithin = 120_000;
const goWithin = 20_000;

export interface YieldPorts {
  registry: { jobs: Pick<Registry['jobs'], 'unfinished'> };
  engine: Pick<Engine, 'backend' | 'status'>;
  jobs: Pick<JobEngine, 'paused' | 'pause'>;
  transfer: Pick<TransferRoom, 'status'>;
  clock: Clock;
}

/**
 * Resolves when the demo engine, which goes with this process, has nothing at work, and neither has a transfer; what runs
 * at ComfyUI goes on without us. What comes meanwhile waits in the app, for the next one to send.
 *
 * @throws what `signal` was aborted with; then work goes on as before.
 */
export async function comeToRest({ registry, engine, jobs, transfer, clock }: YieldPorts, signal: AbortSignal) {
  const wasPaused = jobs.paused;
  const atWork = () =>
    transfer.status.task !== null ||
    (engine.status().kind === 'demo' && registry.jobs.unfinished(engine.backend()).some((job) => !isHeld(job)));
  jobs.pause(true);
  try {
    while (atWork()) await clock.sleep(lookEvery, signal);
    signal.throwIfAborted();
  } catch (error) {
    jobs.pause(wasPaused);
    throw error;
  }
}

export interface TakeOverOptions extends Omit<ClaimOptions, 'now' | 'unfinished'> {
  /** Whom the desktop app takes over from: from a program that a bridge started, or also from one of a person. */
  from: 'nobody' | 'bridge' | 'anybody';
  clock: Clock;
}

export interface TakenOver {
  dataDir: ClaimedDataDir;
  /** The port of the endpoint that was there. */
  port: number | undefined;
}

/** As `claimDataDir`, and asks a headless program that holds it to make room. Throws as that does. */
export async function claimOrTakeOver(dir: string, { from, clock, ...claim }: TakeOverOptions): Promise<TakenOver> {
  try {
    return { dataDir: claimDataDir(dir, claim), port: undefined };
  } catch (error) {
    if (from === 'nobody' || !mayBeTaken(error, from)) throw error;
    const endpoint = await askToYield(dir, error, clock);
    return { dataDir: await claimWhenFree(dir, claim, clock), port: endpoint };
  }
}

function mayBeTaken(error: unknown, from: 'bridge' | 'anybody'): error is AppError {
  if (!(error instanceof AppError) || error.code !== 'DATA_DIR_IN_USE') return false;
  const { kind, started_by: startedBy } = error.details ?? {};
  return kind === 'headless' && (from === 'anybody' || startedBy === 'bridge');
}

/** The port that becomes free. Throws `held`, which names the owner, with the reason as its cause. */
async function askToYield(dir: string, held: AppError, clock: Clock): Promise<number | undefined> {
  const owner = await ownerWithEndpoint(dir, clock);
  // It went by itself meanwhile.
  if (owner === undefined) return undefined;
  const { endpoint, secret } = owner;
  try {
    if (endpoint === null) throw new Error('It has no endpoint to ask at.');
    const answer = await fetch(new URL(handoverPath, endpoint), {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}` },
      redirect: 'error',
      signal: AbortSignal.timeout(restWithin),
    });
    if (!answer.ok) throw new Error(`It answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    return Number(new URL(endpoint).port);
  } catch (cause) {
    throw new AppError('DATA_DIR_IN_USE', held.message, {
      hint: held.hint,
      details: { ...held.details, handover: toErrorValue(cause).message },
      cause,
    });
  }
}

/** The owner once its endpoint is open, or all the same after a while: it may just be starting. */
async function ownerWithEndpoint(dir: string, clock: Clock) {
  const until = clock.monotonic() + goWithin;
  for (;;) {
    const owner = readOwner(dir);
    if (owner === undefined || owner.endpoint !== null || clock.monotonic() > until) return owner;
    await clock.sleep(lookEvery);
  }
}

async function claimWhenFree(dir: string, claim: ClaimOptions, clock: Clock): Promise<ClaimedDataDir> {
  const until = clock.monotonic() + goWithin;
  for (;;) {
    try {
      return claimDataDir(dir, claim);
    } catch (error) {
      const held = error instanceof AppError && error.code === 'DATA_DIR_IN_USE';
      if (!held || clock.monotonic() > until) throw error;
      await clock.sleep(lookEvery);
    }
  }
}
