/** Workflows from what ComfyUI keeps, there and back, over the demo engine's real HTTP. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { toErrorValue } from '../../shared/errors.js';
import { exposureOf } from '../../shared/workflow-params.js';
import { type CoreBench, callContext as context, createCoreBench } from '../core.testing.js';
import { keyed, pngChunk, pngWith } from '../embedded/testing.js';
import { sharp } from '../sharp.js';
import { n, ui } from '../workflows/convert/ui.testing.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

const saved = ui([n(1, 'EmptyImage', [64, 64, 1, 255]), n(2, 'SaveImage', ['saved'], { images: [1, 0] })]);

async function open() {
  const folder = path.join(bench.home, 'mine');
  mkdirSync(folder);
  const { args, engine } = await bench.server();
  const { handlers, assets } = await bench.open([...args, '--workflow-dir', folder]);
  const kept = path.join(engine.folders.output, '..', 'user', 'default', 'workflows');
  mkdirSync(path.join(kept, 'people'), { recursive: true });
  return { handlers, assets, folder, kept };
}

describe('what was saved in ComfyUI', () => {
  it('is listed, found, imported and run', async () => {
    const { handlers, folder, kept } = await open();
    writeFileSync(path.join(kept, 'people', 'Портрет 1.json'), JSON.stringify(saved));
    writeFileSync(path.join(kept, 'other.json'), JSON.stringify(saved));
    writeFileSync(path.join(kept, '.index.json'), '{}');
    writeFileSync(path.join(kept, 'notes.txt'), 'x');
    const told = await handlers.list_workflows({ source: 'comfyui', query: 'портрет' }, context());
    expect(contract.list_workflows.output.parse(told)).toEqual(told);
    expect(told).toMatchObject({ workflows: [], count: 1 });
    expect(told.importable).toEqual([
      { source: 'comfyui:people/Портрет 1.json', name: 'people/Портрет 1', modified_at: expect.any(String) },
    ]);
    const { importable } = await handlers.list_importable({ place: 'comfyui' }, context());
    expect(importable.map(({ name }) => name).sort()).toEqual(['other', 'people/Портрет 1']);

    const source = told.importable?.[0]?.source;
    const imported = await handlers.import_workflow({ source }, context());
    expect(imported).toMatchObject({ workflow_id: 'Портрет 1', warnings: [], problems: [] });
    expect(JSON.parse(readFileSync(path.join(folder, 'Портрет 1.ui.json'), 'utf8'))).toEqual(saved);
    const made = await handlers.run_workflow({ workflow_id: 'Портрет 1', wait_seconds: 40 }, context());
    expect(made).toMatchObject({ status: 'completed', width: 64 });
  });

  it('is nothing where nothing was saved', async () => {
    const { args } = await bench.server({ profile: '2023-08' });
    const { handlers } = await bench.open(args);
    for (const source of ['comfyui', 'templates'] as const) {
      expect(await handlers.list_workflows({ source }, context())).toMatchObject({ importable: [], count: 0 });
    }
  });

  it('is told by name when it is not there, and nothing else is read', async () => {
    const { handlers, kept } = await open();
    writeFileSync(path.join(kept, 'other.json'), JSON.stringify(saved));
    for (const source of ['comfyui:othr.json', 'comfyui:../comfy.settings.json', 'template:default/../../x', 'x']) {
      await expect(handlers.import_workflow({ source }, context())).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(handlers.import_workflow({ source: 'comfyui:othr.json' }, context())).rejects.toMatchObject({
      hint: expect.stringContaining('comfyui:other.json'),
    });
  });
});

describe('templates', () => {
  it('are listed with their words, those of custom nodes too, and each becomes a workflow or says why not', async () => {
    const { handlers, folder } = await open();
    const { importable } = await handlers.list_importable({ place: 'templates' }, context());
    expect(importable.map(({ source }) => source)).toEqual([
      'template:default/default',
      'template:default/two_passes_subgraphed',
      'template:default/flux_schnell',
      'template:default/audio_ace_step_1_t2a',
      'template:demo-image-tools/negative_film',
      'template:demo-image-tools/depth_guided',
    ]);
    const flux = await handlers.list_workflows({ source: 'templates', query: 'flux schnell' }, context());
    expect(flux.importable).toEqual([
      {
        source: 'template:default/flux_schnell',
        name: 'Flux Schnell',
        description: expect.stringContaining('four steps'),
        category: 'Flux',
      },
    ]);

    const imported = await handlers.import_workflow({ source: 'template:default/two_passes_subgraphed' }, context());
    expect(imported).toMatchObject({ workflow_id: 'Two Passes in a Subgraph', warnings: [], problems: [] });
    const graph: unknown = JSON.parse(readFileSync(path.join(folder, 'Two Passes in a Subgraph.json'), 'utf8'));
    expect(graph).toMatchObject({ '11:1': { class_type: 'KSampler', inputs: { denoise: 0.45 } } });
    expect(imported).toMatchObject({
      tool: 'two_passes_in_a_subgraph',
      parameters: expect.arrayContaining(['prompt', 'negative_prompt', 'width', 'height', 'steps', 'seed']),
    });
    const made = await handlers.run_workflow(
      { workflow_id: imported.workflow_id, overrides: { prompt: 'a valley', steps: 4 }, wait_seconds: 60 },
      context(),
    );
    expect(made).toMatchObject({ status: 'completed', width: 640, height: 384, parameters: { steps: 4 } });

    const lacking = { source: 'template:demo-image-tools/depth_guided' };
    await expect(handlers.review_workflow(lacking, context())).rejects.toMatchObject({
      code: 'WORKFLOW_INVALID',
      details: { problems: [{ node_id: '2', pack: 'comfyui_controlnet_aux' }] },
    });
  });

  it.each([
    ['template:default/default', []],
    ['template:default/audio_ace_step_1_t2a', []],
    ['template:demo-image-tools/negative_film', []],
    ['template:default/flux_schnell', [expect.stringContaining('flux1-schnell-fp8.safetensors')]],
  ])('%s converts without a warning, and lacks %j', async (source, problems) => {
    const { handlers } = await open();
    const imported = await handlers.import_workflow({ source }, context());
    expect(imported).toMatchObject({ warnings: [], problems, tool: expect.any(String) });
  });

  it('have pictures for the window, where there are such', async () => {
    const { handlers, assets } = await open();
    const { importable } = await handlers.list_importable({ place: 'templates' }, context());
    const pictures = await Promise.all(
      importable.map(async ({ picture }) => {
        if (picture === undefined) return 'none';
        return assets.template(picture.key, picture.ending).then(
          async ({ bytes, mime_type }) => `${mime_type} ${(await sharp(bytes).metadata()).format}`,
          (error: unknown) => toErrorValue(error).code,
        );
      }),
    );
    const webp = 'image/webp webp';
    expect(pictures).toEqual([webp, webp, webp, 'NOT_FOUND', 'image/jpeg jpeg', 'NOT_FOUND']);
    for (const key of ['../x', 'default', '', './..', 'default/index.json']) {
      await expect(assets.template(key, 'jpg')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(assets.template('default/default', '../json')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('are reviewed with what is missing, mended in one step, and added with words of their own', async () => {
    const { handlers, folder } = await open();
    const source = 'template:default/flux_schnell';
    const review = await handlers.review_workflow({ source }, context());
    expect(contract.review_workflow.output.parse(review)).toEqual(review);
    expect(review).toMatchObject({ name: 'Flux Schnell', editor: true, warnings: [] });
    expect(review.models).toContain('ae.safetensors');
    expect(review.problems).toEqual([
      expect.objectContaining({
        code: 'MODEL_NOT_FOUND',
        node_id: '1',
        input: 'unet_name',
        value: 'flux1-schnell-fp8.safetensors',
        nearest: expect.arrayContaining(['flux1-schnell.safetensors']),
        url: expect.stringContaining('https://'),
        folder: 'diffusion_models',
      }),
    ]);
    expect(readdirSync(folder)).toEqual([]);
    const values = [{ node_id: '1', input: 'unet_name', value: 'flux1-schnell.safetensors' }];
    const meta = { name: 'Fast pictures', description: review.description };
    const parameters = review.inputs.filter(({ proposed }) => proposed).map(exposureOf);
    const added = await handlers.add_workflow({ source, name: 'fast', values, meta, parameters }, context());
    expect(added).toMatchObject({ workflow_id: 'fast', tool: 'fast', parameters: expect.arrayContaining(['prompt']) });
    const plain = await handlers.add_workflow({ source, name: 'plain', values }, context());
    expect(plain).toEqual({ workflow_id: 'plain', tool: null, parameters: [] });
    const { workflows } = await handlers.list_workflows({ query: 'fast pictures' }, context());
    expect(workflows).toMatchObject([{ id: 'fast', problem: null, missing_models: [] }]);
    await expect(
      handlers.add_workflow({ source, name: 'x', values: [{ node_id: '77', input: 'a', value: 1 }] }, context()),
    ).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    expect(existsSync(path.join(folder, 'x.json'))).toBe(false);
  });
});

describe('save_to_comfyui', () => {
  it('gives back what the editor had saved, and never replaces unasked', async () => {
    const { handlers, kept } = await open();
    const { workflow_id } = await handlers.import_workflow({ json: JSON.stringify(saved), name: 'Back' }, context());
    expect(await handlers.save_to_comfyui({ workflow_id }, context())).toMatchObject({ saved: true, name: 'Back' });
    const file = path.join(kept, 'Back.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(saved);
    writeFileSync(file, 'theirs');
    expect(await handlers.save_to_comfyui({ workflow_id }, context())).toMatchObject({ saved: false });
    expect(readFileSync(file, 'utf8')).toBe('theirs');
    expect(await handlers.save_to_comfyui({ workflow_id, overwrite: true }, context())).toMatchObject({ saved: true });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(saved);
    expect(await handlers.save_to_comfyui({ workflow_id, name: '../../Other' }, context())).toMatchObject({
      saved: true,
      name: 'Other',
    });
    await expect(handlers.save_to_comfyui({ workflow_id: 'generate_image' }, context())).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('hostile files', () => {
  const bomb = deflateSync(Buffer.alloc(200 * 1024 ** 2, 32));
  it.each([
    ['zTXt', pngChunk('zTXt', keyed('workflow', Buffer.concat([Buffer.from([0]), bomb])))],
    ['iTXt', pngChunk('iTXt', keyed('workflow', Buffer.concat([Buffer.from([1, 0, 0, 0]), bomb])))],
    ['a prototype', pngChunk('tEXt', keyed('workflow', '{"nodes": [], "extra": {"__proto__": {"polluted": 1}}}'))],
    [
      'a circle',
      pngChunk(
        'tEXt',
        keyed('prompt', JSON.stringify({ '1': { class_type: 'ImageInvert', inputs: { image: ['1', 0] } } })),
      ),
    ],
  ])('refuses a PNG with %s in its text', async (_what, chunk) => {
    const { handlers, folder } = await open();
    const file = path.join(bench.home, 'evil.png');
    writeFileSync(file, await pngWith([chunk]));
    const window = context({ door: 'ipc' });
    await expect(handlers.add_workflow({ path: file, name: 'x' }, window)).rejects.toMatchObject({
      code: 'WORKFLOW_INVALID',
    });
    expect(readdirSync(folder)).toEqual([]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
