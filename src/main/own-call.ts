/** A call that the program makes of itself, for which nobody waits at a door. */
import type { CallContext } from '../shared/contract.js';

export const ownCall: CallContext = {
  door: 'ipc',
  sessionId: undefined,
  client: undefined,
  signal: new AbortController().signal,
  progress() {},
  attachImage() {},
};
