/** The looks a person sees the window in: themes and sizes, pictures of a state in all of them, and what is wrong with it. */
import { expect, type Page } from '@playwright/test';
import { type Finding, look } from './axe.js';
import type { LaunchedApp } from './launch.js';
import { screenshotPath } from './test.js';

export const looks = [
  { theme: 'dark', width: 1280, height: 800 },
  { theme: 'light', width: 1280, height: 800 },
  { theme: 'light', width: 900, height: 600 },
  { theme: 'dark', width: 900, height: 600 },
] as const;

/** Gives the window's content that size in pixels. */
export async function resize({ app }: Pick<LaunchedApp, 'app'>, width: number, height: number): Promise<void> {
  await app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(size[0], size[1]), [
    width,
    height,
  ] as const);
}

/** Takes what is shown in every look, without motion. */
export async function shots(launched: LaunchedApp, name: string): Promise<void> {
  await eachLook(launched, async (look) => {
    await launched.window.screenshot({ path: screenshotPath(`${name}-${look}`) });
  });
}

async function eachLook(
  launched: LaunchedApp,
  work: (look: string) => Promise<void>,
  widest = Number.POSITIVE_INFINITY,
): Promise<void> {
  const { window } = launched;
  for (const { theme, width, height } of looks) {
    if (width > widest) continue;
    await resize(launched, width, height);
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await expect.poll(() => window.evaluate(() => [innerWidth, innerHeight])).toEqual([width, height]);
    await work(`${theme}-${width}x${height}`);
  }
}

export interface Walk {
  /** Takes what is shown in every look, and holds each against axe and against what runs out of its place. */
  see(name: string, which?: { widest?: number }): Promise<void>;
  /** Fails with everything that was wrong on the way, the page's own complaints included. */
  end(): void;
}

/** A walk through the states of one window, to be looked at by a person and by axe. */
export function walkThrough(launched: LaunchedApp): Walk {
  const { window } = launched;
  const wrong: (Finding | string)[] = [];
  window.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  window.on('pageerror', (error) => wrong.push(error.message));
  return {
    async see(name, { widest } = {}) {
      const lookOver = async (where: string) => {
        wrong.push(...(await look(window, `${name}, ${where}`)));
        wrong.push(...(await outOfPlace(window)).map((what) => `${name}, ${where}: ${what}`));
        await window.screenshot({ path: screenshotPath(`${name}-${where}`) });
      };
      await eachLook(launched, lookOver, widest);
    },
    end: () => expect(wrong).toEqual([]),
  };
}

/**
 * What a person could neither see whole nor scroll to: controls, headings and whole panels beyond the window's edges, a
 * page wider than the window, and words of a button that are cut without an ellipsis.
 */
async function outOfPlace(window: Page): Promise<string[]> {
  return window.evaluate(() => {
    const found: string[] = [];
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth) found.push(`the page is ${root.scrollWidth} pixels wide`);
    const scrolls = (element: Element, axis: 'overflowX' | 'overflowY') => {
      for (let one = element.parentElement; one !== null; one = one.parentElement)
        if (/auto|scroll/.test(getComputedStyle(one)[axis])) return true;
      return false;
    };
    const told = (element: Element) =>
      `${element.tagName} “${(element.ariaLabel ?? element.textContent ?? '').trim().slice(0, 60)}”`;
    // These two move by themselves, to what is looked at.
    const moves = '.react-flow, nav[aria-label="Film strip"]';
    for (const element of document.querySelectorAll<HTMLElement>(
      'button, a, input, textarea, h1, h2, nav, aside, [role=tab], [role=dialog], [role=alertdialog], [role=menu]',
    )) {
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1 || !element.checkVisibility() || element.closest(moves) !== null) continue;
      const beyond = (box.left < -1 || box.right > innerWidth + 1) && !scrolls(element, 'overflowX');
      const below = (box.top < -1 || box.bottom > innerHeight + 1) && !scrolls(element, 'overflowY');
      if (beyond || below) found.push(`${told(element)} lies beyond the window`);
      // Tiles cut pictures, and their words have an ellipsis of their own.
      if (!element.matches('button:not([data-testid$=tile])') || getComputedStyle(element).overflowX === 'visible')
        continue;
      const text = new Range();
      text.selectNodeContents(element);
      if (text.getBoundingClientRect().width > box.width + 1) found.push(`${told(element)} is cut`);
    }
    for (const bar of document.querySelectorAll('footer, [class*=_toolbar_], [role=toolbar]')) {
      const boxes = [...bar.children].map((part) => part.getBoundingClientRect()).filter(({ width }) => width > 0);
      // Words that are wider than their part run into its neighbour; in a toolbar a field may hold a list that opens.
      const wide = [...bar.children].filter((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0);
      const runs = wide.filter((part) => bar.matches('footer') && getComputedStyle(part).overflowX === 'visible');
      const over = boxes.some(({ right }, at) => right > (boxes[at + 1]?.left ?? Number.POSITIVE_INFINITY) + 1);
      if (over || runs.length > 0) found.push(`${told(bar)}: its parts lie upon each other`);
    }
    return found;
  });
}
