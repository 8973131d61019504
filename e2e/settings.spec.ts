/** Settings take effect at once, say what stands in their way, and can be taken back. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './support/test.js';

test('a token is made, shown, asked for at once, renewed and taken away', async ({ launch }) => {
  const { window } = await launch({ args: ['--demo'] });
  await window.getByRole('button', { name: 'Skip' }).click();
  /** What the endpoint answers, wherever it listens now: on any free port it opens on another one. */
  const status = async () => {
    const snapshot = await window.evaluate(() => Reflect.get(globalThis, 'bridge').invoke('get_snapshot', {}));
    const { url } = snapshot.data.endpoint;
    return url === null ? null : (await fetch(url, { method: 'POST', body: '{}' })).status;
  };
  expect(await status()).not.toBe(401);
  await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Settings' }).click();
  await window.getByRole('button', { name: 'Endpoint', exact: true }).click();
  const token = window.getByTestId('token');
  await expect(token).toHaveText('None is asked for');

  // Nobody is let in from outside without one.
  await window.getByLabel('Address to listen on', { exact: true }).fill('not an address');
  await window.keyboard.press('Enter');
  await expect(window.getByRole('alert')).toContainText('host');
  await window.keyboard.press('Escape');

  await window.getByRole('button', { name: 'Make one' }).click();
  await window.getByRole('button', { name: 'Show' }).click();
  await expect(token).toHaveText(/^[0-9a-f]{64}$/);
  await expect.poll(status).toBe(401);
  const first = await token.textContent();
  await window.getByRole('button', { name: 'Renew' }).click();
  await expect(token).not.toHaveText(first ?? '');
  await window.getByRole('button', { name: 'Show' }).click();
  await expect(token).toHaveText(/^[0-9a-f]{64}$/);
  expect(await token.textContent()).not.toBe(first);
  await window.getByRole('button', { name: 'Reset: Token' }).click();
  await expect(token).toHaveText('None is asked for');
  await expect(window.getByRole('button', { name: 'Reset: Token' })).toHaveCount(0);
  await expect.poll(status).not.toBe(401);
});

test('headers reach the engine, and their values are not shown again', async ({ launch }) => {
  const heard: (string | undefined)[] = [];
  const engine = createServer((request, response) => {
    heard.push(request.headers['x-secret']?.toString());
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`;
  try {
    const { window } = await launch({ env: { COMFYUI_URL: url } });
    await window.getByRole('button', { name: 'Skip' }).click();
    await window.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Settings' }).click();
    await expect(window.getByText('Set by COMFYUI_URL.')).toBeVisible();
    await window.getByLabel('Name of the header').fill('X-Secret');
    await window.getByLabel('Value of the header').fill('open sesame');
    await window.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(window.getByRole('button', { name: 'Take away the header X-Secret' })).toBeVisible();
    await expect.poll(() => heard.includes('open sesame')).toBe(true);
    await expect(window.getByText('open sesame')).toHaveCount(0);
    await window.getByRole('button', { name: 'Take away the header X-Secret' }).click();
    await expect(window.getByRole('button', { name: 'Take away the header X-Secret' })).toHaveCount(0);
  } finally {
    engine.close();
  }
});
