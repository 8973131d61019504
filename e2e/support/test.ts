/**
 * The test function of every e2e file: `launch` starts the application and closes it when the test is over. A test that
 * failed leaves the application's log beside its trace.
 */
import path from 'node:path';
import { test as base, expect } from '@playwright/test';
import { type LaunchedApp, type LaunchOptions, launchApp, root } from './launch.js';

interface Fixtures {
  launch(options?: LaunchOptions): Promise<LaunchedApp>;
}

export const test = base.extend<Fixtures>({
  launch: async ({ browserName: _unused }, use, testInfo) => {
    const launched: LaunchedApp[] = [];
    await use(async (options) => {
      const one = await launchApp(options);
      launched.push(one);
      return one;
    });
    if (testInfo.status !== testInfo.expectedStatus) {
      for (const { log } of launched)
        await testInfo.attach('application log', { body: log(), contentType: 'text/plain' });
    }
    for (const { close } of launched) await close();
    // Complaints of GLib about its objects are a crash that has not happened yet: see src/main/sharp.ts.
    for (const { log } of launched) expect(log()).not.toContain('GLib-GObject');
  },
});

export { expect };

/** Where a picture for a person to look at goes: `e2e/screenshots/<name>.png`, not committed. */
export function screenshotPath(name: string): string {
  return path.join(root, 'e2e', 'screenshots', `${name}.png`);
}
