/** Messages cover nothing that can be pressed or filled in, on any screen, at both sizes: rectangles are measured. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import { fillLibrary } from './support/library.js';
import { resize } from './support/looks.js';
import { expect, screenshotPath, test } from './support/test.js';

const controls =
  'button, input, textarea, select, a[href], [role="slider"], [role="switch"], [role="combobox"], [role="tab"]';

/** What the message lies on, by name; tiles of the grid aside, which it may. */
function covered(window: Page): Promise<string[]> {
  return window.evaluate((selector) => {
    const message = document.querySelector('[aria-label="Message"]');
    if (message === null) return ['there is no message'];
    const at = message.getBoundingClientRect();
    const inside = at.left >= 0 && at.top >= 0 && at.right <= innerWidth && at.bottom <= innerHeight;
    const below = [...document.querySelectorAll<HTMLElement>(selector)].filter((control) => {
      if (message.contains(control) || control.matches('[data-entry], [data-check]')) return false;
      const box = control.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) return false;
      const apart = box.left >= at.right || box.right <= at.left || box.top >= at.bottom || box.bottom <= at.top;
      if (apart) return false;
      // What is scrolled out of its place lies under nothing.
      return document
        .elementsFromPoint(Math.max(box.left, at.left) + 1, Math.max(box.top, at.top) + 1)
        .some((element) => control.contains(element) && !message.contains(element));
    });
    const names = below.map((control) => control.getAttribute('aria-label') ?? control.textContent ?? control.tagName);
    return inside ? names : [...names, 'the message leaves the window'];
  }, controls);
}

/** Says something by key, wherever the person is. */
async function say(window: Page): Promise<void> {
  await window.keyboard.press('Control+k');
  await expect(window.getByRole('dialog', { name: 'Commands' }).getByRole('combobox')).toBeFocused();
  await window.keyboard.type('copy the endpoint');
  await window.keyboard.press('Enter');
  // While it fades its field still has the keys.
  await expect(window.getByRole('dialog', { name: 'Commands' })).toHaveCount(0);
  await expect(window.getByRole('group', { name: 'Message' })).toContainText('Address copied');
}

test('messages cover no control on any screen, and give way to what opens below them', async ({ launch }) => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-messages-'));
  try {
    const files: Record<string, Buffer> = {};
    for (let at = 0; at < 60; at += 1) {
      files[`${at}.png`] = await sharp({
        create: { width: 48, height: 48, channels: 3, background: { r: 40 + at * 3, g: 90, b: 200 - at * 3 } },
      })
        .png()
        .toBuffer();
    }
    fillLibrary(dataDir, files);
    const app = await launch({ args: ['--demo'], dataDir });
    const { window } = app;
    const message = window.getByRole('group', { name: 'Message' });
    const close = async () => {
      await message.getByRole('button', { name: 'Close message' }).click();
      await expect(message).toHaveCount(0);
    };
    await expect(window.getByTestId('tile').first()).toBeVisible();
    for (const [width, height] of [
      [1280, 800],
      [900, 600],
    ] as const) {
      await resize(app, width, height);
      const size = `${width}x${height}`;
      for (const [key, screen] of ['gallery', 'queue', 'workflows', 'defaults', 'connect', 'settings'].entries()) {
        await window.keyboard.press(`Control+${key + 1}`);
        if (screen === 'workflows') await expect(window.getByRole('form', { name: 'Parameters' })).toBeVisible();
        await say(window);
        await window.screenshot({ path: screenshotPath(`message-${screen}-${size}`) });
        // Forms grow as what they show is read: it gives way to that, too.
        await expect.poll(() => covered(window), `${screen} ${size}`).toEqual([]);
        await close();
      }

      await window.keyboard.press('Control+1');
      await say(window);
      // What opens where it stands: it gives way.
      await window.keyboard.press('g');
      await expect(window.getByTestId('composer')).toBeVisible();
      await expect.poll(() => covered(window), `composer ${size}`).toEqual([]);
      await window.getByTestId('composer').getByRole('button', { name: 'More settings' }).click();
      await expect.poll(() => covered(window), `more settings ${size}`).toEqual([]);
      await window.screenshot({ path: screenshotPath(`message-composer-${size}`) });
      await window
        .getByTestId('composer')
        .getByRole('button', { name: /settings$/ })
        .click();
      await window.getByTestId('composer').getByRole('button', { name: 'Close' }).click();
      await window.getByTestId('tile').first().focus();
      await window.keyboard.press('Control+a');
      await say(window);
      await expect(window.getByTestId('selection-bar')).toBeVisible();
      await expect.poll(() => covered(window), `selection ${size}`).toEqual([]);
      await window.keyboard.press('i');
      await expect(window.getByTestId('inspector')).toBeVisible();
      await expect.poll(() => covered(window), `inspector ${size}`).toEqual([]);
      await window.screenshot({ path: screenshotPath(`message-inspector-${size}`) });
      await window.keyboard.press('i');
      await window.keyboard.press('Escape');
      await close();
    }
  } finally {
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
});
