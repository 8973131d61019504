/** The first run brings in what ComfyUI made before; files with bad contents and words are shown honestly. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { wave } from '../src/main/media/testing-files.js';
import { fillLibrary } from './support/library.js';
import { expect, test } from './support/test.js';

const picture = (background: string) =>
  sharp({ create: { width: 96, height: 64, channels: 3, background } })
    .png()
    .toBuffer();

test('the first run indexes ComfyUI’s output folder', async ({ launch }) => {
  const output = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-output-'));
  try {
    for (const colour of ['teal', 'coral']) fs.writeFileSync(path.join(output, `${colour}.png`), await picture(colour));
    const { window } = await launch({
      env: { COMFYUI_URL: 'http://127.0.0.1:9', COMFYUI_OUTPUT_ROOT: output },
    });
    await expect(window.getByText(`ComfyUI’s output folder is ${output}.`)).toBeVisible();
    await window.getByRole('button', { name: 'Index it' }).click();
    await expect(window.getByText('2 new files')).toBeVisible();
    // Nothing was made here yet.
    await expect(window.getByRole('heading', { name: 'Make one now' })).toBeVisible();
    await window.getByRole('button', { name: 'Skip' }).click();
    await expect(window.getByTestId('tile')).toHaveCount(2);
  } finally {
    fs.rmSync(output, { recursive: true, force: true });
  }
});

test('names in any script, markup, a wide picture and an endless prompt break nothing', async ({ launch }) => {
  test.setTimeout(120_000);
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-bad-'));
  const markup = `<img src=x onerror="window.ran=1"><b>bold</b> مرفأ 港口 ${'word '.repeat(20_000)}`;
  try {
    const wide = sharp({ create: { width: 30_000, height: 20, channels: 3, background: 'gold' } });
    fillLibrary(dataDir, {
      'صورة ‮gnp.exe.png': await picture('teal'),
      '<img src=x onerror=window.ran=1>.png': await picture('coral'),
      'wide.png': await wide.png().toBuffer(),
      'hours.wav': wave(7200, 1000, () => 0.2),
      'gone.png': await picture('gold'),
    });
    fs.rmSync(path.join(dataDir, 'demo', 'output', 'gone.png'));
    const { window } = await launch({ args: ['--demo'], dataDir });
    const tiles = window.getByTestId('tile');
    await expect(tiles).toHaveCount(5);
    await expect(tiles.locator('img')).toHaveCount(3);
    // The newest first: one whose file is gone, and a sound of two hours.
    await expect(tiles.nth(0)).toContainText('gone.png');
    await expect(tiles.nth(0)).toContainText('missing');
    await expect(tiles.nth(1)).toContainText('2:00:00');
    await tiles.nth(1).click();
    const line = window.getByTestId('lightbox').getByRole('slider', { name: 'Position' });
    await line.focus();
    await window.keyboard.press('End');
    await expect(line).toHaveAttribute('aria-valuetext', '2:00:00 of 2:00:00');
    await window.keyboard.press('Escape');
    await expect(window.getByTestId('lightbox')).toHaveCount(0);
    const sameWidth = () =>
      window.evaluate(() => document.documentElement.scrollWidth === document.documentElement.clientWidth);
    expect(await sameWidth()).toBe(true);
    for (let at = 2; at < 5; at += 1) {
      await tiles.nth(at).focus();
      await window.keyboard.press(' ');
      await expect(window.getByTestId('lightbox-original')).toHaveAttribute('data-loaded', 'true');
      expect(await sameWidth()).toBe(true);
      await window.keyboard.press('Escape');
      await expect(window.getByTestId('lightbox')).toHaveCount(0);
    }

    const made = await window.evaluate(
      (prompt) =>
        Reflect.get(globalThis, 'bridge').invoke('run_workflow', {
          workflow_id: 'generate_image',
          overrides: { prompt, steps: 1 },
          wait_seconds: 60,
        }),
      markup,
    );
    expect(made.ok).toBe(true);
    await expect(tiles).toHaveCount(6);
    await tiles.nth(0).focus();
    await window.keyboard.press('Enter');
    await expect(window.getByTestId('inspector')).toContainText('<b>bold</b>');
    expect(await sameWidth()).toBe(true);
    expect(await window.evaluate(() => Reflect.get(globalThis, 'ran'))).toBeUndefined();
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
});
