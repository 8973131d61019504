#!/usr/bin/env node
// npm run bench:gallery [-- --rows 100000 --keep FOLDER]: what the window does with a large library, beside
// an empty page in the same window. The library is made up; its small pictures are real files in the cache.
//
// `--keep FOLDER` makes the library there, or takes the one that is there. `--profile PREFIX` writes profiles of scrolling and
// of a picture being made, for the developer tools; `--only scrolling,blocks` runs some parts. Times on a busy machine are those of its neighbours too: the processor time of the
// page for each frame is what holds.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { _electron as electron } from 'playwright';
import { build } from '../scripts/lib/build.mjs';
import { openDisplay } from '../scripts/lib/display.mjs';
import { electronEnv, sandboxFlags } from '../scripts/lib/launch.mjs';
import { root } from '../scripts/lib/project.mjs';
import { resolveRuntime } from '../scripts/lib/runtime.mjs';
import { makeGalleryLibrary } from './gallery-library.mjs';
import { openLightbox, readIndex, scrollThrough, showEmptyPage, watchPage } from './gallery-page.mjs';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'string' },
    profile: { type: 'string' },
    only: { type: 'string', default: 'opening,scrolling,lightbox,blocks,memory' },
  },
});
const grid = '[data-testid=gallery-grid]';
const MiB = 1024 ** 2;
const ms = (number) => `${number.toFixed(number < 10 ? 1 : 0)} ms`;
const quantile = (numbers, share) => [...numbers].sort((a, b) => a - b)[Math.floor((numbers.length - 1) * share)] ?? 0;
const median = (numbers) => quantile(numbers, 0.5);

await build();
const runtime = await resolveRuntime({ root, link: true });
const folder = values.keep ?? fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-bench-'));
const dataDir = path.join(folder, 'data');
if (!fs.existsSync(path.join(dataDir, 'library.db'))) await makeGalleryLibrary({ dataDir, ...values });
const display = await openDisplay();
try {
  await measure();
} finally {
  await display.stop();
  if (values.keep === undefined) fs.rmSync(folder, { recursive: true, force: true });
}

async function measure() {
  const home = path.join(folder, 'home');
  fs.mkdirSync(home, { recursive: true });
  const app = await electron.launch({
    executablePath: runtime.executable,
    args: [root, ...sandboxFlags(), '--demo'],
    env: { ...electronEnv(display.env), HOME: home, COMFY_MCP_DATA_DIR: dataDir, COMFY_MCP_PORT: '0' },
  });
  try {
    const page = await app.firstWindow();
    await page.waitForSelector(`${grid} [data-testid=tile]`, { timeout: 60_000 });
    await page.context().addInitScript(watchPage);
    console.log(`Electron ${runtime.version}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(1)}\n`);
    const parts = { opening, scrolling, lightbox, blocks, memory };
    await page.reload();
    await page.waitForSelector(`${grid} [data-testid=tile]`);
    for (const [name, part] of Object.entries(parts)) {
      if (values.only.split(',').includes(name)) await part(page, app);
    }
  } finally {
    await app.close();
  }
}

function tell(what, value, aim = '') {
  console.log(`${what.padEnd(60)} ${value.padStart(20)}${aim === '' ? '' : `   aim ${aim}`}`);
}
async function opening(page) {
  const painted = [];
  for (let run = 0; run < 5; run += 1) {
    await page.reload();
    await page.waitForFunction(() => window.benchNotes.painted !== null, undefined, { timeout: 60_000 });
    painted.push(await page.evaluate(() => window.benchNotes.painted));
  }
  const index = [];
  for (let run = 0; run < 5; run += 1) index.push(await page.evaluate(readIndex));
  tell('assets', String(index[0].assets));
  tell('whole index, asked to there', ms(median(index.map((one) => one.ms))));
  tell('page loaded anew to first painted grid', ms(median(painted)), '≤ 1000 ms');
}

async function scrolling(page) {
  const height = await page.evaluate((selector) => document.querySelector(selector).scrollHeight, grid);
  const run = (options) => worked(page, () => page.evaluate(scrollThrough, { selector: grid, from: 0, ...options }));
  const fling = await run({ pixels: null, seconds: 12 });
  const steady = [];
  const stopProfile = await profile(page, 'scrolling');
  for (const share of [0.1, 0.5, 0.9]) {
    steady.push(await run({ from: Math.floor(height * share), pixels: 4 * 4000, seconds: 4 }));
  }
  await stopProfile();
  await page.evaluate(showEmptyPage, height);
  const empty = await worked(page, () =>
    page.evaluate(scrollThrough, { selector: '#empty-page', from: 0, pixels: null, seconds: 8 }),
  );
  await page.evaluate(() => document.querySelector('#empty-page')?.remove());
  const frames = (one) => `${quantile(one, 0.5).toFixed(1)} / ${quantile(one, 0.95).toFixed(1)} ms`;
  const beside = (one) => `${(quantile(one, 0.95) / quantile(empty.frames, 0.95)).toFixed(2)} ×`;
  const allSteady = steady.flatMap((one) => one.frames);
  tell('frames of an empty page, p50 / p95', frames(empty.frames));
  tell(
    'frames of a fling through everything, p50 / p95',
    frames(fling.frames),
    `p95 ≤ 1.5 ×, is ${beside(fling.frames)}`,
  );
  tell('frames at 4000 pixels a second, p50 / p95', frames(allSteady), `p95 ≤ 1.5 ×, is ${beside(allSteady)}`);
  const cpu = (ones) => `${(ones.reduce((sum, one) => sum + one.cpu, 0) / ones.length).toFixed(2)} ms`;
  tell('processor time of the page for each frame, empty', cpu([empty]));
  tell('processor time of the page for each frame, fling', cpu([fling]));
  tell('processor time of the page for each frame, 4000 pixels a second', cpu(steady));
  tell('after the fling until all in sight is there', ms(fling.settled));
  tell('jump to a place until all in sight is there', ms(Math.max(...steady.map((one) => one.landed))), '≤ 150 ms');
  tell('longest blank cell in sight, after the fling', ms(fling.longestBlank), '≤ 150 ms');
  tell(
    'longest blank cell in sight, at 4000 pixels a second',
    ms(Math.max(...steady.map((one) => one.longestBlank))),
    '≤ 150 ms',
  );
}

/** Adds `cpu`: milliseconds of the page's main thread for each frame. */
async function worked(page, work) {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taken = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
  };
  const before = await taken();
  const result = await work();
  const cpu = ((await taken()) - before) / result.frames.length;
  await session.detach();
  return { ...result, cpu };
}

/** Begins a profile where one is asked for; the answer ends and writes it. */
async function profile(page, of) {
  if (values.profile === undefined) return async () => {};
  const session = await page.context().newCDPSession(page);
  await session.send('Profiler.enable');
  await session.send('Profiler.start');
  return async () => {
    const { profile: taken } = await session.send('Profiler.stop');
    fs.writeFileSync(`${values.profile}-${of}.cpuprofile`, JSON.stringify(taken));
  };
}

async function lightbox(page) {
  await page.evaluate((selector) => document.querySelector(selector).scrollTo({ top: 0 }), grid);
  await page.waitForTimeout(1000);
  const shown = [];
  const original = [];
  for (let run = 0; run < 5; run += 1) {
    const times = await page.evaluate(openLightbox, run);
    shown.push(times.shown);
    original.push(times.original);
    await page.keyboard.press('Escape');
    await page.waitForSelector('[data-testid=lightbox]', { state: 'detached' });
  }
  tell('lightbox opened, picture there', ms(median(shown)), '≤ 100 ms');
  tell('lightbox opened, original there', ms(median(original)));
}

/** The longest task while something is done; the page's clock tells which ones belong to it. */
async function longest(page, work) {
  const start = await page.evaluate(() => performance.now());
  await work();
  await page.waitForTimeout(700);
  const tasks = await page.evaluate((from) => window.benchNotes.blocks.filter((one) => one.startTime >= from), start);
  return tasks.length === 0 ? 'none over 50 ms' : ms(Math.max(...tasks.map((one) => one.duration)));
}

async function blocks(page) {
  const typing = await longest(page, async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('portrait of a harbour -blue rating:4 ', { delay: 70 });
    await page.waitForTimeout(1500);
  });
  tell('longest block while typing a search', typing, '≤ 50 ms');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.waitForTimeout(1500);
  const arrows = await longest(page, async () => {
    await page.locator('[data-testid=tile]').first().focus();
    await page.keyboard.press('End');
    for (let press = 0; press < 30; press += 1) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Home');
  });
  tell('longest block of 30 arrow keys, Home and End', arrows, '≤ 50 ms');
  const all = await longest(page, () => page.keyboard.press('Control+a'));
  tell('longest block of choosing everything', all, '≤ 50 ms');
  const toggled = await longest(page, () =>
    page
      .locator('[data-testid=tile]')
      .nth(3)
      .click({ modifiers: ['Control'] }),
  );
  tell('longest block of one more or less of it', toggled, '≤ 50 ms');
  await page.keyboard.press('Escape');
  const stopProfile = await profile(page, 'making');
  const made = await longest(page, async () => {
    const workflows = await page.evaluate(() => window.bridge.invoke('get_snapshot', {}));
    const workflow = workflows.data.workflows.find((one) => one.id === 'generate_image') ?? workflows.data.workflows[0];
    const input = { workflow_id: workflow.id, overrides: { prompt: 'a lighthouse', steps: 20 }, wait_seconds: 20 };
    await page.evaluate((run) => window.bridge.invoke('run_workflow', run), input);
  });
  await stopProfile();
  tell('longest block while a picture is made', made, '≤ 50 ms');
}

async function memory(page, app) {
  const heap = async (of) => {
    const session = await of.context().newCDPSession(of);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    await session.detach();
    return usedSize / MiB;
  };
  const full = await heap(page);
  const opened = app.waitForEvent('window');
  const ready = await app.evaluate(
    ({ BrowserWindow }) =>
      new Promise((resolve) => {
        const start = performance.now();
        const window = new BrowserWindow({ width: 1280, height: 800, show: false });
        window.once('ready-to-show', () => resolve(performance.now() - start));
        void window.loadURL('data:text/html,<title>empty</title>');
      }),
  );
  const empty = await heap(await opened);
  tell('an empty window, made to ready', ms(ready));
  tell('heap of the page', `${full.toFixed(0)} MiB`, '≤ 250 MiB');
  tell('heap of an empty window', `${empty.toFixed(1)} MiB`);
}
