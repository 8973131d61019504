/** Why files can't be shown, as found while trying: tile, lightbox and inspector say the same of the same file. */
import { errorValueSchema } from '../../shared/errors.js';
import { isMediaFault, type MediaFault } from '../../shared/media-fault.js';
import { createListeners } from './listeners.js';

/** `missing`: the file can't be had at all, which may change. */
export type Fault = MediaFault | 'missing';

export interface Faults {
  /** Undefined while none is known. */
  get(assetId: string): Fault | undefined;
  set(assetId: string, fault: Fault): void;
  /** The file of an asset is there again. */
  found(assetId: string): void;
  /** What could not be had may be there now: forgets those faults, so that it is tried again. */
  retryMissing(): void;
  /**
   * Asks an address that failed for its reason, once at a time for each asset. Undefined when it has an answer after all:
   * then it is worth another try.
   */
  ask(assetId: string, address: string): Promise<Fault | undefined>;
  subscribe(assetId: string, listener: () => void): () => void;
}

export function createFaults(read: (address: string) => Promise<Fault | undefined> = readFault): Faults {
  const known = new Map<string, Fault>();
  const listeners = createListeners();
  const asking = new Map<string, Promise<Fault | undefined>>();
  const { tell } = listeners;
  const set = (assetId: string, fault: Fault) => {
    known.set(assetId, fault);
    tell(assetId);
  };
  return {
    get: (assetId) => known.get(assetId),
    set,
    found(assetId) {
      if (known.get(assetId) !== 'missing') return;
      known.delete(assetId);
      tell(assetId);
    },
    retryMissing() {
      for (const [assetId, fault] of [...known]) {
        if (fault !== 'missing') continue;
        known.delete(assetId);
        tell(assetId);
      }
    },
    ask(assetId, address) {
      const before = asking.get(assetId);
      if (before !== undefined) return before;
      const asked = read(address)
        .then((fault) => {
          if (fault !== undefined) set(assetId, fault);
          return fault;
        })
        .finally(() => asking.delete(assetId));
      asking.set(assetId, asked);
      return asked;
    },
    subscribe: listeners.subscribe,
  };
}

/** What an address answers instead of a file; undefined when it has one after all. */
export async function readFault(address: string): Promise<Fault | undefined> {
  try {
    const response = await fetch(address);
    return response.ok ? undefined : faultIn(response);
  } catch {
    return 'missing';
  }
}

/** The reason in an answer that is no file. */
export async function faultIn(response: Pick<Response, 'status' | 'json'>): Promise<Fault> {
  if (response.status !== 415) return 'missing';
  const value = errorValueSchema.safeParse(await response.json().catch(() => null));
  const fault = value.data?.details?.fault;
  return isMediaFault(fault) ? fault : 'damaged';
}
