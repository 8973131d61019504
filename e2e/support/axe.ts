/** What axe finds wrong with what is shown. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

export interface Finding {
  where: string;
  rule: string;
  help: string;
  nodes: string[];
}

/** What is wrong with what is shown now. Fades have to be over: half a colour is no colour. */
export async function look(window: Page, where: string): Promise<Finding[]> {
  await window.evaluate(() => Promise.all(document.getAnimations().map((one) => one.finished.catch(() => undefined))));
  // The other mode opens pages of its own, which an application has not.
  const { violations } = await new AxeBuilder({ page: window })
    .setLegacyMode(true)
    // They take the focus only to hand it on, which axe can't see.
    .exclude('[data-base-ui-focus-guard]')
    .analyze();
  return violations.map(({ id, help, nodes }) => ({
    where,
    rule: id,
    help,
    nodes: nodes.slice(0, 4).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ''}`),
  }));
}
