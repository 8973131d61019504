import { describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.js';
import type { AppEventBody } from '../shared/events.js';
import { createEndpointControl } from './endpoint.js';
import type { Endpoint } from './mcp/http.js';
import { silentLogger } from './system.js';

/** Endpoints that share one port, as real ones do: a second one can't listen before the first has let go. */
function control() {
  let listening = 0;
  const states: string[] = [];
  const make = (): Endpoint => {
    let on = false;
    return {
      async start() {
        await Promise.resolve();
        if (listening > 0) throw new AppError('PORT_IN_USE', 'The port is used.');
        listening += 1;
        on = true;
        return { url: 'http://127.0.0.1:9000/mcp' };
      },
      async stop() {
        await new Promise((resolve) => setTimeout(resolve));
        if (on) listening -= 1;
        on = false;
      },
      toolsChanged() {},
      agents: () => [],
      assetUrl: ({ asset_id }) => asset_id,
      url: null,
    };
  };
  const endpoint = createEndpointControl({
    make,
    emit: (event: AppEventBody) => {
      if (event.type === 'endpoint.changed') states.push(event.endpoint.state);
    },
    logger: silentLogger,
  });
  return { endpoint, states };
}

describe('the switch of the endpoint', () => {
  it('takes quick turns one after another: the last one holds', async () => {
    const { endpoint, states } = control();
    await Promise.all([endpoint.start(), endpoint.start(), endpoint.stop(), endpoint.start()]);
    expect(endpoint.status().state).toBe('on');
    expect(states).toEqual(['on', 'off', 'on']);
    await Promise.all([endpoint.stop(), endpoint.start(), endpoint.stop()]);
    expect(endpoint.status()).toMatchObject({ state: 'off', url: null });
    expect(endpoint.running()).toBeUndefined();
  });

  it('tells why it does not start, and starts when asked again', async () => {
    const { endpoint: first } = control();
    await first.start();
    const failing = createEndpointControl({
      make: () => ({
        start: () => Promise.reject(new AppError('PORT_IN_USE', 'The port is used.')),
        stop: () => Promise.resolve(),
        toolsChanged() {},
        agents: () => [],
        assetUrl: ({ asset_id }) => asset_id,
        url: null,
      }),
      emit() {},
      logger: silentLogger,
    });
    await expect(failing.start()).rejects.toMatchObject({ code: 'PORT_IN_USE' });
    expect(failing.status()).toMatchObject({ state: 'failed', error: { code: 'PORT_IN_USE' } });
    await expect(failing.start()).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});
