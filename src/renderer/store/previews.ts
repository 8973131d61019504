/** Newest preview picture of each running job, as an address an <img> can show. */
export interface Previews {
  /** Address of the newest preview; undefined while there is none. Stays for a moment after the job has ended. */
  get(promptId: string): string | undefined;
  put(promptId: string, bytes: Uint8Array, mimeType: string): void;
  /** The job has ended: forget its preview once its picture has had time to appear. */
  release(promptId: string): void;
  subscribe(promptId: string, listener: () => void): () => void;
}

export interface PreviewOptions {
  createAddress(blob: Blob): string;
  revokeAddress(address: string): void;
  later(run: () => void, milliseconds: number): () => void;
}

/** An <img> may still be decoding the last address when the next one comes. */
const graceMs = 1_000;
const keptAfterEndMs = 10_000;

export function createPreviews({ createAddress, revokeAddress, later }: PreviewOptions): Previews {
  const addresses = new Map<string, string>();
  const listeners = new Map<string, Set<() => void>>();
  return {
    get: (promptId) => addresses.get(promptId),
    put(promptId, bytes, mimeType) {
      const last = addresses.get(promptId);
      if (last !== undefined) later(() => revokeAddress(last), graceMs);
      addresses.set(promptId, createAddress(new Blob([new Uint8Array(bytes)], { type: mimeType })));
      for (const listener of listeners.get(promptId) ?? []) listener();
    },
    release(promptId) {
      if (!addresses.has(promptId)) return;
      later(() => {
        const last = addresses.get(promptId);
        if (last === undefined) return;
        addresses.delete(promptId);
        revokeAddress(last);
        for (const listener of listeners.get(promptId) ?? []) listener();
      }, keptAfterEndMs);
    },
    subscribe(promptId, listener) {
      const set = listeners.get(promptId) ?? new Set();
      set.add(listener);
      listeners.set(promptId, set);
      return () => {
        set.delete(listener);
        if (set.size === 0) listeners.delete(promptId);
      };
    },
  };
}
