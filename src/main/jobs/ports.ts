/** What the job engine asks of the engine that does the work. Core joins it to the ComfyUI client and socket. */
import type { ErrorValue } from '../../shared/errors.js';
import type { Graph } from '../../shared/workflow.js';
import type { NewAsset } from '../ports.js';

/** A prompt in the engine's queue. */
export interface QueueEntry {
  /** The engine's own id. */
  remoteId: string;
  /** The id of ours that was sent along, where the engine shows it; servers of 2023-25 mint ids of their own. */
  jobId: string | null;
}

export interface QueueState {
  running: QueueEntry[];
  /** In the order they will run. */
  pending: QueueEntry[];
}

/** How a job ended, read from the history entry. */
export interface Outcome {
  status: 'completed' | 'error' | 'cancelled';
  /** False on servers that keep no status when the socket told nothing either: then `status` is a guess. */
  certain: boolean;
  error: ErrorValue | null;
  outputs: NewAsset[];
  history: unknown;
  /** Milliseconds since the epoch by our clock, from the entry's messages; null on servers without timestamps. */
  started_ms: number | null;
  finished_ms: number | null;
}

/** A prompt of the engine's history, whoever sent it. */
export interface EndedPrompt extends QueueEntry {
  graph: Graph;
  outcome: Outcome;
}

/** A node by the engine's id; `display` is the node that stands in the graph where this one was made by expansion. */
export interface NodeRef {
  node: string;
  display: string;
}

export interface NodeState extends NodeRef {
  state: 'running' | 'finished';
  value: number;
  max: number;
}

/** What the socket tells, reduced to what matters here. `promptId` is the engine's id. */
export type LinkEvent =
  | { type: 'connected' }
  | { type: 'disconnected' }
  /** Something came into the queue or left it. */
  | { type: 'queue' }
  | { type: 'started'; promptId: string; at: number | null }
  | { type: 'cached'; promptId: string; nodes: string[] }
  | ({ type: 'executing'; promptId: string } & NodeRef)
  | { type: 'progress'; promptId: string; node: string; value: number; max: number }
  /** All nodes that began so far (servers since 2025-07). */
  | { type: 'states'; promptId: string; nodes: NodeState[] }
  | ({ type: 'executed'; promptId: string } & NodeRef)
  | { type: 'preview'; promptId: string; mime_type: string; bytes: Uint8Array }
  /** The engine has turned away from the job, well or not; its history entry is there or comes within moments. */
  | { type: 'over'; promptId: string };

export interface EngineLink {
  /** Identity of the engine in the registry, e.g. `demo` or `http://localhost:8188`. */
  readonly backend: string;
  /**
   * Sends once and resolves with the id the engine uses. Rejects with AppError; `details.delivered: 'unknown'` when it
   * may have arrived all the same.
   */
  submit(job: { promptId: string; graph: Graph; extraData: Record<string, unknown> }): Promise<string>;
  queue(): Promise<QueueState>;
  /** Null when the history has no entry (yet). */
  outcome(remoteId: string): Promise<Outcome | null>;
  /**
   * The engine's id of a job that is in neither queue nor history under the id we know: `answered` false, its answer was
   * never read; or the queue was told in part. Null when the engine does not know it.
   */
  find(job: { promptId: string; remoteId: string; answered: boolean }): Promise<string | null>;
  /** Takes this very job out of the queue, or interrupts it if it runs; nothing when it is neither. */
  cancel(remoteId: string): Promise<void>;
  /** A prompt that has ended, with its graph; null when the history has no entry. */
  ended(remoteId: string): Promise<EndedPrompt | null>;
  /** The prompts that ended last; empty on servers that can't tell a part of their history. */
  recent(limit: number): Promise<EndedPrompt[]>;
  /** A piece of the history, oldest first; empty behind its end. Old servers answer all of it whatever is asked for. */
  history(offset: number, limit: number): Promise<EndedPrompt[]>;
  listen(listener: (event: LinkEvent) => void): () => void;
  readonly connected: boolean;
}
