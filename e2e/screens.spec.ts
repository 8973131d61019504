/** Every screen, for a person to look at: light and dark, wide and narrow, in e2e/screenshots. */
import { type Agent, connectAgent } from './support/agent.js';
import { endpointOf } from './support/endpoint.js';
import { looks, resize } from './support/looks.js';
import { expect, screenshotPath, test } from './support/test.js';

const prompts = [
  'a red dahlia on black',
  'terraced courtyard at noon, terracotta walls, arches',
  'night city with lit windows',
  'mountain ridges in haze at dawn',
  'teal glazed jar and two oranges on linen',
  'sea at sunset, low sun',
  'portrait of a woman with a yellow hat',
  'blue marble, abstract',
  'pine forest in mist',
  'a ringed planet',
  'a cat on a windowsill',
  'sand dunes in warm light',
  'a violet flower',
  'white vases, still life',
];

async function fill(agent: Agent): Promise<void> {
  for (const [index, prompt] of prompts.entries()) {
    const made = await agent.call('generate_image', { prompt, steps: 2, seed: 40 + index });
    expect(made.isError).toBe(false);
  }
  await agent.call('generate_song', {
    tags: 'slow piano, rain on tin',
    lyrics: 'rain on the roof',
    seconds: 12,
    steps: 2,
  });
  await agent.call('generate_image', { prompt: 'too large', width: 512, height: 512, model: 'no-such-model' });
}

test('every screen in light and dark, wide and narrow', async ({ launch }) => {
  test.setTimeout(240_000);
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  const problems: string[] = [];
  window.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  window.on('pageerror', (error) => problems.push(error.message));
  const open = (name: string) =>
    window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name }).click();
  await window.screenshot({ path: screenshotPath('first-run') });
  await window.getByRole('button', { name: 'Skip' }).click();
  await window.screenshot({ path: screenshotPath('gallery-empty') });
  const agent = await connectAgent(endpointOf(app), { name: 'Claude Desktop' });
  await fill(agent);
  await expect(window.getByTestId('tile')).toHaveCount(prompts.length + 1);

  for (const { theme, width, height } of looks) {
    const shot = (name: string) => window.screenshot({ path: screenshotPath(`${name}-${theme}-${width}x${height}`) });
    await window.emulateMedia({ colorScheme: theme });
    await resize(app, width, height);
    const running = agent.call('generate_image', { prompt: 'harbour wall at dawn, sea', steps: 50 });
    const waiting = agent.call('generate_image', { prompt: 'the same harbour after rain', steps: 2 });

    await open('Gallery');
    await expect(window.getByTestId('job-tile').first()).toBeVisible();
    await expect(window.getByTestId('job-tile').locator('img').first()).toHaveAttribute('src', /^blob:/);
    await shot('gallery');
    await open('Queue');
    await expect(window.getByTestId('running-job')).toBeVisible();
    await shot('queue');
    await open('Defaults');
    await expect(window.getByTestId('defaults')).toBeVisible();
    await shot('page-defaults');
    await open('Connect');
    await expect(window.getByText('Claude Desktop').first()).toBeVisible();
    await shot('connect');
    await open('Settings');
    await expect(window.getByTestId('settings')).toBeVisible();
    await shot('settings');
    await open('Gallery');
    await Promise.all([running, waiting]);
    await expect(window.getByTestId('job-tile')).toHaveCount(0);

    const tile = window.getByTestId('tile').nth(1);
    await tile.focus();
    await window.keyboard.press('Enter');
    await expect(window.getByTestId('inspector')).toBeVisible();
    await shot('inspector');
    await window.keyboard.press('Enter');
    await tile.click();
    await expect(window.getByTestId('lightbox-original')).toBeVisible();
    await shot('lightbox');
    await window.keyboard.press('Escape');
    await expect(window.getByTestId('lightbox')).toHaveCount(0);
    await window.keyboard.press('g');
    await expect(window.getByTestId('composer')).toBeVisible();
    await shot('composer');
    await window.keyboard.press('Escape');
    await expect(window.getByTestId('composer')).toHaveCount(0);
    await window.keyboard.press('Control+k');
    await expect(window.getByRole('dialog')).toBeVisible();
    await shot('palette');
    await window.keyboard.press('Escape');
    await expect(window.getByRole('dialog')).toHaveCount(0);
  }
  expect(problems).toEqual([]);
  await agent.close();
});
