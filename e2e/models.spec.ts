/** Models where one is chosen: their own picture, else the newest one made with them, and what is known of them. */
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { resize, shots } from './support/looks.js';
import { expect, test } from './support/test.js';

/** A row of the open list, with what its picture shows once it is drawn. */
function rowOf(window: Page, name: string) {
  const row = window.getByRole('option').locator(`[data-model="${name}"]`);
  return {
    row,
    async shows(picture: 'own' | 'made' | 'none') {
      await expect(row.locator('[data-picture]')).toHaveAttribute('data-picture', picture);
      if (picture === 'none') return expect(row.getByRole('presentation')).toHaveCount(0);
      await expect
        .poll(() => row.locator('img').evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth))
        .toBeGreaterThan(0);
    },
  };
}

async function expectLists(window: Page, trigger: Locator, search: Locator): Promise<void> {
  await trigger.click();
  await rowOf(window, 'sd_xl_base_1.0.safetensors').shows('own');
  await rowOf(window, 'v1-5-pruned-emaonly.ckpt').shows('made');
  await rowOf(window, 'ace_step_v1_3.5b.safetensors').shows('none');
  await expect(rowOf(window, 'sd_xl_base_1.0.safetensors').row).toContainText('SDXL · 2.1 GB · model’s picture');
  await expect(rowOf(window, 'v1-5-pruned-emaonly.ckpt').row).toContainText(/1 made · last .* · picture made with it/);
  const { violations } = await new AxeBuilder({ page: window })
    .include('[role="listbox"]')
    .setLegacyMode(true)
    .analyze();
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
  await search.fill('sd_xl');
  await expect(window.getByRole('option')).toHaveCount(1);
}

test('models show a picture and what is known of them, wherever one is chosen', async ({ launch }) => {
  const app = await launch({ args: ['--demo'] });
  const { window } = app;
  await window.getByRole('button', { name: 'Skip' }).click();
  await window.keyboard.press('g');
  const composer = window.getByTestId('composer');
  await composer.getByRole('textbox').first().fill('a red fox');
  await composer.getByRole('button', { name: 'More settings' }).click();
  const setting = (name: string) => composer.locator(`[data-param="${name}"]`);
  for (const [name, value] of Object.entries({ steps: '2', width: '256', height: '256' })) {
    await setting(name).getByRole('textbox').fill(value);
  }
  await window.keyboard.press('Control+Enter');
  await expect(window.getByTestId('tile')).toHaveCount(1, { timeout: 30_000 });

  const model = setting('model').getByRole('button');
  const search = window.getByRole('combobox', { name: 'Search model' });
  await expectLists(window, model, search);
  await window.keyboard.press('Enter');
  await expect(model).toContainText('sd_xl_base_1.0');
  await expect(search).toHaveCount(0);
  // The row that is found by a click is the same.
  await model.click();
  await rowOf(window, 'v1-5-pruned-emaonly.ckpt').row.click();
  await expect(model).toContainText('v1-5-pruned-emaonly');
  await expect(search).toHaveCount(0);
  await model.click();
  await rowOf(window, 'v1-5-pruned-emaonly.ckpt').shows('made');
  await shots(app, 'models-composer');
  await window.keyboard.press('Escape');
  await resize(app, 1280, 800);

  // A result that was rejected stands for no model.
  const tile = window.getByTestId('tile').first();
  await tile.click();
  await window.keyboard.press('x');
  await expect(tile).toHaveAttribute('data-rejected', 'true');
  await window.keyboard.press('x');
  await expect(tile).not.toHaveAttribute('data-rejected');

  await window.keyboard.press('Control+4');
  const row = window.getByRole('button', { name: /^Model, image/ });
  await expectLists(window, row, window.getByRole('combobox', { name: /^Find model/ }));
  await window.getByRole('combobox', { name: /^Find model/ }).fill('');
  await rowOf(window, 'v1-5-pruned-emaonly.ckpt').shows('made');
  await shots(app, 'models-defaults');
  await window.keyboard.press('Escape');
  await resize(app, 1280, 800);

  await window.keyboard.press('Control+3');
  const form = window.getByRole('form', { name: 'Parameters' });
  const field = form.getByRole('combobox', { name: 'Model' });
  await expectLists(window, form.getByRole('button', { name: 'Choices of Model' }), field);
  await field.fill('');
  await rowOf(window, 'sd_xl_base_1.0.safetensors').row.click();
  await expect(field).toHaveValue('sd_xl_base_1.0.safetensors');
  await expect(window.getByRole('option')).toHaveCount(0);
  await form.getByRole('button', { name: 'Choices of Model' }).click();
  await rowOf(window, 'v1-5-pruned-emaonly.ckpt').shows('made');
  await shots(app, 'models-workflow');
});
