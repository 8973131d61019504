/** The endpoint's switch: on, off, or failed with its reason. What the tray, the window and the settings turn. */
import { AppError, toErrorValue } from '../shared/errors.js';
import type { Agent, EndpointStatus } from '../shared/status.js';
import type { Endpoint } from './mcp/http.js';
import type { Emit, Logger } from './ports.js';

export interface EndpointControl {
  status(): EndpointStatus;
  /** Starts it if it is off. Throws what kept it from starting, after telling it to everybody. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Leaves it off and tells why: starting it would not be safe unasked. */
  refuse(reason: AppError): void;
  /** The running endpoint; undefined while off. */
  running(): Endpoint | undefined;
  /** Address of an asset at the endpoint, running or not: it comes back with it. */
  assetUrl(asset: { asset_id: string; filename: string }): string;
}

export function createEndpointControl({
  make,
  emit,
  logger,
}: {
  /** A new endpoint by the settings of now. */
  make: (onAgents: (agents: Agent[]) => void) => Endpoint;
  emit: Emit;
  logger: Logger;
}): EndpointControl {
  let endpoint: Endpoint | undefined;
  let latest: Endpoint | undefined;
  let status: EndpointStatus = { state: 'off', url: null, error: null, agents: [] };

  /** The switch's latest turn: the next one begins when it has ended, since both may want the same port. */
  let turned: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = turned.then(work, work);
    turned = mine;
    return mine;
  };

  const set = (next: EndpointStatus) => {
    status = next;
    emit({ type: 'endpoint.changed', endpoint: next });
  };

  return {
    status: () => status,
    running: () => endpoint,
    assetUrl(asset) {
      latest ??= make(() => {});
      return latest.assetUrl(asset);
    },
    start: () =>
      inTurn(async () => {
        if (endpoint) return;
        const next = make((agents) => {
          if (endpoint === next) set({ ...status, agents });
        });
        try {
          const { url } = await next.start();
          endpoint = next;
          latest = next;
          set({ state: 'on', url, error: null, agents: next.agents() });
        } catch (error) {
          if (!(error instanceof AppError)) logger.error('the endpoint failed to start', { error });
          set({ state: 'failed', url: null, error: toErrorValue(error), agents: [] });
          throw error;
        }
      }),
    refuse: (reason) => set({ state: 'failed', url: null, error: reason.toValue(), agents: [] }),
    stop: () =>
      inTurn(async () => {
        const old = endpoint;
        endpoint = undefined;
        await old?.stop();
        set({ state: 'off', url: null, error: null, agents: [] });
      }),
  };
}
