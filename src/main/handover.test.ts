/** The headless program makes room for the desktop app: two real cores, one after the other, on one data directory. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectAgent } from './compat/agent.js';
import type { Core } from './core.js';
import { type CoreBench, callContext, createCoreBench, type OpenOptions, smallImage } from './core.testing.js';

let bench: CoreBench;
const stopping: Promise<void>[] = [];
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(async () => {
  await bench.dispose();
  await Promise.all(stopping.splice(0));
});

/** A headless program that ends when it has yielded. */
async function openHeadless(options: OpenOptions, args?: string[]): Promise<Core> {
  const core: Core = await bench.open(args, {
    program: 'headless',
    end: () => void stopping.push(core.stop()),
    ...options,
  });
  return core;
}

const desktop: OpenOptions = { program: 'desktop', takeOverFrom: 'bridge' };
const owner = (): { secret: string; endpoint: string } =>
  JSON.parse(readFileSync(path.join(bench.home, 'data', 'owner.json'), 'utf8'));

describe('a headless program that a bridge started', () => {
  it('yields to the desktop app, which takes its port and its sessions', async () => {
    const first = await openHeadless({ startedBy: 'bridge' });
    const { url } = first.endpoint();
    const agent = await connectAgent(url ?? '');
    const made = await agent.call('generate_image', smallImage.overrides);
    const second = await bench.open(undefined, desktop);
    expect(second.endpoint().url).toBe(url);
    const mine = await agent.call('list_assets', { session_id: 'current' });
    expect(mine.structured).toMatchObject({ assets: [{ asset_id: made.structured.asset_id }] });
    expect(owner()).toMatchObject({ kind: 'desktop', started_by: 'person' });
    await agent.close();
  });

  it('first ends what the demo engine is at, and leaves the rest to the app', async () => {
    const first = await openHeadless({ startedBy: 'bridge' });
    const slow = { ...smallImage, overrides: { ...smallImage.overrides, steps: 12 } };
    const begun = await first.handlers.run_workflow({ ...slow, wait_seconds: 0 }, callContext());
    const paused = new Promise<void>((resolve) => {
      first.listen((event) => event.type === 'sending.changed' && event.paused && resolve());
    });
    const opening = bench.open(undefined, desktop);
    await paused;
    const waits = await first.handlers.run_workflow({ ...smallImage, wait_seconds: 0 }, callContext());
    const second = await opening;
    const ended = await second.handlers.get_job({ prompt_id: begun.prompt_id, wait_seconds: 20 }, callContext());
    expect(ended.status).toBe('completed');
    const later = await second.handlers.get_job({ prompt_id: waits.prompt_id, wait_seconds: 20 }, callContext());
    expect(later.status).toBe('completed');
  });

  it('keeps its folder from whoever does not know the secret, and goes on when nobody waits any more', async () => {
    const core = await openHeadless({ startedBy: 'bridge' });
    const handover = new URL('/handover', core.endpoint().url ?? '');
    const ask = (secret: string, signal?: AbortSignal) =>
      fetch(handover, { method: 'POST', headers: { authorization: `Bearer ${secret}` }, signal });
    expect((await ask('guessed')).status).toBe(401);
    expect((await fetch(handover)).status).toBe(405);

    const slow = { ...smallImage, overrides: { ...smallImage.overrides, steps: 30 }, wait_seconds: 0 };
    const begun = await core.handlers.run_workflow(slow, callContext());
    const gone = new AbortController();
    const asked = ask(owner().secret, gone.signal);
    const waits = await core.handlers.run_workflow({ ...smallImage, wait_seconds: 0 }, callContext());
    gone.abort();
    await expect(asked).rejects.toThrow();
    for (const { prompt_id } of [begun, waits]) {
      const job = await core.handlers.get_job({ prompt_id, wait_seconds: 40 }, callContext());
      expect(job.status).toBe('completed');
    }
    expect(core.endpoint().state).toBe('on');
  });
});

describe('a headless program that a person started', () => {
  it('is named, and yields when it is asked to in earnest', async () => {
    const first = await openHeadless({});
    const { url } = first.endpoint();
    await expect(bench.open(undefined, desktop)).rejects.toMatchObject({
      code: 'DATA_DIR_IN_USE',
      message: expect.stringContaining(String(process.pid)),
      details: { kind: 'headless', started_by: 'person' },
    });
    const second = await bench.open(undefined, { ...desktop, takeOverFrom: 'anybody' });
    expect(second.endpoint().url).toBe(url);
  });
});

it('the desktop app never yields', async () => {
  const core = await bench.open(undefined, { program: 'desktop' });
  const headers = { authorization: `Bearer ${owner().secret}` };
  const answer = await fetch(new URL('/handover', core.endpoint().url ?? ''), { method: 'POST', headers });
  expect(answer.status).toBe(409);
  expect(core.endpoint().state).toBe('on');
});

it('what leads a bridge there is in the home directory, for this user only', async () => {
  await bench.open();
  const file = path.join(bench.home, '.config', 'comfy-mcp', 'endpoint.json');
  expect(existsSync(file)).toBe(true);
  const text = readFileSync(file, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ data_dir: path.join(bench.home, 'data') });
  expect(text).not.toContain(owner().secret);
});
