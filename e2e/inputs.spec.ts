/** Pictures as inputs at the window: from the gallery by mouse and by keyboard, dropped, chosen, and with a painted mask. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import type { LaunchedApp } from './support/launch.js';
import { shots } from './support/looks.js';
import { expect, test } from './support/test.js';
import { record } from './support/world.js';

const small = { width: 128, height: 96, steps: 2 };

async function openWithPicture(launch: (options: { args: string[] }) => Promise<LaunchedApp>) {
  const app = await launch({ args: ['--demo'] });
  await app.window.getByRole('button', { name: 'Skip' }).click();
  const agent = await connectAgent(await endpointOf(app));
  const made = await agent.call('generate_image', { prompt: 'a lighthouse on a cliff', ...small, seed: 5 });
  expect(made.isError).toBe(false);
  const tiles = app.window.getByTestId('tile');
  await expect(tiles).toHaveCount(1);
  const lineage = async (assetId: unknown) =>
    record((await agent.call('get_asset_metadata', { asset_id: assetId })).structured.lineage);
  const newest = async () => {
    const { structured } = await agent.call('list_assets', { limit: 1 });
    return record((structured.assets as unknown[])[0]).asset_id;
  };
  return { app, agent, tiles, first: made.structured.asset_id, lineage, newest };
}

function fieldsOf(window: Page) {
  const composer = window.getByTestId('composer');
  return { composer, field: (name: string) => composer.locator(`[data-param="${name}"]`) };
}

test('image to image from the gallery by mouse, and an enlargement by keyboard alone', async ({ launch }) => {
  const { app, agent, tiles, first, lineage, newest } = await openWithPicture(launch);
  const { window } = app;
  const { composer, field } = fieldsOf(window);

  await tiles.first().click({ button: 'right' });
  await window.getByRole('menuitem', { name: 'Use as input for…' }).click();
  const choice = window.getByTestId('use-as-input');
  await shots(app, 'inputs-use-as');
  await choice.getByRole('button', { name: 'Image to image as image' }).click();
  await expect(field('image').locator('img')).toBeVisible();
  await composer.getByRole('textbox').first().fill('the same in a storm');
  await field('steps').getByRole('textbox').fill('2');
  await shots(app, 'inputs-form');
  await composer.getByRole('textbox').first().press('Control+Enter');
  await expect(tiles).toHaveCount(2, { timeout: 30_000 });
  const second = await newest();
  expect(await lineage(second)).toMatchObject({ parent_asset_id: first, inputs: { image: first } });

  // By keyboard: the newest tile, its action, the first workflow that needs no words.
  await window.keyboard.press('Escape');
  await tiles.first().focus();
  await window.keyboard.press('Control+u');
  await expect(choice).toBeVisible();
  const row = choice.getByRole('button', { name: 'Upscale image as image' });
  for (let tab = 0; tab < 12 && !(await row.evaluate((node) => node === document.activeElement)); tab += 1) {
    await window.keyboard.press('Tab');
  }
  await expect(row).toBeFocused();
  await window.keyboard.press('Enter');
  await expect(field('image').locator('img')).toBeVisible();
  await field('image').getByRole('button', { name: 'Gallery' }).focus();
  await window.keyboard.press('Enter');
  const picker = window.getByRole('toolbar', { name: 'Newest images' });
  await expect(picker.getByRole('button').first()).toBeFocused();
  await shots(app, 'inputs-picker');
  await window.keyboard.press('Enter');
  await field('image')
    .getByRole('button', { name: /choose a file/ })
    .focus();
  await window.keyboard.press('Control+Enter');
  await expect(tiles).toHaveCount(3, { timeout: 30_000 });
  expect(await lineage(await newest())).toMatchObject({ parent_asset_id: second, ancestors: [second, first] });
  await agent.close();
});

test('inpainting with a painted mask: brush, keys, taking back, and a rectangle by numbers', async ({ launch }) => {
  const { app, agent, tiles, first, lineage, newest } = await openWithPicture(launch);
  const { window } = app;
  const { composer, field } = fieldsOf(window);
  await tiles.first().click({ button: 'right' });
  await window.getByRole('menuitem', { name: 'Use as input for…' }).click();
  await window.getByTestId('use-as-input').getByRole('button', { name: 'Inpaint as image' }).click();
  await field('mask').getByRole('button', { name: 'Paint' }).click();
  const painter = window.getByTestId('mask-painter');
  const status = painter.getByRole('status');
  const sheet = painter.getByTestId('mask-sheet');
  await expect(status).toHaveText('Nothing is marked yet');
  await expect(painter.getByRole('button', { name: 'Use the mask' })).toBeDisabled();
  await expect(sheet.locator('canvas')).toBeVisible();

  // With the mouse, from left to right through the upper part.
  const box = await sheet.boundingBox();
  if (box === null) throw new Error('there is nothing to paint on');
  const paint = async (y: number) => {
    await window.mouse.move(box.x + box.width * 0.2, box.y + box.height * y);
    await window.mouse.down();
    await window.mouse.move(box.x + box.width * 0.8, box.y + box.height * y, { steps: 6 });
    await window.mouse.up();
  };
  await paint(0.25);
  await expect(status).toContainText('% is made anew');
  const marked = async () => Number.parseInt((await status.textContent()) ?? '', 10);
  const once = await marked();
  expect(once).toBeGreaterThan(2);
  await window.keyboard.press(']');
  await window.keyboard.press(']');
  await paint(0.6);
  const twice = await marked();
  expect(twice).toBeGreaterThan(once);
  await shots(app, 'inputs-mask');
  await window.keyboard.press('Control+z');
  await expect.poll(marked).toBe(once);
  await window.keyboard.press('Control+Shift+z');
  await expect.poll(marked).toBe(twice);
  await window.keyboard.press('i');
  await expect.poll(marked).toBeGreaterThan(100 - twice - 3);
  await window.keyboard.press('e');
  await expect(painter.getByRole('button', { name: 'Eraser' })).toHaveAttribute('aria-pressed', 'true');
  await window.keyboard.press('Delete');
  await expect(status).toHaveText('Nothing is marked yet');

  // Without painting: the left half by numbers.
  await painter.getByLabel('Rectangle width').fill('64');
  await painter.getByRole('button', { name: 'Mark', exact: true }).click();
  await expect(status).toHaveText('50 % is made anew');
  await painter.getByRole('button', { name: 'Use the mask' }).click();
  await expect(painter).toHaveCount(0);
  await expect(field('mask').locator('img')).toBeVisible();
  await composer.getByRole('textbox').first().fill('a red balloon');
  await field('steps').getByRole('textbox').fill('2');
  await composer.getByRole('textbox').first().press('Control+Enter');
  // The mask is an asset as well.
  await expect(tiles).toHaveCount(3, { timeout: 30_000 });
  const made = await newest();
  const told = await lineage(made);
  expect(told).toMatchObject({ parent_asset_id: first, inputs: { image: first, mask: expect.any(String) } });

  const pixels = async (assetId: unknown) => {
    const { structured } = await agent.call('view_image', { asset_id: assetId, mode: 'metadata' });
    const bytes = Buffer.from(await (await fetch(String(structured.asset_url))).arrayBuffer());
    return sharp(bytes).removeAlpha().raw().toBuffer();
  };
  const [mask, before, after] = [await pixels(record(told.inputs).mask), await pixels(first), await pixels(made)];
  const at = (bytes: Buffer, x: number, y: number) => [...bytes.subarray((y * 128 + x) * 3, (y * 128 + x) * 3 + 3)];
  expect([at(mask, 10, 40), at(mask, 120, 40)]).toEqual([
    [255, 255, 255],
    [0, 0, 0],
  ]);
  expect(at(after, 120, 10)).toEqual(at(before, 120, 10));
  const changed = [...Array(60).keys()].filter((x) => `${at(after, x, 40)}` !== `${at(before, x, 40)}`);
  expect(changed.length).toBeGreaterThan(20);
  await agent.close();
});

test('a file that is dropped on a field is an input, not an import; one that is chosen too', async ({ launch }) => {
  const { app, agent, tiles } = await openWithPicture(launch);
  const { window } = app;
  const { composer, field } = fieldsOf(window);
  const folder = mkdtempSync(path.join(tmpdir(), 'e2e-inputs-'));
  try {
    await window.keyboard.press('g');
    await composer.getByRole('combobox', { name: 'Workflow' }).click();
    await window.getByRole('option', { name: 'Upscale image' }).click();
    const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#c03020' } })
      .png()
      .toBuffer();
    // A drop out of another program's page: it has bytes and no path.
    await field('image')
      .getByRole('group')
      .evaluate(
        (node, content) => {
          const data = new DataTransfer();
          data.items.add(new File([Uint8Array.from(content)], 'dropped.png', { type: 'image/png' }));
          for (const type of ['dragenter', 'dragover', 'drop']) {
            node.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
          }
        },
        [...bytes],
      );
    await expect(field('image').locator('img')).toBeVisible();
    await expect(field('image')).toContainText('dropped-');
    const file = path.join(folder, 'chosen picture.png');
    writeFileSync(file, await sharp(bytes).negate().png().toBuffer());
    await field('image').getByTestId('file-image').setInputFiles(file);
    await expect(field('image')).toContainText('chosen picture-');
    // Both are in the library, once each, and nothing was imported from a folder.
    await expect(tiles).toHaveCount(3);
    const { structured } = await agent.call('get_library_stats', {});
    expect(JSON.stringify(structured)).toContain('"imported":0');
    await field('image').getByRole('button', { name: 'Take image away' }).click();
    await expect(field('image')).toContainText('Drop or paste an image here');

    writeFileSync(path.join(folder, 'page.png'), '<html></html>');
    await field('image').getByTestId('file-image').setInputFiles(path.join(folder, 'page.png'));
    await expect(window.getByText('is no picture, sound or video')).toBeVisible();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await agent.close();
});
