/** Prompts that others sent, from ComfyUI's own page or another program: what they make is registered when it is wanted. */
import type { JobStore } from '../ports.js';
import { recordEnded } from './history.js';
import type { EndedPrompt, EngineLink, QueueEntry, QueueState } from './ports.js';

/** So many of the latest ends are looked through for prompts that came and went between two looks. */
const recentPrompts = 8;

export interface Foreign {
  /** Compares one look at the queue with the one before and registers what has ended meanwhile. */
  look(at: EngineLink, queue: QueueState): Promise<void>;
  /** The engine has changed or the wish is gone: what ended before the next look is not registered. */
  reset(): void;
}

export function createForeign(store: JobStore, isOurs: (entry: QueueEntry) => boolean): Foreign {
  /** Seen in the queue at an earlier look. */
  const watched = new Set<string>();
  /** Ended before the first look, or dealt with. Null before the first look. */
  let known: Set<string> | null = null;

  const register = (at: EngineLink, prompt: EndedPrompt) => {
    if (!isOurs(prompt) && prompt.outcome.outputs.length > 0) recordEnded(store, at.backend, prompt);
  };

  return {
    async look(at, queue) {
      const recent = await at.recent(recentPrompts);
      if (known === null) known = new Set(recent.map((prompt) => prompt.remoteId));
      const present = new Set([...queue.running, ...queue.pending].map((entry) => entry.remoteId));
      const ended = new Map(recent.map((prompt) => [prompt.remoteId, prompt]));
      for (const remoteId of watched) {
        if (present.has(remoteId)) continue;
        watched.delete(remoteId);
        const prompt = ended.get(remoteId) ?? (await at.ended(remoteId));
        if (prompt) register(at, prompt);
        known.add(remoteId);
      }
      for (const prompt of recent) {
        if (!known.has(prompt.remoteId) && !present.has(prompt.remoteId)) register(at, prompt);
      }
      known = new Set([...known, ...ended.keys()].slice(-10 * recentPrompts));
      for (const entry of [...queue.running, ...queue.pending]) {
        if (!isOurs(entry)) watched.add(entry.remoteId);
      }
    },
    reset() {
      watched.clear();
      known = null;
    },
  };
}
