/**
 * Things that go wrong on purpose. One plain object, read at every use: a test holds it and turns its knobs while the
 * engine runs.
 */
export interface Faults {
  /** Delay in ms before each HTTP answer, or for a request (`GET /history`) what the function says. */
  responseDelayMs: number | ((request: string) => number);
  /** Answers a request (`POST /prompt`) with this status and no body; undefined lets it through. */
  refuse: (request: string) => number | undefined;
  /** Makes a node fail: gets its id and class, answers what it raises. */
  failNode: (nodeId: string, classType: string) => { exceptionType: string; message: string } | undefined;
  /** Breaks a socket (no close frame) in place of sending it this event; gets the event's type. */
  dropSocketAt: (event: string) => boolean;
  /** Sends every execution event twice. */
  duplicateEvents: boolean;
  /** Holds each execution event back and sends it after the one that follows. */
  swapEvents: boolean;
  /** Time in ms between `execution_success` and the moment history has the entry. */
  historyGapMs: number;
  /** What a rerun from the cache reports: the old files, `executed` events only, or nothing. */
  cachedOutputs: 'stored' | 'events-only' | 'none';
  /** The closing of an older socket silences a newer one of the same client id, as in the real server. */
  socketReplacementBug: boolean;
}

/** No faults but those that every real server has. */
export function createFaults(overrides: Partial<Faults> = {}): Faults {
  return {
    responseDelayMs: 0,
    refuse: () => undefined,
    failNode: () => undefined,
    dropSocketAt: () => false,
    duplicateEvents: false,
    swapEvents: false,
    historyGapMs: 0,
    cachedOutputs: 'stored',
    socketReplacementBug: true,
    ...overrides,
  };
}

/** What a full GPU raises, for `failNode`. */
export const outOfMemory = {
  exceptionType: 'torch.OutOfMemoryError',
  message: 'Allocation on device 0 would exceed allowed memory. (out of memory)',
} as const;
