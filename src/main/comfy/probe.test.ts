import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger, systemClock } from '../system.js';
import { createComfyClient } from './client.js';
import { atLeast, findLocalServers, probeServer } from './probe.js';
import { json, type ScriptedServer, startScriptedServer } from './scripted-server.js';

let server: ScriptedServer;

beforeEach(async () => {
  server = await startScriptedServer();
});

afterEach(() => server.close());

async function probe() {
  const client = createComfyClient({ baseUrl: server.baseUrl, logger: silentLogger, clock: systemClock });
  try {
    return await probeServer(client);
  } finally {
    client.dispose();
  }
}

const device = {
  name: 'cuda:0 NVIDIA',
  type: 'cuda',
  index: 0,
  vram_total: 25276510208,
  vram_free: 1,
  torch_vram_total: 2,
  torch_vram_free: 3,
};

describe('probeServer', () => {
  it('knows a server of 2023', async () => {
    server.on(
      'GET /system_stats',
      json({ system: { os: 'posix', python_version: '3.10.6 (main)', embedded_python: false }, devices: [device] }),
    );
    expect(await probe()).toMatchObject({
      version: undefined,
      python: '3.10.6',
      devices: [{ name: 'cuda:0 NVIDIA', vram_total: 25276510208 }],
      features: {},
      hasJobsApi: false,
      hasTargetedInterrupt: false,
      acceptsPromptId: false,
      hasPreviewMetadata: false,
    });
  });

  it('knows a server of late 2025', async () => {
    server.on(
      'GET /system_stats',
      json({ system: { os: 'nt', comfyui_version: '0.3.64', ram_total: 5 }, devices: [] }),
    );
    server.on('GET /features', json({ supports_preview_metadata: true, max_upload_size: 104857600 }));
    expect(await probe()).toMatchObject({
      address: server.baseUrl,
      version: '0.3.64',
      os: 'nt',
      ramTotal: 5,
      hasJobsApi: false,
      hasTargetedInterrupt: true,
      acceptsPromptId: true,
      hasPreviewMetadata: true,
    });
  });

  it('knows the jobs API by asking, whatever the version says', async () => {
    server.on('GET /system_stats', json({ system: { comfyui_version: 'nightly' }, devices: [] }));
    server.on('GET /api/jobs', json({ jobs: [], pagination: { offset: 0, limit: 1, total: 0, has_more: false } }));
    expect(await probe()).toMatchObject({ hasJobsApi: true, hasTargetedInterrupt: true, acceptsPromptId: true });
  });

  it('fails on what is no ComfyUI', async () => {
    server.on('GET /system_stats', json('<html>router</html>'));
    await expect(probe()).rejects.toMatchObject({ code: 'COMFYUI_BAD_RESPONSE' });
  });
});

describe('atLeast', () => {
  it.each([
    ['0.3.45', true],
    ['v0.3.64', true],
    ['0.4', true],
    ['1.0.0', true],
    ['0.3.45+local', true],
    ['0.3.44', false],
    ['0.2.99', false],
    ['nightly', false],
    [undefined, false],
  ])('%s', (version, answer) => {
    expect(atLeast(version, [0, 3, 45])).toBe(answer);
  });
});

describe('findLocalServers', () => {
  it('finds what is a ComfyUI and nothing else', async () => {
    const other = await startScriptedServer();
    other.on('GET /system_stats', json({ hello: 'world' }));
    server.on('GET /system_stats', json({ system: { os: 'posix', comfyui_version: '0.3.64' }, devices: [device] }));
    const closed = await startScriptedServer();
    await closed.close();
    const portOf = (one: ScriptedServer) => Number(new URL(one.baseUrl).port);
    const ports = [portOf(closed), portOf(other), portOf(server)];
    expect(await findLocalServers({ clock: systemClock, logger: silentLogger, ports })).toEqual([
      { baseUrl: server.baseUrl, version: '0.3.64', device: 'cuda:0 NVIDIA' },
    ]);
    await other.close();
  });
});
