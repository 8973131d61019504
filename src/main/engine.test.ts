/** The line to the engine, with the demo engine on the other side. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { EngineStatus } from '../shared/status.js';
import { backendOf } from './backend.js';
import { createDemoEngine, type DemoEngine } from './demo/index.js';
import { createEngine, type Engine } from './engine.js';
import type { EngineLink } from './jobs/ports.js';
import { silentLogger, systemClock } from './system.js';

describe('engine', () => {
  let dataRoot: string;
  let demo: DemoEngine;
  let url: string;
  let engine: Engine;
  let links: (string | null)[];
  let states: EngineStatus['state'][];

  const choice = () => ({ demo: false, url, headers: {} });

  beforeEach(async () => {
    dataRoot = await mkdtemp(join(tmpdir(), 'engine-'));
    demo = createDemoEngine({ dataRoot, clock: systemClock, logger: silentLogger });
    ({ url } = await demo.start());
    links = [];
    states = [];
    engine = createEngine({
      startDemo: () => Promise.reject(new Error('not wanted here')),
      onLink: (link: EngineLink | null) => links.push(link?.backend ?? null),
      emit: (event) => {
        if (event.type === 'engine.changed') states.push(event.engine.state);
      },
      clock: systemClock,
      logger: silentLogger,
    });
  });
  afterEach(async () => {
    await engine.stop();
    await demo.stop();
    await rm(dataRoot, { recursive: true, force: true });
  });

  it('takes up an engine, hands over its line, and lets go of it', async () => {
    await engine.use(choice());
    expect(engine.status().state).toBe('ready');
    expect(links).toEqual([null, backendOf(url)]);
    await engine.stop();
    expect(links).toEqual([null, backendOf(url), null]);
  });

  it('takes an engine for busy, not gone, that is deaf while its socket lives', async () => {
    await engine.use(choice());
    await engine.ready();
    demo.faults.responseDelayMs = (request) => (request === 'GET /system_stats' ? 20_000 : 0);
    expect((await engine.look()).state).toBe('ready');
    await engine.ready();
    await demo.stop();
    await expect.poll(() => engine.status().state, { timeout: 20_000 }).toBe('unreachable');
    await expect(engine.ready()).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
  });

  it('finds an engine again that was gone', async () => {
    await engine.use(choice());
    const back = demo.restart({ downMs: 300 });
    await expect.poll(() => states, { timeout: 20_000 }).toContain('unreachable');
    await back;
    await expect.poll(() => engine.status().state, { timeout: 20_000 }).toBe('ready');
    expect(links).toEqual([null, backendOf(url)]);
  });

  it('leaves an engine alone that is chosen again as it is', async () => {
    await engine.use(choice());
    await engine.use(choice());
    expect(links).toEqual([null, backendOf(url)]);
    await engine.use({ ...choice(), headers: { 'x-key': '1' } });
    expect(links).toEqual([null, backendOf(url), null, backendOf(url)]);
  });

  it.runIf(process.platform === 'linux')(
    'calls a host that swallows packets unreachable, and answers the next calls at once',
    async () => {
      const deaf = await startDeafServer();
      await engine.use({ demo: false, url: `http://127.0.0.1:${deaf.port}`, headers: {} });
      expect(engine.status()).toMatchObject({ state: 'unreachable', error: { code: 'COMFYUI_UNREACHABLE' } });
      const asked = states.length;
      await expect(engine.ready()).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
      await expect(engine.ready()).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
      // Nobody looked again: the state was believed.
      expect(states).toHaveLength(asked);
      deaf.stop();
    },
  );
});

/** A process that listens and never takes a connection: when its line is full, whoever comes gets no answer at all. */
async function startDeafServer(): Promise<{ port: number; stop(): void }> {
  const listening = "const server = require('net').createServer(); server.listen(0, '127.0.0.1', 1, () => ";
  const asleep = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)';
  const code = `${listening} { require('fs').writeSync(1, server.address().port + '\\n'); ${asleep}; })`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve) => child.stdout.once('data', (bytes) => resolve(Number(bytes))));
  const line = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}));
  const stop = () => {
    for (const socket of line) socket.destroy();
    child.kill('SIGKILL');
  };
  onTestFinished(stop);
  await systemClock.sleep(200);
  return { port, stop };
}
