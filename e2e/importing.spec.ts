/** Importing a folder in the window: chosen, watched, looked through in a thread, shown in the gallery where it lies. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { expect, screenshotPath, test } from './support/test.js';

test('a chosen folder comes into the gallery with what is written in its files, and is watched', async ({ launch }) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-import-'));
  const longAgo = new Date(Date.UTC(2024, 2, 3, 12));
  const picture = async (name: string, colour: string, time = longAgo) => {
    const file = path.join(folder, name);
    await sharp({ create: { width: 64, height: 48, channels: 3, background: colour } })
      .withExif({ IFD0: { Model: `prompt:${JSON.stringify(graph(`a ${colour} field`))}` } })
      .webp()
      .toFile(file);
    fs.utimesSync(file, time, time);
  };
  try {
    for (const [number, colour] of ['teal', 'coral', 'gold', 'olive', 'navy'].entries())
      await picture(`${number}.webp`, colour);
    const { app, window } = await launch({ args: ['--demo'] });
    await window.getByRole('button', { name: 'Skip' }).click();
    await app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
    }, folder);
    await window.getByRole('button', { name: 'Import a folder' }).click();
    await expect(window.getByTestId('tile')).toHaveCount(5);
    await window.getByTestId('tile').first().click();
    await window.keyboard.press('i');
    await expect(window.getByTestId('lightbox').getByTestId('inspector')).toContainText('field');
    await window.screenshot({ path: screenshotPath('import-lightbox') });
    await window.keyboard.press('i');
    await window.keyboard.press('Escape');

    await picture('new.webp', 'crimson', new Date());
    await expect(window.getByTestId('tile')).toHaveCount(6, { timeout: 20_000 });

    await window.getByRole('button', { name: 'Settings' }).click();
    await window.getByRole('button', { name: 'Library' }).click();
    const row = window.getByRole('list', { name: 'Imported folders' }).getByRole('listitem').first();
    await expect(row).toContainText('6 files');
    await window.screenshot({ path: screenshotPath('settings-library') });
    await row.getByRole('switch').click();
    await expect(row.getByRole('switch')).not.toBeChecked();
    await row.getByRole('button', { name: 'Take out of the library' }).click();
    await window.getByRole('button', { name: 'Take it out' }).click();
    await expect(row).toHaveCount(0);
    await window.getByRole('button', { name: 'Gallery' }).click();
    await expect(window.getByTestId('tile')).toHaveCount(0);
    expect(fs.readdirSync(folder)).toHaveLength(6);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

test('a damaged film that hangs what reads it is shown as damaged, and holds up nothing', async ({ launch }) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-import-'));
  try {
    const put = (name: string) => {
      fs.copyFileSync(
        path.join(import.meta.dirname, 'support', 'files', 'hangs-its-reader.webm'),
        path.join(folder, name),
      );
      fs.utimesSync(path.join(folder, name), 1_700_000_000, 1_700_000_000);
    };
    put('film.webm');
    await sharp({ create: { width: 64, height: 48, channels: 3, background: 'teal' } })
      .png()
      .toFile(path.join(folder, 'after.png'));
    const { window } = await launch({ args: ['--demo', '--import-dir', folder] });
    await window.getByRole('button', { name: 'Skip' }).click();
    // The thread is given ten seconds with the folder's part, and ten with the file.
    await expect(window.getByTestId('tile')).toHaveCount(2, { timeout: 100_000 });
    await window.screenshot({ path: screenshotPath('import-damaged-film') });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

/** A graph as ComfyUI writes it into a WebP: one text and a sampler that follows it. */
function graph(text: string) {
  return {
    1: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'painter.safetensors' } },
    2: { class_type: 'CLIPTextEncode', inputs: { text, clip: ['1', 1] } },
    3: {
      class_type: 'KSampler',
      inputs: {
        seed: 7,
        steps: 20,
        cfg: 7,
        sampler_name: 'euler',
        scheduler: 'normal',
        denoise: 1,
        model: ['1', 0],
        positive: ['2', 0],
        negative: ['2', 0],
        latent_image: ['4', 0],
      },
    },
    4: { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 48, batch_size: 1 } },
  };
}
