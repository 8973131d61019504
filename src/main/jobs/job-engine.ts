/** What the job engine does for the rest of the core. */
import type { JobNode, Progress } from '../../shared/job.js';
import type { JobRecord, NewBatch, NewJob } from '../ports.js';
import type { importHistory } from './history.js';
import type { OutsideJob } from './outside.js';
import type { EngineLink } from './ports.js';
import type { WaitOptions } from './waiting.js';

export type { OutsideJob } from './outside.js';
export type { WaitOptions } from './waiting.js';

/** A prompt in the engine's queue: ours by our id, others' by the engine's. */
export interface QueuedPrompt {
  prompt_id: string;
  ours: boolean;
}

export type Draft = Omit<NewJob, 'prompt_id' | 'backend'>;

export interface JobEngine {
  /** Takes up the unfinished jobs of a new engine; jobs of the one before wait until it returns. Null: none there. */
  attach(link: EngineLink | null): void;
  /**
   * Writes the job down and sends it. `sent` rejects with what the engine objected to; a job whose sending is in doubt
   * stays queued and is looked for.
   */
  begin(job: Draft, extraData: Record<string, unknown>): { job: JobRecord; sent: Promise<JobRecord> };
  /** The same, waiting until it was sent. */
  submit(job: Draft, extraData: Record<string, unknown>): Promise<JobRecord>;
  /** Resolves when the job has ended, or with its state after `timeoutMs`. Rejects only when the signal is aborted. */
  wait(promptId: string, options: WaitOptions): Promise<JobRecord | undefined>;
  /**
   * Writes a batch down, all of it or nothing, and sends its jobs in order, a few at a time: what others begin meanwhile
   * comes in between. What the engine objects to stands in the row of the
   * job. `sent` resolves when it had its say on those that could go at once.
   */
  beginBatch(batch: NewBatch, drafts: readonly Draft[]): { jobs: JobRecord[]; sent: Promise<void> };
  /** While paused, jobs that begin are kept back; `pause(false)` sends them in order. */
  readonly paused: boolean;
  pause(paused: boolean): void;
  /** How far each node is; empty of a job that has ended. */
  nodes(promptId: string): JobNode[];
  /** Null before it runs, after it has ended, and while its engine is not connected. */
  progress(promptId: string): Progress | null;
  /**
   * Stops a job and waits until its end was seen; answers its state after ten seconds otherwise. Again is fine. When the
   * engine does not answer this rejects, but the wish stays: the job is stopped when it is back.
   */
  cancel(promptId: string): Promise<JobRecord>;
  /** The same for several: what was not sent yet ends first, so that none of it begins meanwhile. */
  cancelAll(promptIds: readonly string[]): Promise<void>;
  /**
   * The same of a prompt that others sent, asked for by the engine's id; null when the engine does not know it. Throws
   * COMFYUI_UNREACHABLE.
   */
  outside(promptId: string, options: { timeoutMs: number; signal?: AbortSignal }): Promise<OutsideJob | null>;
  cancelOutside(promptId: string): Promise<OutsideJob | null>;
  /** Registers what the engine's history tells and nobody has registered. Throws COMFYUI_UNREACHABLE. */
  importHistory(signal?: AbortSignal): ReturnType<typeof importHistory>;
  /** What the engine had in its queue at the latest look, `pending` in the order they will run; empty when it is gone. */
  queue(): { running: QueuedPrompt[]; pending: QueuedPrompt[] };
  /** Counts of `queue()`. */
  queueCounts(): { running: number; pending: number };
  /** Lets go of everything; whoever still waits is told so. */
  stop(): void;
}
