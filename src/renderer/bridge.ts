/** The window's only way out: `window.bridge`, typed by the contract, errors thrown as AppError. */
import type { Bridge, TypedInvoke } from '../shared/bridge.js';
import { fromErrorValue } from '../shared/errors.js';
import type { AppEvent } from '../shared/events.js';

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly bridge: Bridge;
  }
}

export interface Client {
  /** Runs an operation. Rejects with the AppError the other side answered. */
  invoke: TypedInvoke;
  onEvent(listener: (event: AppEvent) => void): () => void;
  onCommand: Bridge['onCommand'];
  pathOf: Bridge['pathOf'];
  readonly platform: Bridge['platform'];
}

/** Wraps the raw bridge. */
export function createClient(bridge: Bridge): Client {
  const invoke = async (name: string, input: unknown): Promise<unknown> => {
    const reply = await bridge.invoke(name, input);
    if (!reply.ok) throw fromErrorValue(reply.error);
    return reply.data;
  };
  return {
    invoke: invoke as TypedInvoke,
    onEvent: (listener) => bridge.onEvent(listener),
    onCommand: (listener) => bridge.onCommand(listener),
    pathOf: (file) => bridge.pathOf(file),
    platform: bridge.platform,
  };
}
