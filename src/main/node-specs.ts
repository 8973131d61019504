/** The engine's node classes, read once and kept until the engine changes: several megabytes, asked for by every call. */
import { type NodeCatalog, type NodeSpec, parseNodeSpec } from '../shared/nodes.js';
import type { ComfyClient } from './comfy/client.js';
import type { ObjectInfo } from './comfy/schemas.js';
import type { Clock, Logger } from './ports.js';

export interface NodeSpecs extends NodeCatalog {
  /** Reads the classes if they are not known yet. Rejects as `refresh` does. */
  load(): Promise<void>;
  /** A class's entry as the server tells it, for what a specification leaves out: the order and the editor's widgets. */
  info(classType: string): unknown;
  /** The engine has gone or changed: what is known no longer counts. */
  forget(): void;
}

/** `client` gives a client that answers, or throws why there is none. */
export function createNodeSpecs(
  client: () => Promise<ComfyClient>,
  { clock, logger }: { clock: Pick<Clock, 'monotonic'>; logger: Logger },
): NodeSpecs {
  let info: ObjectInfo | undefined;
  /** When `info` was asked for; monotonic milliseconds. */
  let askedAt = Number.NEGATIVE_INFINITY;
  let generation = 0;
  let loading: Promise<void> | undefined;
  const parsed = new Map<string, NodeSpec | undefined>();

  const read = async () => {
    const at = generation;
    const began = clock.monotonic();
    const next = await (await client()).objectInfo();
    if (at !== generation) return;
    info = next;
    askedAt = began;
    parsed.clear();
    logger.debug('node classes read', { count: Object.keys(next).length });
  };

  const specs: NodeSpecs = {
    get(classType) {
      if (!info || !Object.hasOwn(info, classType)) return undefined;
      if (!parsed.has(classType)) parsed.set(classType, parseNodeSpec(info[classType], classType));
      return parsed.get(classType);
    },
    names: () => Object.keys(info ?? {}),
    refresh({ olderThanMs } = {}) {
      if (info && olderThanMs !== undefined && clock.monotonic() - askedAt <= olderThanMs) return Promise.resolve();
      loading ??= read().finally(() => {
        loading = undefined;
      });
      return loading;
    },
    info: (classType) => (info && Object.hasOwn(info, classType) ? info[classType] : undefined),
    load: () => (info ? Promise.resolve() : specs.refresh()),
    forget() {
      generation += 1;
      info = undefined;
      parsed.clear();
    },
  };
  return specs;
}
