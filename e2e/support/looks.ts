/** The looks a person sees the window in: themes and sizes, and pictures of a state in all of them. */
import type { LaunchedApp } from './launch.js';
import { screenshotPath } from './test.js';

export const looks = [
  { theme: 'dark', width: 1280, height: 800 },
  { theme: 'light', width: 1280, height: 800 },
  { theme: 'dark', width: 900, height: 600 },
  { theme: 'light', width: 900, height: 600 },
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
  const { window } = launched;
  for (const { theme, width, height } of looks) {
    await resize(launched, width, height);
    await window.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await window.screenshot({ path: screenshotPath(`${name}-${theme}-${width}x${height}`) });
  }
}
