import { describe, expect, it } from 'vitest';
import { stringifyPythonJson } from '../json.js';
import { createDemoNodes, demoModels, modelFolders } from './index.js';
import { samplerNames, schedulerNames } from './models.js';

const byName = new Map(createDemoNodes().map((node) => [node.info.name, node.info]));

describe('the specifications', () => {
  it('are one per class, with inputs in order and names for all outputs', () => {
    expect(byName.size).toBe(createDemoNodes().length);
    for (const info of byName.values()) {
      const { required = {}, optional = {}, hidden = {} } = info.input;
      expect(info.input_order.required, info.name).toEqual(Object.keys(required));
      expect(info.input_order.optional ?? [], info.name).toEqual(Object.keys(optional));
      expect(info.input_order.hidden ?? [], info.name).toEqual(Object.keys(hidden));
      expect(info.output_name).toHaveLength(info.output.length);
      expect(info.output_is_list).toHaveLength(info.output.length);
    }
  });

  it('print as the real server prints them', () => {
    expect(JSON.parse(stringifyPythonJson(byName.get('ImageFromBatch')))).toEqual({
      input: {
        required: {
          image: ['IMAGE'],
          batch_index: ['INT', { default: 0, min: 0, max: 4095 }],
          length: ['INT', { default: 1, min: 1, max: 4096 }],
        },
      },
      input_order: { required: ['image', 'batch_index', 'length'] },
      output: ['IMAGE'],
      output_is_list: [false],
      output_name: ['IMAGE'],
      name: 'ImageFromBatch',
      display_name: 'ImageFromBatch',
      description: '',
      python_module: 'comfy_extras.nodes_images',
      category: 'image/batch',
      output_node: false,
    });
    expect(stringifyPythonJson(byName.get('KSampler')?.input.required?.seed)).toContain('"max": 18446744073709551615');
    expect(byName.get('TextEncodeAceStepAudio')).toMatchObject({ display_name: null, api_node: false });
  });

  it('offer all samplers and schedulers', () => {
    const { sampler_name, scheduler } = byName.get('KSampler')?.input.required ?? {};
    expect(sampler_name?.[0]).toEqual(samplerNames);
    expect(scheduler?.[0]).toEqual(schedulerNames);
    expect([samplerNames.length, schedulerNames.length]).toEqual([42, 9]);
  });
});

describe('the models', () => {
  it("include the product's defaults", () => {
    const checkpoints = byName.get('CheckpointLoaderSimple')?.input.required?.ckpt_name?.[0];
    for (const name of ['v1-5-pruned-emaonly.ckpt', 'ace_step_v1_3.5b.safetensors', 'sd_xl_base_1.0.safetensors']) {
      expect(checkpoints).toContain(name);
    }
    expect(Object.keys(demoModels()).sort()).toEqual([...modelFolders].sort());
  });

  it('can be replaced by folder', () => {
    const nodes = createDemoNodes({ models: { loras: ['own.safetensors'], checkpoints: [] } });
    const input = (name: string) => nodes.find((node) => node.info.name === name)?.info.input.required ?? {};
    expect(input('LoraLoader').lora_name?.[0]).toEqual(['own.safetensors']);
    expect(input('CheckpointLoaderSimple').ckpt_name?.[0]).toEqual([]);
    expect(demoModels().checkpoints.length).toBeGreaterThan(3);
  });
});
