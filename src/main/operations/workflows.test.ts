import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contract } from '../../shared/contract.js';
import { type CoreBench, callContext as context, createCoreBench } from '../core.testing.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

describe('list_workflows', () => {
  it('tells parameters, defaults, tool and problems', async () => {
    const folder = path.join(bench.home, 'mine');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'broken.json'), '{');
    writeFileSync(
      path.join(folder, 'plain.json'),
      JSON.stringify({ '1': { class_type: 'NoSuchNode', inputs: { text: 'x' } } }),
    );
    const { args } = await bench.server();
    const { handlers } = await bench.open([...args, '--workflow-dir', folder]);
    const told = await handlers.list_workflows({}, context());
    expect(contract.list_workflows.output.parse(told)).toEqual(told);
    expect(told).toMatchObject({ count: told.workflows.length, workflow_dir: folder });
    expect(told.workflows.map(({ id, tool }) => [id, tool])).toEqual([
      ['broken', null],
      ['generate_image', 'generate_image'],
      ['generate_image_flux', null],
      ['generate_image_sdxl', null],
      ['generate_song', 'generate_song'],
      ['generate_video', 'generate_video'],
      ['image_to_image', 'image_to_image'],
      ['inpaint', 'inpaint'],
      ['plain', null],
      ['upscale_image', 'upscale_image'],
      ['upscale_with_detail', null],
    ]);
    const one = (id: string) => told.workflows.find((workflow) => workflow.id === id);
    const [broken, image, plain] = [one('broken'), one('generate_image'), one('plain')];
    expect(broken).toMatchObject({ problem: expect.any(String), available_inputs: {} });
    expect(plain).toMatchObject({ problem: null, missing_nodes: ['NoSuchNode'] });
    expect(image).toMatchObject({
      available_inputs: {
        prompt: { type: 'str', required: true },
        width: { type: 'int', required: false, default: 512, min: 64, max: 4096 },
        cfg: { type: 'float', required: false, default: 8 },
      },
      defaults: { width: 512, sampler_name: 'euler', negative_prompt: 'text, watermark' },
      hash: expect.stringMatching(/^[0-9a-f]+$/),
      missing_nodes: [],
      missing_models: [],
    });
    expect(await handlers.list_workflows({ query: 'Song lyrics' }, context())).toMatchObject({
      count: 1,
      workflows: [{ id: 'generate_song' }],
    });
  });

  it('names models that ComfyUI has not, and says when it could not ask', async () => {
    const { args } = await bench.server({ models: { checkpoints: [] } });
    const { handlers } = await bench.open(args);
    expect((await handlers.list_workflows({ query: 'generate_song' }, context())).workflows[0]).toMatchObject({
      missing_models: ['ace_step_v1_3.5b.safetensors'],
    });
    await bench.close();
    const away = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
    const told = await away.handlers.list_workflows({}, context());
    expect(told).toMatchObject({ count: told.workflows.length, message: expect.stringContaining('127.0.0.1:9') });
    expect(told.workflows[0]).not.toHaveProperty('missing_nodes');
  });
});
