/** Files as inputs, as an agent uses them over the endpoint: up, on into the next workflow, and where it came from. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from '@playwright/test';
import sharp from 'sharp';
import { record, test } from './support/world.js';

const folder = mkdtempSync(path.join(tmpdir(), 'e2e-agent-inputs-'));
test.use({ start: { args: ['--demo', '--input-dir', folder] } });
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const generation of ['2025-11-25', '2026-07-28'] as const) {
  test.describe(`protocol ${generation}`, () => {
    test.use({ generation });

    test('upload_image, image_to_image and upscale_image by asset ids; the lineage shows it', async ({ world }) => {
      const file = path.join(folder, 'harbour.png');
      const picture = await sharp({ create: { width: 96, height: 64, channels: 3, background: '#236' } })
        .png()
        .toBuffer();
      writeFileSync(file, picture);
      const first = await world.ok('upload_image', { path: file });
      expect(first).toMatchObject({ media_kind: 'image', already_there: false });
      expect(await world.ok('upload_image', { base64: picture.toString('base64') })).toMatchObject({
        asset_id: first.asset_id,
        name: first.name,
        already_there: true,
      });
      const second = await world.ok('image_to_image', { image: first.asset_id, prompt: 'a harbour', steps: 2 });
      expect(second).toMatchObject({ status: 'completed' });
      const third = await world.ok('upscale_image', { image: second.asset_id });
      expect(third).toMatchObject({ status: 'completed' });
      const told = await world.ok('get_asset_metadata', { asset_id: third.asset_id });
      expect(told).toMatchObject({ width: 384, height: 256 });
      expect(record(told.lineage)).toMatchObject({
        parent_asset_id: second.asset_id,
        ancestors: [second.asset_id, first.asset_id],
        inputs: { image: second.asset_id },
      });
      const film = await world.ok('generate_video', {
        prompt: 'the lamps come on',
        image: third.asset_id,
        ...{ width: 128, height: 96, duration: '0.5', fps: '8', steps: '2' },
      });
      expect(film).toMatchObject({ status: 'completed' });
      expect(await world.ok('get_asset_metadata', { asset_id: film.asset_id })).toMatchObject({
        mime_type: 'video/webm',
        width: 128,
        duration_seconds: expect.any(Number),
        parent_asset_id: third.asset_id,
      });
      await world.refused('MEDIA_UNSUPPORTED', 'upscale_image', { image: film.asset_id });

      await world.refused('INVALID_PATH', 'upload_image', { path: '/etc/passwd' });
      symlinkSync('/etc/passwd', path.join(folder, `way-out-${generation}.png`));
      await world.refused('INVALID_PATH', 'upload_image', { path: path.join(folder, `way-out-${generation}.png`) });
      await world.refused('INVALID_PATH', 'upload_image', { path: folder });
      await world.refused('VALIDATION_ERROR', 'upload_image', { base64: '%%%' });
      await world.refused('ASSET_NOT_FOUND', 'image_to_image', {
        image: '00000000-0000-4000-8000-000000000000',
        prompt: 'x',
      });
    });
  });
}
