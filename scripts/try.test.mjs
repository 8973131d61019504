import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { startEndpoint, tableOf, toolOf } from '../src/main/mcp/testing.js';
import { AppError } from '../src/shared/errors.js';

const script = fileURLToPath(new URL('try.mjs', import.meta.url));
const stops = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(tools, options = {}) {
  const { endpoint, url } = await startEndpoint({ tools: () => tableOf(tools), ...options });
  stops.push(() => endpoint.stop());
  return url;
}

function run(...args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...args]);
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      err += chunk;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

const asset = { asset_id: 'a1', filename: 'x.png', mime_type: 'image/png', width: 512, asset_url: 'http://x/a/a1' };
const view = toolOf('view_image', async ({ asset_id }, { attachImage }) => {
  attachImage({ bytes: new Uint8Array(42), mime_type: 'image/webp' });
  return { asset_id };
});

describe('npm run try', () => {
  it('makes a picture, shows progress and what came back', async () => {
    const image = toolOf('generate_image', async ({ prompt }, { progress }) => {
      progress({ value: 10, max: 20, message: `painting ${prompt}` });
      return { status: 'completed', prompt_id: 'p1', assets: [asset], ...asset, seed: 7 };
    });
    const { code, out, err } = await run(await start([image, view]), '--prompt', 'two boats');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('Connected to test-endpoint 1.2.3');
    expect(out).toContain('10/20 painting two boats');
    expect(out).toMatch(/asset_url +http:\/\/x\/a\/a1/);
    expect(out).toContain('view_image: image/webp, 42 bytes');
  });

  it('waits for a job that takes longer, and makes songs', async () => {
    const song = toolOf('generate_song', async () => ({ status: 'running', prompt_id: 'p2', assets: [] }));
    const job = toolOf('get_job', async ({ prompt_id }) => ({ status: 'completed', prompt_id, assets: [asset] }));
    const url = await start([song, job], { token: () => 'secret' });
    const { code, out } = await run(url, '--song', '--token', 'secret');
    expect(code).toBe(0);
    expect(out).toContain('still running, waiting for job p2');
    expect(out).toMatch(/asset_id +a1/);
  });

  it('fails when the tool fails, the token is missing or nothing listens', async () => {
    const image = toolOf('generate_image', async () => {
      throw new AppError('COMFYUI_UNREACHABLE', 'ComfyUI does not answer.', { hint: 'Start it.' });
    });
    const url = await start([image], { token: () => 'secret' });
    expect(await run(url, '--token', 'secret')).toMatchObject({
      code: 1,
      err: expect.stringContaining('ComfyUI does not answer. (COMFYUI_UNREACHABLE)\nStart it.'),
    });
    expect(await run(url)).toMatchObject({ code: 1, err: expect.stringContaining('Failed:') });
    for (const stop of stops.splice(0)) await stop();
    expect(await run(url)).toMatchObject({ code: 1, err: expect.stringContaining('Failed:') });
  });
});
