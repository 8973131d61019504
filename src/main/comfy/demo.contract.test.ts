/**
 * Client and socket against the demo engine as each of the versions it speaks. What graphs do is checked by the compatibility
 * check (src/main/compat); here is what only an engine of one's own allows: restarts and broken connections.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDemoEngine, type DemoEngine, type ProfileName } from '../demo/index.js';
import { silentLogger, systemClock } from '../system.js';
import { type ComfyClient, createComfyClient } from './client.js';
import type { Graph } from './graph.js';
import { findLocalServers, probeServer } from './probe.js';
import { type ComfySocket, createComfySocket, type SocketEvent } from './socket.js';

const graph: Graph = {
  '1': { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 7 } },
  '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'contract' } },
};

/** Machines are shared: a slow run is not a failed one. */
const soon = { timeout: 20_000 };

interface Expected {
  version: string | undefined;
  acceptsPromptId: boolean;
  hasTargetedInterrupt: boolean;
  hasPreviewMetadata: boolean;
  hasJobsApi: boolean;
}

const profiles: [ProfileName, Expected][] = [
  [
    '2023-08',
    {
      version: undefined,
      acceptsPromptId: false,
      hasTargetedInterrupt: false,
      hasPreviewMetadata: false,
      hasJobsApi: false,
    },
  ],
  [
    '0.3.64',
    {
      version: '0.3.64',
      acceptsPromptId: true,
      hasTargetedInterrupt: true,
      hasPreviewMetadata: true,
      hasJobsApi: false,
    },
  ],
  [
    '0.38',
    {
      version: expect.stringMatching(/^0\.38/),
      acceptsPromptId: true,
      hasTargetedInterrupt: true,
      hasPreviewMetadata: true,
      hasJobsApi: true,
    },
  ],
];

describe.each(profiles)('the demo engine as %s', (profile, expected) => {
  let dataRoot: string;
  let engine: DemoEngine;
  let client: ComfyClient;
  let socket: ComfySocket;
  let port: number;
  const events: SocketEvent[] = [];

  beforeEach(async () => {
    dataRoot = await mkdtemp(join(tmpdir(), 'contract-'));
    engine = createDemoEngine({ dataRoot, profile, clock: systemClock, logger: silentLogger });
    const started = await engine.start();
    port = started.port;
    const options = { baseUrl: started.url, clock: systemClock, logger: silentLogger };
    client = createComfyClient(options);
    socket = createComfySocket({ ...options, clientId: randomUUID(), timings: { retryMs: 5, maxRetryMs: 50 } });
    events.length = 0;
    socket.listen((event) => events.push(event));
    socket.start();
    await expect.poll(() => connections(), soon).toBe(1);
  });

  afterEach(async () => {
    await socket.close();
    client.dispose();
    await engine.stop();
    await rm(dataRoot, { recursive: true, force: true });
  });

  const connections = () => events.filter((event) => event.type === 'connected').length;

  /** Runs the graph and waits for its last event. */
  async function run(): Promise<string> {
    const { promptId } = await client.submit({ graph, promptId: randomUUID(), clientId: socket.clientId });
    const isOver = (event: SocketEvent) =>
      event.type === 'message' &&
      event.message.type === 'executing' &&
      event.message.data.prompt_id === promptId &&
      !event.message.data.node;
    await expect.poll(() => events.some(isOver), soon).toBe(true);
    return promptId;
  }

  it('is known for what it is, and found on its port', async () => {
    expect(await probeServer(client)).toMatchObject(expected);
    const found = await findLocalServers({ clock: systemClock, logger: silentLogger, ports: [port] });
    expect(found).toEqual([
      { baseUrl: `http://127.0.0.1:${port}`, version: expected.version, device: expect.any(String) },
    ]);
  });

  it('talks to the same client again after all sockets were cut', async () => {
    await run();
    engine.dropSockets();
    await expect.poll(() => connections(), soon).toBe(2);
    await run();
  });

  it('is told to be down while it is, and is back with an empty history', async () => {
    const promptId = await run();
    expect(await client.history(promptId)).toMatchObject({ outputs: { '2': { images: [{ type: 'output' }] } } });
    await engine.stop();
    await expect(client.queue()).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
    await expect(client.submit({ graph, promptId: randomUUID() })).rejects.toMatchObject({
      code: 'COMFYUI_UNREACHABLE',
      details: { delivered: false },
    });
    await engine.start();
    await expect.poll(() => connections(), soon).toBe(2);
    expect(await client.history(promptId)).toBeUndefined();
    await run();
  });
});
