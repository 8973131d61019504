/** The window takes the place of the program without one: agents that are connected hardly notice. */
import fs from 'node:fs';
import { connectBridge, makeHome } from './support/bridge.js';
import { endpointOf } from './support/endpoint.js';
import { startHeadless } from './support/headless.js';
import { expect, screenshotPath, test } from './support/test.js';

const small = { prompt: 'a lighthouse', width: 64, height: 64, steps: 2 };

test('a program that a bridge started makes room for the app, and sessions live on', async ({ launch }) => {
  const home = makeHome();
  try {
    const agent = await connectBridge({ home: home.dir });
    const made = await agent.call('generate_image', small);
    const before = home.owner();
    expect(before).toMatchObject({ kind: 'headless', started_by: 'bridge' });

    const app = await launch({ home: home.dir, dataDir: home.dataDir, args: ['--demo'] });
    expect(endpointOf(app)).toBe(before?.endpoint);
    expect(home.owner()).toMatchObject({ kind: 'desktop', endpoint: before?.endpoint });
    const mine = await agent.call('list_assets', { session_id: 'current' });
    expect(mine.structured).toMatchObject({ count: 1, assets: [{ asset_id: made.structured.asset_id }] });
    expect((await agent.call('generate_image', small)).structured).toMatchObject({ status: 'completed' });
    await expect(app.window.getByTestId('tile')).toHaveCount(2);
    await agent.close();
    await app.close();
  } finally {
    await home.dispose();
  }
});

test('one that a person started is named, and is taken over when asked', async ({ launch }) => {
  const holder = startHeadless({ args: ['--demo'] });
  try {
    const url = await holder.ready();
    const dataDir = `${holder.home}/.local/share/comfyui-mcp-desktop`;
    const app = await launch({ home: holder.home, dataDir, args: ['--demo'] });
    await expect(app.window.getByText(String(holder.process.pid))).toBeVisible();
    await app.window.screenshot({ path: screenshotPath('take-over') });
    await app.window.getByRole('button', { name: 'Take over' }).click();
    await app.window.getByRole('button', { name: 'Skip' }).click();
    await app.window.getByRole('button', { name: 'Connect', exact: true }).click();
    await expect(app.window.getByTestId('endpoint-url')).toHaveText(url);
    expect(await holder.ended()).toBe(0);
    await app.close();
  } finally {
    await holder.stop();
  }
});

test('a bridge starts the app hidden where there is a display', async ({ launch }) => {
  const home = makeHome();
  try {
    // The app notes how it is started.
    const first = await launch({ home: home.dir, dataDir: home.dataDir, args: ['--demo'] });
    await first.close();
    expect(fs.existsSync(`${home.dir}/.config/comfy-mcp/endpoint.json`)).toBe(true);

    const agent = await connectBridge({ home: home.dir, args: ['--demo', '--port', '0'] });
    expect(agent.stderr()).toContain('Starting the app, hidden.');
    expect(home.owner()).toMatchObject({ kind: 'desktop' });
    expect((await agent.call('generate_image', small)).structured).toMatchObject({ status: 'completed' });
    await agent.close();
  } finally {
    await home.dispose();
  }
});
