/** The core as a whole, without a door: real rooms, the real demo engine, a real endpoint on a free port. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkEndpoint } from './check.js';
import { type CoreBench, callContext as context, createCoreBench, smallImage as small } from './core.testing.js';

describe('core', () => {
  let bench: CoreBench;
  beforeEach(() => {
    bench = createCoreBench();
  });
  afterEach(() => bench.dispose());

  it('makes a picture: written down, followed, registered, with its facts', async () => {
    const { handlers } = await bench.open(['--demo']);
    const seen: string[] = [];
    const answer = await handlers.run_workflow(
      small,
      context({ tool: 'generate_image', progress: ({ message }) => seen.push(message) }),
    );
    expect(answer).toMatchObject({ status: 'completed', tool: 'generate_image', width: 64, height: 64, demo: true });
    expect(answer.session_id).toBe('a-session');
    expect(answer.bytes_size).toBeGreaterThan(100);
    const kinds = bench.events.map((event) => event.type);
    expect(kinds.indexOf('job.changed')).toBeLessThan(kinds.indexOf('asset.added'));
    expect(bench.events.map((event) => event.seq)).toEqual(
      bench.events.map((_, index) => (bench.events[0]?.seq ?? 0) + index),
    );
    const [asset] = (await handlers.get_assets({ asset_ids: [answer.asset_id ?? ''] }, context())).assets;
    expect(asset).toMatchObject({ client_name: 'test', parameters: { prompt: 'a lake', steps: 2, seed: answer.seed } });
    const { graph } = await handlers.get_asset_document({ asset_id: answer.asset_id ?? '' }, context());
    expect(JSON.stringify(graph)).not.toContain('PARAM_');
  });

  it('answers before the end when asked not to wait, and get_job tells the rest', async () => {
    const { handlers } = await bench.open(['--demo']);
    const sent = await handlers.run_workflow({ ...small, wait_seconds: 0 }, context());
    expect(['queued', 'running']).toContain(sent.status);
    const done = await handlers.get_job({ prompt_id: sent.prompt_id, wait_seconds: 30 }, context());
    expect(done).toMatchObject({ status: 'completed', assets: [{ media_kind: 'image' }] });
    expect(await handlers.get_job({ prompt_id: 'unknown' }, context())).toMatchObject({ status: 'not_found' });
  });

  it('signs the addresses of assets with a whole key, also after a cut-off one', async () => {
    const file = path.join(bench.home, 'data', 'asset-key');
    await bench.open(['--demo']);
    const key = readFileSync(file);
    expect(key).toHaveLength(32);
    await bench.close();
    writeFileSync(file, '');
    await bench.open(['--demo']);
    expect(readFileSync(file)).toHaveLength(32);
    expect(readFileSync(file).equals(key)).toBe(false);
  });

  it('cancels a running job and says so', async () => {
    const { handlers } = await bench.open(['--demo']);
    const overrides = { ...small.overrides, steps: 500 };
    const sent = await handlers.run_workflow({ ...small, overrides, wait_seconds: 0 }, context());
    await expect
      .poll(async () => (await handlers.get_job({ prompt_id: sent.prompt_id }, context())).status)
      .toBe('running');
    const ended = await handlers.cancel_job({ prompt_id: sent.prompt_id }, context());
    expect(ended).toMatchObject({ success: true, status: 'cancelled' });
    expect(await handlers.cancel_job({ prompt_id: sent.prompt_id }, context())).toMatchObject({ success: true });
  });

  it('keeps sessions apart', async () => {
    const { handlers } = await bench.open(['--demo']);
    await handlers.run_workflow(small, context({ sessionId: 'mine' }));
    await handlers.run_workflow({ ...small, session_id: 'other' }, context({ sessionId: 'mine' }));
    const mine = await handlers.list_assets({ session_id: 'current' }, context({ sessionId: 'mine' }));
    expect(mine).toMatchObject({ count: 1, total: 1 });
    expect(await handlers.list_assets({}, context())).toMatchObject({ total: 2 });
    await expect(
      handlers.list_assets({ session_id: 'current' }, context({ sessionId: undefined })),
    ).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });

  it('keeps pictures over a restart and shows them while the engine is another one', async () => {
    const first = await bench.open(['--demo']);
    const made = await first.handlers.run_workflow(small, context());
    await bench.close();
    rmSync(path.join(bench.home, 'data', 'cache'), { recursive: true });
    const second = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
    expect(second.engine().kind).toBe('comfyui');
    const image: Uint8Array[] = [];
    await second.handlers.view_image(
      { asset_id: made.asset_id ?? '' },
      context({ attachImage: ({ bytes }) => image.push(bytes) }),
    );
    expect(image[0]?.byteLength).toBeGreaterThan(100);
    const page = await fetch((await second.handlers.list_assets({}, context())).assets[0]?.asset_url ?? '');
    expect(page.headers.get('content-type')).toBe('image/png');
  });

  it('says at once that ComfyUI is not there, and writes no job down', async () => {
    const { handlers } = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
    await expect(handlers.run_workflow(small, context())).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
    const snapshot = await handlers.get_snapshot({}, context({ door: 'ipc' }));
    expect(snapshot.jobs).toEqual([]);
    expect(snapshot.engine).toMatchObject({ state: 'unreachable', error: { code: 'COMFYUI_UNREACHABLE' } });
  });

  it('changes engine and endpoint with the settings', async () => {
    const { handlers, engine, endpoint } = await bench.open(['--comfyui-url', 'http://127.0.0.1:9'], {
      program: 'desktop',
    });
    await handlers.update_settings({ values: { demo: true } }, context());
    expect(engine()).toMatchObject({ kind: 'demo', state: 'ready' });
    await handlers.update_settings({ values: { endpoint_enabled: false } }, context());
    expect(endpoint()).toMatchObject({ state: 'off', url: null });
    await handlers.update_settings({ values: { endpoint_enabled: true } }, context());
    expect(endpoint().state).toBe('on');
    expect(await handlers.check_endpoint({}, context())).toMatchObject({ ok: true, error: null });
    await expect(
      handlers.update_settings({ values: { comfyui_url: 'http://127.0.0.1:10' } }, context()),
    ).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });

  it('tells the truth about its own endpoint', async () => {
    const { handlers } = await bench.open(['--demo', '--token', 'right'], { program: 'desktop' });
    const ok = await handlers.check_endpoint({}, context());
    expect(ok).toMatchObject({ ok: true, error: null });
    expect(ok.tools).toBeGreaterThan(10);
    const refused = createServer((_request, response) => response.writeHead(401).end());
    await new Promise<void>((resolve) => refused.listen(0, '127.0.0.1', resolve));
    const address = refused.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await checkEndpoint({ url: `http://127.0.0.1:${port}/mcp`, token: 'wrong' })).toMatchObject({
      ok: false,
      error: { code: 'UNAUTHORIZED' },
    });
    refused.close();
    await handlers.update_settings({ values: { endpoint_enabled: false } }, context());
    expect(await handlers.check_endpoint({}, context())).toMatchObject({ ok: false, error: { code: 'NOT_SUPPORTED' } });
  });

  it('tries a failed endpoint again when it is switched on, though it stands on already', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { handlers, endpoint } = await bench.open(['--demo', '--port', String(port)], { program: 'desktop' });
    expect(endpoint()).toMatchObject({ state: 'failed', error: { code: 'PORT_IN_USE' } });
    await new Promise((resolve) => taken.close(resolve));
    await handlers.update_settings({ values: { endpoint_enabled: true } }, context());
    expect(endpoint()).toMatchObject({ state: 'on', url: `http://127.0.0.1:${port}/mcp` });
  });

  it('leaves the endpoint off when nobody can tell whether it asks for a token, until it is switched on', async () => {
    const data = path.join(bench.home, 'data');
    mkdirSync(data);
    writeFileSync(path.join(data, 'settings.json'), '{"token": "secret", ');
    const { handlers, endpoint } = await bench.open(['--demo'], { program: 'desktop' });
    expect(endpoint()).toMatchObject({ state: 'failed', url: null, error: { code: 'CONFIG_INVALID' } });
    const { notices } = await handlers.get_snapshot({}, context());
    expect(notices).toContainEqual(
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('broken-1'), remedy: 'restart' }),
    );
    await handlers.update_settings({ values: { endpoint_enabled: true } }, context());
    expect(endpoint().state).toBe('on');
  });

  it('loses nothing of the demo engine when the address of ComfyUI changes meanwhile', async () => {
    const { handlers, engine } = await bench.open([], { program: 'desktop' });
    await handlers.update_settings({ values: { demo: true } }, context());
    const { url } = engine();
    const overrides = { ...small.overrides, steps: 500 };
    const sent = await handlers.run_workflow({ ...small, overrides, wait_seconds: 0 }, context());
    await handlers.update_settings({ values: { comfyui_url: 'http://127.0.0.1:9' } }, context());
    expect(engine()).toMatchObject({ kind: 'demo', url });
    expect(await handlers.cancel_job({ prompt_id: sent.prompt_id }, context())).toMatchObject({ status: 'cancelled' });
  });

  it('ends what the demo engine had in its queue when ComfyUI takes over', async () => {
    const { handlers } = await bench.open([], { program: 'desktop' });
    await handlers.update_settings({ values: { demo: true } }, context());
    const overrides = { ...small.overrides, steps: 500 };
    const sent = await handlers.run_workflow({ ...small, overrides, wait_seconds: 0 }, context());
    await handlers.update_settings({ values: { demo: false, comfyui_url: 'http://127.0.0.1:9' } }, context());
    expect(await handlers.get_job({ prompt_id: sent.prompt_id }, context())).toMatchObject({
      status: 'lost',
      error: { code: 'JOB_LOST' },
    });
  });

  it('shows no credentials of an address, and takes passwords as they are', async () => {
    const secret = 'http://me:s3cr%t@127.0.0.1:9';
    const { handlers, engine } = await bench.open(['--comfyui-url', secret], { program: 'desktop' });
    await expect(handlers.run_workflow(small, context())).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
    expect(JSON.stringify([engine(), bench.events])).not.toContain('s3cr');
  });

  it('sends the headers of ComfyUI to its address only', async () => {
    const heard: Record<string, string | undefined> = {};
    const listen = async (name: string) => {
      const server = createServer((request, response) => {
        heard[name] = request.headers['x-key'] as string | undefined;
        response.end('{}');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      return { server, url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` };
    };
    const [mine, other] = [await listen('mine'), await listen('other')];
    const { handlers } = await bench.open(['--demo'], { program: 'desktop' });
    const values = { comfyui_url: mine.url, comfyui_headers: { 'x-key': 'secret' } };
    await handlers.update_settings({ values }, context());
    for (const { url } of [mine, other]) await handlers.probe_engine({ url }, context());
    expect(heard).toEqual({ mine: 'secret', other: undefined });
    for (const { server } of [mine, other]) server.close();
  });

  it('probes an address without changing anything', async () => {
    const { handlers, engine } = await bench.open(['--demo']);
    await handlers.get_server_status({}, context());
    const found = await handlers.probe_engine({ url: engine().url }, context());
    expect(found).toMatchObject({ found: true, version: expect.any(String), error: null });
    expect(await handlers.probe_engine({ url: 'http://127.0.0.1:9' }, context())).toMatchObject({
      found: false,
      error: { code: 'COMFYUI_UNREACHABLE' },
    });
  });

  it('opens the window with the built-in defaults when the config file is broken; headless it does not start', async () => {
    writeFileSync(path.join(bench.home, 'config.json'), '{ nonsense');
    await expect(bench.open([])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    const { handlers } = await bench.open(['--demo'], { program: 'desktop' });
    const { notices } = await handlers.get_snapshot({}, context());
    expect(notices).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('config.json') }),
    ]);
  });
});
