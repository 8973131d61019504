/** The product's main job: an agent asks, a picture appears in the window, and it is still there tomorrow. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connectAgent, type Progress } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import { expect, screenshotPath, test } from './support/test.js';

const demo = { args: ['--demo'] };

test('an agent makes a picture, the window shows it without a reload, and a restart keeps it', async ({ launch }) => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-library-'));
  try {
    const first = await launch({ ...demo, dataDir });
    await first.window.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
    await first.window.getByRole('button', { name: 'Skip' }).click();
    const agent = await connectAgent(endpointOf(first));
    expect((await agent.tools()).map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'generate_image',
        'generate_song',
        'get_job',
        'list_assets',
        'view_image',
        'get_server_status',
      ]),
    );

    const progress: Progress[] = [];
    const made = await agent.call('generate_image', { prompt: 'a red dahlia on black', seed: 7, steps: 12 }, (update) =>
      progress.push(update),
    );
    expect(made.isError).toBe(false);
    expect(made.structured).toMatchObject({
      status: 'completed',
      workflow_id: 'generate_image',
      mime_type: 'image/png',
      width: 512,
      height: 512,
      seed: 7,
      demo: true,
    });
    expect(JSON.parse(made.content[0]?.text ?? '')).toEqual(made.structured);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.map((update) => update.progress)).toEqual(
      [...progress.map((update) => update.progress)].sort((a, b) => a - b),
    );
    expect(progress.some((update) => /Sampler \d+ of 12/.test(update.message ?? ''))).toBe(true);

    const assetId = String(made.structured.asset_id);
    const viewed = await agent.call('view_image', { asset_id: assetId });
    const image = viewed.content.find((block) => block.type === 'image');
    expect(image?.mimeType).toBe('image/webp');
    expect(
      Buffer.from(image?.data ?? '', 'base64')
        .subarray(8, 12)
        .toString(),
    ).toBe('WEBP');

    const fetched = await fetch(String(made.structured.asset_url));
    expect(fetched.headers.get('content-type')).toBe('image/png');
    expect((await fetched.arrayBuffer()).byteLength).toBe(made.structured.bytes_size);

    const tile = first.window.locator(`[data-testid="tile"][data-asset-id="${assetId}"]`);
    await expect(tile).toBeVisible();
    await expect
      .poll(() =>
        tile
          .locator('img')
          .first()
          .evaluate((img: HTMLImageElement) => img.naturalWidth),
      )
      .toBeGreaterThan(0);
    expect(await first.window.evaluate(() => Reflect.get(globalThis, 'notReloaded'))).toBe(true);
    await first.window.screenshot({ path: screenshotPath('generation-gallery') });
    await agent.close();
    await first.close();

    const second = await launch({ ...demo, dataDir });
    const again = second.window.locator(`[data-testid="tile"][data-asset-id="${assetId}"]`);
    await expect(again).toBeVisible();
    await expect
      .poll(() =>
        again
          .locator('img')
          .first()
          .evaluate((img: HTMLImageElement) => img.naturalWidth),
      )
      .toBeGreaterThan(0);
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
});

test('a song made by an agent plays in the window', async ({ launch }) => {
  const app = await launch(demo);
  await app.window.getByRole('button', { name: 'Skip' }).click();
  const agent = await connectAgent(endpointOf(app));
  const made = await agent.call('generate_song', {
    tags: 'slow piano, rain',
    lyrics: 'rain on the roof\nall night',
    seconds: 4,
    steps: 6,
  });
  expect(made.structured).toMatchObject({ status: 'completed', mime_type: 'audio/mpeg' });
  const tile = app.window.locator(`[data-testid="tile"][data-asset-id="${made.structured.asset_id}"]`);
  await tile.click();
  const lightbox = app.window.getByTestId('lightbox');
  await expect(lightbox).toBeVisible();
  await lightbox.getByRole('button', { name: 'Play', exact: true }).click();
  const time = () => lightbox.locator('audio').evaluate((audio: HTMLAudioElement) => audio.currentTime);
  await expect.poll(time).toBeGreaterThan(0.2);
  expect(await lightbox.locator('audio').evaluate((audio: HTMLAudioElement) => audio.duration)).toBeGreaterThan(3);
  await app.window.screenshot({ path: screenshotPath('song-lightbox') });
  await agent.close();
});
