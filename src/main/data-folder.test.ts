/** What keeps a library from being moved, and what its place is known by. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from './core.js';
import { type CoreBench, callContext, createCoreBench, smallImage } from './core.testing.js';
import { createDataFolder } from './data-folder.js';
import { systemClock } from './system.js';

const asWindow = callContext({ door: 'ipc', sessionId: 'window' });
let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

const paused = async (core: Core) => (await core.handlers.get_snapshot({}, asWindow)).sending_paused;
const begin = (core: Core) =>
  core.handlers.run_workflow(
    { ...smallImage, overrides: { ...smallImage.overrides, steps: 20 }, wait_seconds: 0 } as never,
    asWindow,
  );

describe('holding still', () => {
  it('waits for the end of jobs, and keeps back those that come after', async () => {
    const { args } = await bench.server({ stepDelayMs: 100 });
    const core = await bench.open(args, { program: 'desktop' });
    const { prompt_id } = (await begin(core)) as { prompt_id: string };
    expect(() => core.holdStill()).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR', message: 'A job is at work.', details: { jobs: 1 } }),
    );
    expect(await paused(core)).toBe(false);
    await core.handlers.cancel_job({ prompt_id }, asWindow);
    const { wasPaused, letGo } = core.holdStill();
    expect([wasPaused, await paused(core)]).toEqual([false, true]);
    const held = (await begin(core)) as { prompt_id: string };
    // A job that waits in the app is no work of an engine.
    expect(core.holdStill().wasPaused).toBe(true);
    letGo();
    expect(await paused(core)).toBe(false);
    await core.handlers.cancel_job({ prompt_id: held.prompt_id }, asWindow);
  });
});

describe('a folder that is named from outside', () => {
  it('can not be moved, and is named', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'data-folder-'));
    try {
      const folder = createDataFolder({
        dir: home,
        fixedBy: 'COMFY_MCP_DATA_DIR',
        place: { env: {}, home, platform: process.platform },
        readerScript: '',
        clock: systemClock,
      });
      const refused = expect.objectContaining({
        code: 'NOT_SUPPORTED',
        message: expect.stringContaining('COMFY_MCP_DATA_DIR'),
      });
      const to = path.join(home, 'new');
      await expect(folder.plan(to)).rejects.toEqual(refused);
      await expect(folder.use(to)).rejects.toEqual(refused);
      await expect(folder.move(to, { signal: new AbortController().signal, progress() {} })).rejects.toEqual(refused);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
