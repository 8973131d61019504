/** The event stream: numbers every event and hands it to all listeners. A listener that throws harms nobody else. */
import type { AppEvent, AppEventBody } from '../shared/events.js';
import type { Logger } from './ports.js';

export interface Bus {
  emit(event: AppEventBody): void;
  /** Calls back for every event until the returned function is called. */
  listen(listener: (event: AppEvent) => void): () => void;
  /** Number of the latest event; 0 before the first. */
  readonly seq: number;
}

export function createBus(logger: Logger): Bus {
  const listeners = new Set<(event: AppEvent) => void>();
  let seq = 0;
  return {
    emit(body) {
      seq += 1;
      const event: AppEvent = { ...body, seq };
      for (const listener of listeners) {
        try {
          listener(event);
        } catch (error) {
          logger.error('an event listener failed', { type: body.type, error });
        }
      }
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    get seq() {
      return seq;
    },
  };
}
