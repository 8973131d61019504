#!/usr/bin/env node
// npm run bench:gallery [-- --rows 100000 --keep FOLDER]: what the window does with a large library, beside
// an empty page in the same window. The library is made up; its small pictures are real files in the cache.
//
// `--keep FOLDER` makes the library there, or takes the one that is there. `--profile PREFIX` writes profiles of scrolling and
// of a picture being made, for the developer tools; `--only scrolling,blocks` runs some parts; `--repeat 5` is how often the
// grid and the empty page take turns at scrolling. Times on a busy machine are those of its neighbours too: so the quotient
// is taken of each pair, and processor times of page, program and compositor stand beside it.
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
    repeat: { type: 'string', default: '5' },
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

async function scrolling(page, app) {
  const height = await page.evaluate((selector) => document.querySelector(selector).scrollHeight, grid);
  const run = (options) => worked(app, () => page.evaluate(scrollThrough, { selector: grid, from: 0, ...options }));
  const runEmpty = async (options) => {
    await page.evaluate(showEmptyPage, height);
    const done = await worked(app, () =>
      page.evaluate(scrollThrough, { selector: '#empty-page', from: 0, ...options }),
    );
    await page.evaluate(() => document.querySelector('#empty-page')?.remove());
    return done;
  };
  const ways = {
    'a fling through everything in 12 s': () => ({ pixels: null, seconds: 12 }),
    '4000 pixels a second': (turn) => ({
      from: Math.floor(height * ((turn + 0.5) / Number(values.repeat))),
      pixels: 4 * 4000,
      seconds: 4,
    }),
  };
  const stopProfile = await profile(page, 'scrolling');
  for (const [name, options] of Object.entries(ways)) {
    const pairs = [];
    for (let turn = 0; turn < Number(values.repeat); turn += 1) {
      pairs.push({ empty: await runEmpty(options(turn)), full: await run(options(turn)), load: os.loadavg()[0] });
    }
    tellPairs(name, pairs);
  }
  await stopProfile();
}

/** What scrolling came to, each time beside the empty page that scrolled right before. */
function tellPairs(name, pairs) {
  const p95 = ({ frames }) => quantile(frames, 0.95);
  const frames = (ones) => {
    const all = ones.flatMap((one) => one.frames);
    return `${quantile(all, 0.5).toFixed(1)} / ${quantile(all, 0.95).toFixed(1)} ms`;
  };
  const late = (ones) => {
    const all = ones.flatMap((one) => one.frames);
    return `${((all.filter((time) => time > 25).length / all.length) * 100).toFixed(1)} %`;
  };
  const spread = (numbers, unit) =>
    `${unit(median(numbers))} (${unit(Math.min(...numbers))} to ${unit(Math.max(...numbers))})`;
  const [empty, full] = [pairs.map((pair) => pair.empty), pairs.map((pair) => pair.full)];
  console.log(
    `\n${name}, ${pairs.length} times in turn with an empty page, load ${spread(
      pairs.map(({ load }) => load),
      (one) => one.toFixed(1),
    )}`,
  );
  tell('frames, p50 / p95: empty page', frames(empty));
  tell('frames, p50 / p95: grid', frames(full));
  tell('frames later than 25 ms: empty page, grid', `${late(empty)}, ${late(full)}`);
  tell(
    'p95 of the grid beside that of the empty page',
    spread(
      pairs.map((pair) => p95(pair.full) / p95(pair.empty)),
      (one) => one.toFixed(2),
    ),
    '≤ 1.5',
  );
  for (const of of ['Tab', 'Browser', 'GPU']) {
    const each = (ones) =>
      spread(
        ones.map(({ cpu }) => cpu[of] ?? 0),
        (one) => one.toFixed(1),
      );
    tell(`processor, ms for each frame, ${of}: empty page`, each(empty));
    tell(`processor, ms for each frame, ${of}: grid`, each(full));
  }
  tell(
    'jump there until all in sight is there',
    spread(
      full.map(({ landed }) => landed),
      ms,
    ),
    '≤ 150 ms',
  );
  tell(
    'the same of the empty page',
    spread(
      empty.map(({ landed }) => landed),
      ms,
    ),
  );
  tell(
    'longest blank cell in sight',
    spread(
      full.map(({ longestBlank }) => longestBlank),
      ms,
    ),
    '≤ 150 ms',
  );
  tell(
    'after the last frame until all in sight is there',
    spread(
      full.map(({ settled }) => settled),
      ms,
    ),
    '≤ 150 ms',
  );
}

/** Adds `cpu`: milliseconds of processor time for each frame, by kind of process. */
async function worked(app, work) {
  const taken = async () => {
    const sums = {};
    const metrics = await app.evaluate(({ app: electronApp }) =>
      electronApp.getAppMetrics().map(({ type, cpu }) => [type, cpu.cumulativeCPUUsage ?? 0]),
    );
    for (const [type, seconds] of metrics) sums[type] = (sums[type] ?? 0) + seconds * 1000;
    return sums;
  };
  const before = await taken();
  const result = await work();
  const after = await taken();
  const cpu = Object.fromEntries(
    Object.keys(after).map((type) => [type, (after[type] - (before[type] ?? 0)) / result.frames.length]),
  );
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
