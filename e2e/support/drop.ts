/** Files of this machine, dropped on the window as a file manager drops them. */
import type { Locator, Page } from '@playwright/test';

export async function dropFiles(window: Page, target: Locator, files: readonly string[]): Promise<void> {
  const box = await target.boundingBox();
  if (box === null) throw new Error('what files are to be dropped on is not shown');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const session = await window.context().newCDPSession(window);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x, y, data });
  }
  await session.detach();
}
