/** The line to the program: finds its endpoint, starts it where a request needs it, and notices when it has gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Endpoint, type FindOptions, findEndpoint, isStillThere } from './find.js';

export interface LinkOptions {
  find: FindOptions;
  /** @throws Error, one sentence. */
  start: () => Promise<Endpoint>;
  signal: AbortSignal;
}

export interface Link {
  /** The endpoint; a program is started when none runs. @throws Error, one sentence. */
  needed(): Promise<Endpoint>;
  /** The endpoint while there is one. */
  present(): Promise<Endpoint | undefined>;
  /** It could not be reached: it is looked for anew. */
  lost(endpoint: Endpoint): void;
}

/** Milliseconds for a program that was there a moment ago to come back by itself: an update, another port. */
const comesBackWithin = 3000;
const lookEvery = 50;

export function createLink({ find, start, signal }: LinkOptions): Link {
  let current: Endpoint | undefined;
  let wasThere = false;
  let connecting: Promise<Endpoint> | undefined;

  const present = async () => {
    if (current !== undefined && isStillThere(find, current)) return current;
    current = undefined;
    const found = await findEndpoint(find);
    if (found.state !== 'up') return undefined;
    wasThere = true;
    current = found.endpoint;
    return current;
  };

  const connect = async () => {
    const until = Date.now() + (wasThere ? comesBackWithin : 0);
    for (;;) {
      const endpoint = await present();
      if (endpoint !== undefined) return endpoint;
      if (Date.now() >= until) break;
      await sleep(lookEvery, undefined, { signal });
    }
    current = await start();
    wasThere = true;
    return current;
  };

  return {
    present,
    needed() {
      connecting ??= connect().finally(() => {
        connecting = undefined;
      });
      return connecting;
    },
    lost(endpoint) {
      if (current === endpoint) current = undefined;
    },
  };
}
