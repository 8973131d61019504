/** The inspector and the stacks of the gallery, by mouse and by keyboard. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ElectronApplication, Page } from '@playwright/test';
import sharp from 'sharp';
import { type MadeJob, makeLibrary } from './support/library.js';
import { expect, screenshotPath, test } from './support/test.js';

/** A key that comes before the gallery is there is nobody's. */
async function openInspector(window: Page): Promise<void> {
  await expect(tiles(window)).toHaveCount(6);
  await window.keyboard.press('i');
  await expect(panel(window)).toBeVisible();
}

/** A still life in one colour: wall, floor, a ball and its shadow. */
function scene(hue: number, ball = 34): Promise<Buffer> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="608" height="416">
    <rect width="608" height="416" fill="hsl(${hue} 48% 58%)"/>
    <rect y="286" width="608" height="130" fill="hsl(${hue + 26} 42% 74%)"/>
    <ellipse cx="${330 + ball}" cy="338" rx="${ball * 2.4}" ry="12" fill="hsl(${hue} 30% 40%)" opacity=".5"/>
    <circle cx="300" cy="${340 - ball}" r="${ball}" fill="hsl(${hue + 170} 50% 66%)"/></svg>`;
  return sharp(Buffer.from(svg)).png().toBuffer();
}

const graph = {
  '3': {
    class_type: 'KSampler',
    inputs: { seed: 7, steps: 28, cfg: 3.5, model: ['4', 0], positive: ['6', 0], latent_image: ['5', 0] },
  },
  '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'flux1-dev-fp8.safetensors' } },
  '5': { class_type: 'EmptyLatentImage', inputs: { width: 1216, height: 832, batch_size: 1 } },
  '6': { class_type: 'CLIPTextEncode', inputs: { text: 'Terraced courtyard', clip: ['4', 1] } },
  '8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
  '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'courtyard' } },
};
const parameters = {
  prompt: 'Terraced courtyard at noon, terracotta walls, pale blue water, one stone sphere, long clean shadow',
  negative_prompt: 'text, watermark, people',
  steps: 28,
  cfg: 3.5,
  width: 1216,
  height: 832,
  seed: 2871440193,
  sampler_name: 'euler',
  scheduler: 'normal',
  model: 'flux1-dev-fp8.safetensors',
  lora: 'plaster_light.safetensors',
  lora_strength: 0.8,
};
const hostile = '<img src=x onerror="window.harmed = true"><script>window.harmed = true</script> & "quotes"';
const arabic = 'فناء مدرج عند الظهيرة، جدران من الطين';

let dataDir: string;
test.beforeEach(async () => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-inspector-'));
  const [first, second, long, rtl, odd] = await Promise.all([scene(12), scene(24), scene(90), scene(200), scene(300)]);
  const batch = await Promise.all([150, 168, 186, 204].map((hue, at) => scene(hue, 24 + 6 * at)));
  // So close together that they are of one day, nearly whenever this runs.
  let time = Date.now() - 100;
  const next = () => {
    time += 10;
    return time;
  };
  const claude = { client_name: 'Claude Desktop', session_id: 'conversation' };
  makeLibrary(dataDir, function* (made): Generator<MadeJob> {
    yield {
      prompt_id: 'long',
      finished_ms: next(),
      files: { 'long.png': long },
      parameters: { prompt: 'lantern '.repeat(12_800), seed: 1 },
    };
    yield {
      prompt_id: 'odd',
      finished_ms: next(),
      files: { 'odd.png': odd },
      parameters: { prompt: hostile, seed: 2 },
    };
    yield {
      prompt_id: 'rtl',
      finished_ms: next(),
      files: { 'rtl.png': rtl },
      parameters: { prompt: arabic, seed: 3 },
      client_name: 'Cursor',
    };
    yield {
      prompt_id: 'first',
      finished_ms: next(),
      files: { 'courtyard_1.png': first },
      parameters,
      graph,
      ...claude,
    };
    yield {
      prompt_id: 'second',
      finished_ms: next(),
      files: { 'courtyard_2.png': second },
      parameters: { ...parameters, seed: 42 },
      graph,
      ...claude,
      parent_asset_id: made('first')[0] ?? null,
    };
    yield {
      prompt_id: 'batch',
      finished_ms: next(),
      files: Object.fromEntries(batch.map((bytes, at) => [`batch_${at + 1}.png`, bytes])),
      parameters: { ...parameters, seed: 43 },
      graph,
      ...claude,
      parent_asset_id: made('second')[0] ?? null,
    };
  });
});
test.afterEach(() => fs.rmSync(dataDir, { recursive: true, force: true }));

const tiles = (window: Page) => window.getByTestId('tile');
const chosen = (window: Page) => window.locator('[data-testid=tile][data-chosen]');
const panel = (window: Page) => window.getByTestId('inspector');
const copied = (app: ElectronApplication) => app.evaluate(({ clipboard }) => clipboard.readText());
const tileOf = (window: Page, words: string) =>
  window.getByTestId('tile').and(window.getByRole('button', { name: words }));

test('a batch is a stack that opens and closes in its place, and is chosen whole', async ({ launch }) => {
  const { window } = await launch({ args: ['--demo'], dataDir });
  // Nine assets, four of them in one stack.
  await expect(tiles(window)).toHaveCount(6);
  await expect(window.getByRole('heading', { name: 'All work' }).locator('..')).toContainText('9');
  await expect(window.getByText(/^9 made, Claude Desktop 6/)).toBeVisible();
  await window.getByRole('button', { name: 'Open the stack of 4' }).click();
  await expect(tiles(window)).toHaveCount(9);
  await window.screenshot({ path: screenshotPath('stack-open') });
  await window.getByRole('button', { name: 'Close the stack of 4' }).nth(2).click();
  await expect(tiles(window)).toHaveCount(6);

  // By key: the arrow goes over the stack, B opens it, and closes it from any of its pictures.
  await tiles(window).nth(0).focus();
  await window.keyboard.press('ArrowRight');
  await expect(tiles(window).nth(1)).toBeFocused();
  await window.keyboard.press('ArrowLeft');
  await window.keyboard.press('b');
  await expect(tiles(window)).toHaveCount(9);
  await window.keyboard.press('ArrowRight');
  await window.keyboard.press('ArrowRight');
  await window.keyboard.press('b');
  await expect(tiles(window)).toHaveCount(6);
  await expect(tiles(window).nth(0)).toBeFocused();

  const bar = window.getByTestId('selection-bar');
  await window.keyboard.press('Shift+ArrowRight');
  await expect(chosen(window)).toHaveCount(2);
  await expect(bar).toContainText('5 selected');
  await tiles(window)
    .nth(0)
    .click({ modifiers: ['ControlOrMeta'] });
  await expect(bar).toContainText('1 selected');
  await window.keyboard.press('Escape');

  // Shown singly, and remembered.
  await window.getByRole('button', { name: 'Stack batches' }).click();
  await expect(tiles(window)).toHaveCount(9);
  await window.reload();
  await expect(tiles(window)).toHaveCount(9);
  await window.getByRole('button', { name: 'Stack batches' }).click();
  await expect(tiles(window)).toHaveCount(6);
  await tiles(window)
    .nth(0)
    .click({ modifiers: ['ControlOrMeta'] });
  await window.keyboard.press('Delete');
  await expect(tiles(window)).toHaveCount(5);
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(tiles(window)).toHaveCount(6);
});

test('tells everything about one, copies it, and goes to its family', async ({ launch }) => {
  const { window, app } = await launch({ args: ['--demo'], dataDir });
  await openInspector(window);
  await tiles(window).nth(1).click();
  const inspector = panel(window);
  await expect(inspector.getByRole('heading', { name: 'courtyard_2.png' })).toBeVisible();
  for (const text of ['plaster_light', '0.80', 'Claude Desktop', '1.4.2', '608 × 416', 'Second of 6', 'in 11.4 s']) {
    await expect(inspector).toContainText(text);
  }
  await inspector.getByRole('button', { name: 'Copy Seed: 42' }).click();
  await expect.poll(() => copied(app)).toBe('42');
  await inspector.getByRole('button', { name: 'Copy all parameters' }).click();
  await expect.poll(() => copied(app)).toContain('sampler_name: euler');
  await inspector.getByRole('button', { name: 'Copy prompt' }).click();
  await expect.poll(() => copied(app)).toBe(parameters.prompt);

  await inspector.getByRole('button', { name: /^Made from: / }).click();
  await expect(inspector.getByRole('heading', { name: 'courtyard_1.png' })).toBeVisible();
  await expect(inspector).toContainText('First of 6');
  await inspector.getByRole('button', { name: 'Show 4 more as a tree' }).press('Enter');
  await expect(inspector.getByRole('region', { name: 'Lineage' }).getByRole('listitem')).toHaveCount(6);
  await window.screenshot({ path: screenshotPath('inspector-tree') });
  await inspector.getByRole('region', { name: 'Lineage' }).getByRole('listitem').last().getByRole('button').click();
  await expect(inspector.getByRole('heading', { name: /^batch_/ })).toBeVisible();
  await inspector
    .getByRole('button', { name: /^Made from: / })
    .last()
    .click();

  // Tags and albums, with what there is to choose from.
  await inspector.getByRole('combobox', { name: 'Add a tag' }).fill('courtyards');
  await window.keyboard.press('Enter');
  await expect(inspector.getByRole('button', { name: 'Remove the tag courtyards' })).toBeVisible();
  await inspector.getByRole('combobox', { name: 'Add to an album' }).fill('Spring issue');
  await window.keyboard.press('Enter');
  await expect(inspector.getByRole('button', { name: 'Remove the album Spring issue' })).toBeVisible();
  await tileOf(window, arabic).click();
  await inspector.getByRole('combobox', { name: 'Add a tag' }).pressSequentially('yard');
  await expect(inspector.getByRole('option', { name: 'courtyards' })).toBeVisible();
  await inspector.getByRole('combobox', { name: 'Add a tag' }).press('Tab');
  await expect(inspector.getByRole('button', { name: 'Remove the tag courtyards' })).toBeVisible();

  // The file in the system's file manager.
  await app.evaluate(({ shell }) => {
    shell.showItemInFolder = (file) => {
      (globalThis as { shown?: string }).shown = file;
    };
  });
  await inspector.getByRole('button', { name: 'Show in folder' }).click();
  await expect.poll(() => app.evaluate(() => (globalThis as { shown?: string }).shown)).toMatch(/output.rtl\.png$/);
});

test('shows a graph as a picture and as text to search in', async ({ launch }) => {
  const { window, app } = await launch({ args: ['--demo'], dataDir });
  await openInspector(window);
  await tiles(window).nth(1).click();
  await panel(window).getByRole('button', { name: 'Open as a picture' }).click();
  const overlay = window.getByTestId('graph-overlay');
  await expect(overlay.getByText('KSampler')).toBeVisible();
  await window.screenshot({ path: screenshotPath('inspector-graph') });
  await overlay.getByRole('button', { name: 'JSON' }).click();
  await overlay.getByRole('textbox', { name: 'Find in the graph' }).fill('CLASS_type');
  await expect(overlay.getByRole('status')).toHaveText('1 of 6');
  await window.keyboard.press('Enter');
  await expect(overlay.getByRole('status')).toHaveText('2 of 6');
  await window.screenshot({ path: screenshotPath('inspector-json') });
  await overlay.getByRole('button', { name: 'Copy graph' }).click();
  await expect.poll(async () => JSON.parse(await copied(app))).toEqual(graph);
  await window.keyboard.press('Escape');
  await expect(overlay).toHaveCount(0);
  await expect(panel(window)).toBeVisible();
});

test('shows any prompt as it was written', async ({ launch }) => {
  const { window } = await launch({ args: ['--demo'], dataDir });
  await openInspector(window);
  const prompt = panel(window).getByRole('region', { name: 'Prompt' });
  await tileOf(window, 'onerror').click();
  await expect(prompt).toContainText(hostile);
  expect(await window.evaluate(() => 'harmed' in globalThis)).toBe(false);
  await tileOf(window, arabic).click();
  expect(await prompt.locator('p').evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
  await window.screenshot({ path: screenshotPath('inspector-rtl') });

  await tileOf(window, 'lantern').click();
  const text = async () => (await prompt.locator('p').textContent())?.length ?? 0;
  expect(await text()).toBeLessThan(700);
  await prompt.getByRole('button', { name: 'Show all 102,400 characters' }).click();
  await expect.poll(text).toBe(102_400);
  await window.screenshot({ path: screenshotPath('inspector-long') });
  // However long it is, the panel is no wider than before and all of it can be reached.
  const room = await panel(window).evaluate(({ clientWidth, scrollWidth }) => scrollWidth - clientWidth);
  expect(room).toBe(0);
  await prompt.getByRole('button', { name: 'Show less' }).click();
  await expect.poll(text).toBeLessThan(700);
});

test('shows what several share, and changes all of them', async ({ launch }) => {
  const { window } = await launch({ args: ['--demo'], dataDir });
  await openInspector(window);
  await tiles(window).nth(1).click();
  await tiles(window)
    .nth(2)
    .click({ modifiers: ['Shift'] });
  const inspector = panel(window);
  await expect(inspector.getByRole('heading', { name: '2 selected' })).toBeVisible();
  await expect(inspector).toContainText(parameters.prompt);
  await expect(inspector.getByText('differs')).toHaveCount(1);
  await inspector.getByRole('button', { name: '4 stars' }).click();
  await expect(inspector.getByRole('button', { name: '4 stars' })).toHaveAttribute('aria-pressed', 'true');
  await inspector.getByRole('combobox', { name: 'Add a tag' }).fill('pair');
  await window.keyboard.press('Enter');
  await expect(inspector.getByRole('button', { name: 'Remove the tag pair' })).toBeVisible();
  await tiles(window)
    .nth(3)
    .click({ modifiers: ['ControlOrMeta'] });
  await expect(inspector.getByRole('button', { name: 'Give all of them the tag pair' })).toBeVisible();
  await window.screenshot({ path: screenshotPath('inspector-several') });
  await inspector.getByRole('button', { name: 'Give all of them the tag pair' }).click();
  await expect(inspector.getByRole('button', { name: 'Give all of them the tag pair' })).toHaveCount(0);
  await window.keyboard.press('Escape');
  await tiles(window).nth(3).click();
  await expect(inspector.getByRole('button', { name: 'Remove the tag pair' })).toBeVisible();
});

for (const theme of ['dark', 'light'] as const) {
  test(`the inspector for a person to look at, ${theme}`, async ({ launch }) => {
    const { window, app } = await launch({ args: ['--demo'], dataDir });
    await window.emulateMedia({ colorScheme: theme });
    await openInspector(window);
    await tiles(window).nth(1).click();
    await window.keyboard.press('4');
    await expect(panel(window)).toContainText('Second of 6');
    await expect(window.getByRole('img', { name: '4 stars' })).toBeVisible();
    for (const [width, height] of [
      [1280, 800],
      [900, 600],
    ] as const) {
      await app.evaluate(
        ({ BrowserWindow }, size) => {
          BrowserWindow.getAllWindows()
            .find((one) => one.isVisible())
            ?.setContentSize(size.width, size.height);
        },
        { width, height },
      );
      await expect.poll(() => window.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height]);
      await panel(window).evaluate((element) => element.scrollTo(0, 0));
      await panel(window).getByRole('button', { name: 'Copy Seed: 42' }).hover();
      await window.screenshot({ path: screenshotPath(`inspector-${theme}-${width}x${height}`) });
      await panel(window).evaluate((element) => element.scrollTo(0, element.scrollHeight));
      await window.screenshot({ path: screenshotPath(`inspector-end-${theme}-${width}x${height}`) });
    }
  });
}
