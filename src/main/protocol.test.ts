/** What agents have beside tools, with the official clients of both generations against a whole core. */
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Core } from './core.js';
import { type CoreBench, callContext, createCoreBench, type TestServer } from './core.testing.js';
import { maxResourceBytes } from './mcp/resources.js';
import { connectLegacy, connectModern, modernRequest, type TestClient } from './mcp/testing.js';
import { sharp } from './sharp.js';

const small = { prompt: 'a boat at dawn', width: 64, height: 64, steps: 2 };
const assetPrompts = ['refine_image', 'make_variations', 'compose_workflow', 'pick_best'];

let bench: CoreBench;
let server: TestServer;
let core: Core;
let url: string;
let made: { asset_id: string; asset_url: string; prompt_id: string; session_id: string };

beforeAll(async () => {
  bench = createCoreBench();
  server = await bench.server({ stepDelayMs: 20 });
  core = await bench.open(server.args);
  url = core.endpoint().url ?? '';
  const maker = await connectModern(url);
  made = z
    .object({ asset_id: z.string(), asset_url: z.string(), prompt_id: z.string(), session_id: z.string() })
    .parse((await maker.call('generate_image', small)).structuredContent);
  await maker.close();
});
afterAll(() => bench.dispose());

async function reopen(more: string[] = []): Promise<void> {
  await bench.close();
  core = await bench.open([...server.args, ...more]);
  url = core.endpoint().url ?? '';
}

describe.each(['legacy', 'modern'] as const)('%s clients', (generation) => {
  let client: TestClient;
  beforeAll(async () => {
    client = await (generation === 'legacy' ? connectLegacy : connectModern)(url);
  });
  afterAll(() => client.close());

  it('list workflows and assets', async () => {
    const { resources } = await client.resources();
    expect(resources).toContainEqual(
      expect.objectContaining({ uri: 'workflow://generate_image', mimeType: 'application/json' }),
    );
    expect(resources).toContainEqual(
      expect.objectContaining({ uri: `asset://${made.asset_id}`, title: 'a boat at dawn', mimeType: 'image/png' }),
    );
    const templates = await client.templates();
    expect(templates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'asset://{asset_id}',
      'asset://{asset_id}/thumbnail',
      'asset://{asset_id}/provenance',
      'workflow://{workflow_id}',
      'job://{prompt_id}',
    ]);
    for (const template of templates) expect(template).toMatchObject({ title: expect.any(String), icons: [{}] });
  });

  it('read an asset, its thumbnail, its provenance, its workflow and its job', async () => {
    const [file] = await client.read(`asset://${made.asset_id}`);
    const bytes = Buffer.from(file?.blob ?? '', 'base64');
    expect(file).toMatchObject({ uri: `asset://${made.asset_id}`, mimeType: 'image/png' });
    expect(bytes).toEqual(Buffer.from(await (await fetch(made.asset_url)).arrayBuffer()));
    const [thumbnail] = await client.read(`asset://${made.asset_id}/thumbnail`);
    expect(thumbnail?.mimeType).toBe('image/webp');
    expect(
      Buffer.from(thumbnail?.blob ?? '', 'base64')
        .subarray(8, 12)
        .toString(),
    ).toBe('WEBP');
    const json = async (uri: string): Promise<unknown> => JSON.parse((await client.read(uri))[0]?.text ?? '');
    expect(await json(`asset://${made.asset_id}/provenance`)).toMatchObject({
      asset_id: made.asset_id,
      parameters: { prompt: 'a boat at dawn' },
      submitted_workflow: expect.any(Object),
    });
    expect(await json('workflow://generate_image')).toMatchObject({ workflow: { id: 'generate_image' } });
    expect(await json(`job://${made.prompt_id}`)).toMatchObject({
      status: 'completed',
      assets: [{ asset_id: made.asset_id }],
    });
  });

  it.each([
    'asset://nothing',
    'asset://nothing/thumbnail',
    'asset://nothing/provenance',
    'workflow://nothing',
    'job://nothing',
    'job://nothing/thumbnail',
    'https://example.com/',
    'asset://%',
  ])('are told that %s is not there', async (uri) => {
    await expect(client.read(uri)).rejects.toMatchObject({ code: -32602, data: { uri } });
  });

  it('choose among prompts', async () => {
    const prompts = await client.prompts();
    expect(prompts.map(({ name }) => name)).toEqual(assetPrompts);
    for (const prompt of prompts) expect(prompt).toMatchObject({ title: expect.any(String), icons: [{}] });
    const messages = await client.prompt('refine_image', { asset_id: made.asset_id, change: 'a red sail' });
    expect(messages).toMatchObject([
      { role: 'user', content: { type: 'image', mimeType: 'image/webp' } },
      { role: 'user', content: { type: 'text', text: expect.stringMatching(/a boat at dawn[\s\S]*a red sail/) } },
    ]);
    const composed = await client.prompt('compose_workflow', { goal: 'sharpen', workflow_id: 'upscale_image' });
    expect(JSON.stringify(composed)).toContain('upscale_image');
    expect(JSON.stringify(await client.prompt('make_variations', { asset_id: made.asset_id }))).toContain('Make 4 var');
    expect(JSON.stringify(await client.prompt('pick_best', {}))).toContain('session_id \\"current\\"');
  });

  it.each([
    ['refine_image', { asset_id: 'nothing', change: 'x' }, 'There is no asset nothing'],
    ['refine_image', { change: 'x' }, 'needs asset_id'],
    ['make_variations', { asset_id: 'x', count: '9' }, 'from 2 to 8'],
    ['compose_workflow', { goal: 'x', workflow_id: 'nothing' }, 'nothing'],
    ['pick_best', { colour: 'x' }, 'no argument colour'],
    ['nonsense', {}, 'Unknown prompt: nonsense'],
  ])('are told what is wrong with %s of %j', async (name, args, words) => {
    await expect(client.prompt(name, args)).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining(words),
    });
  });

  it('complete assets, workflows, jobs, sessions, models, samplers and schedulers', async () => {
    const asset = { type: 'ref/resource', uri: 'asset://{asset_id}/thumbnail' } as const;
    expect(await client.complete(asset, 'asset_id', made.asset_id.slice(0, 6))).toContain(made.asset_id);
    expect(await client.complete(asset, 'asset_id', 'dawn boat')).toContain(made.asset_id);
    expect(await client.complete(asset, 'asset_id', 'zebra')).toEqual([]);
    expect(await client.complete({ type: 'ref/resource', uri: 'job://{prompt_id}' }, 'prompt_id', '')).toContain(
      made.prompt_id,
    );
    const workflow = { type: 'ref/resource', uri: 'workflow://{workflow_id}' } as const;
    expect(await client.complete(workflow, 'workflow_id', 'IMAGE')).toEqual([
      'image_to_image',
      ...['generate_image', 'generate_image_flux', 'generate_image_sdxl'],
      'upscale_image',
    ]);
    const compose = { type: 'ref/prompt', name: 'compose_workflow' } as const;
    expect(await client.complete(compose, 'model', 'v1-5')).toContain('v1-5-pruned-emaonly.ckpt');
    expect(await client.complete(compose, 'sampler_name', 'euler')).toEqual(
      expect.arrayContaining(['euler', 'euler_ancestral']),
    );
    expect(await client.complete(compose, 'scheduler', 'kar')).toEqual(['karras']);
    expect(await client.complete(compose, 'model', '', { workflow_id: 'nothing' })).toEqual([]);
    expect(await client.complete(compose, 'goal', 'x')).toEqual([]);
    const best = { type: 'ref/prompt', name: 'pick_best' } as const;
    expect(await client.complete(best, 'session_id', made.session_id.slice(0, 5))).toEqual([made.session_id]);
  });

  it('are told of changes to what they follow, and of what comes', async () => {
    const updated = vi.fn();
    const listChanged = vi.fn();
    const uri = `asset://${made.asset_id}/provenance`;
    const follower = await (generation === 'legacy' ? connectLegacy : connectModern)(url);
    await follower.follow([uri, 'workflow://followed'], { updated, listChanged });
    // The older client opens its stream on its own time.
    let rating = 0;
    await vi.waitFor(
      async () => {
        rating = (rating % 5) + 1;
        await client.call('update_asset', { asset_id: made.asset_id, rating });
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(updated).toHaveBeenCalledWith(uri);
      },
      { timeout: 10_000, interval: 100 },
    );
    expect(listChanged).not.toHaveBeenCalled();
    const graph = { '1': { class_type: 'EmptyImage', inputs: { width: 'PARAM_INT_WIDTH' } } };
    const file = path.join(bench.home, 'data', 'workflows', 'followed.json');
    await writeFile(file, JSON.stringify(graph));
    await vi.waitFor(() => expect(updated).toHaveBeenCalledWith('workflow://followed'), { timeout: 10_000 });
    await vi.waitFor(() => expect(listChanged).toHaveBeenCalled());
    expect(new Set(updated.mock.calls.flat())).toEqual(new Set([uri, 'workflow://followed']));
    await follower.close();
    await client.call('delete_workflow', { workflow_id: 'followed' });
  });

  it('are told how a job goes on', async () => {
    const updated = vi.fn();
    const follower = await (generation === 'legacy' ? connectLegacy : connectModern)(url);
    const seed = generation === 'legacy' ? 9 : 10;
    const { structuredContent } = await client.call('generate_image', { ...small, seed, steps: 150, wait_seconds: 0 });
    const uri = `job://${z.object({ prompt_id: z.string() }).parse(structuredContent).prompt_id}`;
    await follower.follow([uri], { updated, listChanged() {} });
    await vi.waitFor(() => expect(updated).toHaveBeenCalledWith(uri), { timeout: 10_000 });
    await vi.waitFor(async () => expect((await client.read(uri))[0]?.text).toContain('"status":"completed"'), {
      timeout: 20_000,
    });
    await follower.close();
  });

  it('see the node at work while a call waits', async () => {
    const seen: { message?: string | undefined }[] = [];
    await client.call(
      'generate_image',
      { ...small, steps: 20, seed: generation === 'legacy' ? 7 : 8 },
      { onprogress: (progress) => seen.push(progress) },
    );
    expect(seen.map(({ message }) => message).join('\n')).toMatch(/Sampler \d+ of 20/);
  });
});

describe('pages', () => {
  it('hold every asset once, and workflows on the first', async () => {
    const client = await connectLegacy(url);
    const count = 51;
    const folder = path.join(bench.home, 'pictures');
    await mkdir(folder);
    for (let shade = 0; shade < count; shade += 1) {
      const background = { r: shade, g: 0, b: 0 };
      const picture = sharp({ create: { width: 8, height: 8, channels: 3, background } });
      await writeFile(path.join(folder, `${shade}.png`), await picture.png().toBuffer());
    }
    await core.handlers.import_folder({ path: folder, watch: false }, callContext({ door: 'ipc' }));
    await vi.waitFor(
      async () => {
        const { structuredContent } = await client.call('get_library_stats');
        expect(structuredContent).toMatchObject({ imported: count });
      },
      { timeout: 20_000, interval: 200 },
    );
    const listed: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined = ''; cursor !== undefined; pages += 1) {
      const page: Awaited<ReturnType<TestClient['resources']>> = await client.resources(cursor || undefined);
      if (pages > 0) expect(page.resources.every(({ uri }) => uri.startsWith('asset://'))).toBe(true);
      listed.push(...page.resources.map(({ uri }) => uri));
      cursor = page.nextCursor;
    }
    expect(pages).toBeGreaterThan(1);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((uri) => uri.startsWith('asset://')).length).toBeGreaterThan(count);
    await expect(client.resources('nonsense')).rejects.toMatchObject({ code: -32602 });
    await client.close();
  });
});

describe('tasks', () => {
  const takes = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
  const request = (method: string, params: Record<string, unknown>, capabilities: object = takes) =>
    modernRequest(url, method, params, capabilities);
  const begin = (args: Record<string, unknown>, tool = 'generate_image') =>
    request('tools/call', { name: tool, arguments: args });
  const end = (taskId: string) =>
    vi.waitFor(
      async () => {
        const { result } = await request('tasks/get', { taskId });
        expect(result?.status).not.toBe('working');
        return result;
      },
      { timeout: 20_000, interval: 100 },
    );

  it('are offered to clients that take them', async () => {
    const { result } = await request('server/discover', {});
    expect(result).toMatchObject({ capabilities: { extensions: { 'io.modelcontextprotocol/tasks': {} } } });
    // Deprecated, and so not offered.
    expect(result).not.toHaveProperty('capabilities.logging');
    const serverInfo = 'io.modelcontextprotocol/serverInfo';
    expect(result).toMatchObject({ _meta: { [serverInfo]: { title: expect.any(String), icons: [{}] } } });
    const { result: list } = await request('prompts/list', {});
    expect(list).not.toHaveProperty(['_meta', serverInfo, 'icons']);
    const { error } = await request('tasks/get', { taskId: made.prompt_id }, {});
    expect(error).toMatchObject({ code: -32021 });
    const plain = await request('tools/call', { name: 'generate_image', arguments: { ...small, seed: 21 } }, {});
    expect(plain.result).toMatchObject({ resultType: 'complete', structuredContent: { status: 'completed' } });
  });

  it('end with what the call would have answered', async () => {
    const { result: created } = await begin({ ...small, steps: 20, seed: 22 });
    expect(created).toMatchObject({ resultType: 'task', status: 'working', ttlMs: null });
    const taskId = z.string().parse(created?.taskId);
    expect((await request('tools/call', { name: 'get_job', arguments: { prompt_id: taskId } })).result).toMatchObject({
      structuredContent: { prompt_id: taskId },
    });
    const done = await end(taskId);
    expect(done).toMatchObject({ status: 'completed', taskId });
    const call = await request('tools/call', {
      name: 'generate_image',
      arguments: { ...small, steps: 20, seed: 22, wait_seconds: 40 },
    });
    const answers = [done?.result, call.result].map((one) =>
      z.looseObject({ structuredContent: z.looseObject({}) }).parse(one),
    );
    const [ofTask, ofCall] = answers.map(({ structuredContent }) => Object.keys(structuredContent).sort());
    // The second answer came from the engine's cache and says so.
    expect(ofTask).toEqual(ofCall?.filter((key) => key !== 'message'));
    expect(answers[0]?.structuredContent.asset_id).toBe(answers[1]?.structuredContent.asset_id);
  });

  it('tell of a job that failed as the call would have', async () => {
    const { result: created } = await begin({ ...small, steps: 40, seed: 23 });
    const taskId = z.string().parse(created?.taskId);
    await request('tasks/cancel', { taskId });
    expect(await end(taskId)).toMatchObject({ status: 'cancelled' });
    expect((await request('tasks/cancel', { taskId })).result).toEqual(
      expect.objectContaining({ resultType: 'complete' }),
    );
    const refused = await begin({ ...small, sampler_name: 'nonsense' });
    expect(refused.result).toMatchObject({ resultType: 'complete', isError: true });
  });

  it('tell how far they are, and what only the call knew', async () => {
    const { result: created } = await request('tools/call', {
      name: 'run_workflow',
      arguments: { workflow_id: 'generate_image', overrides: { ...small, seed: 26, steps: 60, scheduler: null } },
    });
    const taskId = z.string().parse(created?.taskId);
    await vi.waitFor(async () => {
      const { result } = await request('tasks/get', { taskId });
      expect(result).toMatchObject({ status: 'working', statusMessage: expect.stringMatching(/Sampler \d+ of 60/) });
    });
    expect(await end(taskId)).toMatchObject({ result: { structuredContent: { overrides_dropped: ['scheduler'] } } });
  });

  it('are not made of calls that say how long they wait', async () => {
    const { result } = await begin({ ...small, seed: 24, wait_seconds: 30 });
    expect(result).toMatchObject({ resultType: 'complete', structuredContent: { status: 'completed' } });
  });

  it('of an unknown id are refused', async () => {
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel']) {
      expect((await request(method, { taskId: 'nothing' })).error, method).toMatchObject({ code: -32602 });
    }
  });

  it('go on after a restart, result and all', async () => {
    const { result: created } = await begin({ ...small, steps: 20, seed: 25 });
    const taskId = z.string().parse(created?.taskId);
    await reopen();
    expect(await end(taskId)).toMatchObject({
      status: 'completed',
      result: { structuredContent: { prompt_id: taskId, status: 'completed', asset_id: expect.any(String) } },
    });
  });
});

describe('a session', () => {
  it('still hears of what it subscribed to after a restart', async () => {
    const client = await connectLegacy(url);
    const updated = vi.fn();
    const uri = `asset://${made.asset_id}`;
    await client.follow([uri], { updated, listChanged() {} });
    const port = new URL(url).port;
    await reopen(['--port', port]);
    const other = await connectModern(url);
    let rating = 0;
    // The client opens its stream anew on its own time.
    await vi.waitFor(
      async () => {
        rating = (rating % 5) + 1;
        await other.call('update_asset', { asset_id: made.asset_id, rating });
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(updated).toHaveBeenCalledWith(uri);
      },
      { timeout: 20_000, interval: 100 },
    );
    await Promise.all([client.close(), other.close()]);
  });
});

describe('a file that is too large', () => {
  it('is refused with the address that opens it', async () => {
    const client = await connectModern(url);
    await truncate((await core.assets.original(made.asset_id)).path, maxResourceBytes + 1);
    await expect(client.read(`asset://${made.asset_id}`)).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('a resource carries at most 8 MB'),
      data: { error_code: 'NOT_SUPPORTED', details: { asset_url: expect.stringContaining(made.asset_id) } },
    });
    await client.close();
  });
});
