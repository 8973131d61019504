/** The sampler nodes. Source of the specifications: ComfyUI 0.3.64. */
import type { DemoNode, InputSpec } from '../node.js';
import { nodeInfo, seedInput } from './info.js';
import { Conditioning, Guider, Latent, Model, modelInput, Noise, Sampler, Sigmas } from './model-values.js';
import { samplerNames, schedulerNames } from './models.js';
import { sample } from './sampling.js';
import { numberInput, seedInputText, stringInput } from './values.js';

const custom = 'comfy_extras.nodes_custom_sampler';
const stepsInput: InputSpec = ['INT', { default: 20, min: 1, max: 10000 }];
const cfgInput: InputSpec = ['FLOAT', { default: 8.0, min: 0.0, max: 100.0, step: 0.1, round: 0.01 }];
const denoiseInput: InputSpec = ['FLOAT', { default: 1.0, min: 0.0, max: 1.0, step: 0.01 }];

const kSampler: DemoNode = {
  info: nodeInfo({
    name: 'KSampler',
    category: 'sampling',
    required: {
      model: ['MODEL', {}],
      seed: seedInput,
      steps: stepsInput,
      cfg: cfgInput,
      sampler_name: [samplerNames, {}],
      scheduler: [schedulerNames, {}],
      positive: ['CONDITIONING', {}],
      negative: ['CONDITIONING', {}],
      latent_image: ['LATENT', {}],
      denoise: denoiseInput,
    },
    outputs: ['LATENT'],
    description: 'Stands in for sampling: draws a picture from the prompt and the seed, without a model.',
  }),
  async run(inputs, context) {
    const latent = await sample(
      {
        model: modelInput(inputs, 'model', Model, 'get_model_object'),
        positive: modelInput(inputs, 'positive', Conditioning, 'copy'),
        negative: modelInput(inputs, 'negative', Conditioning, 'copy'),
        latent: modelInput(inputs, 'latent_image', Latent, 'shape'),
        seed: seedInputText(inputs, 'seed'),
        steps: numberInput(inputs, 'steps', 20),
        cfg: numberInput(inputs, 'cfg', 8),
        sampler: stringInput(inputs, 'sampler_name', 'euler'),
        scheduler: stringInput(inputs, 'scheduler', 'normal'),
        denoise: numberInput(inputs, 'denoise', 1),
      },
      context,
    );
    return { outputs: [latent] };
  },
};

const kSamplerAdvanced: DemoNode = {
  info: nodeInfo({
    name: 'KSamplerAdvanced',
    display: 'KSampler (Advanced)',
    category: 'sampling',
    required: {
      model: ['MODEL'],
      add_noise: [['enable', 'disable']],
      noise_seed: seedInput,
      steps: stepsInput,
      cfg: cfgInput,
      sampler_name: [samplerNames],
      scheduler: [schedulerNames],
      positive: ['CONDITIONING'],
      negative: ['CONDITIONING'],
      latent_image: ['LATENT'],
      start_at_step: ['INT', { default: 0, min: 0, max: 10000 }],
      end_at_step: ['INT', { default: 10000, min: 0, max: 10000 }],
      return_with_leftover_noise: [['disable', 'enable']],
    },
    outputs: ['LATENT'],
  }),
  async run(inputs, context) {
    const latent = await sample(
      {
        model: modelInput(inputs, 'model', Model, 'get_model_object'),
        positive: modelInput(inputs, 'positive', Conditioning, 'copy'),
        negative: modelInput(inputs, 'negative', Conditioning, 'copy'),
        latent: modelInput(inputs, 'latent_image', Latent, 'shape'),
        seed: seedInputText(inputs, 'noise_seed'),
        steps: numberInput(inputs, 'steps', 20),
        cfg: numberInput(inputs, 'cfg', 8),
        sampler: stringInput(inputs, 'sampler_name', 'euler'),
        scheduler: stringInput(inputs, 'scheduler', 'normal'),
        from: numberInput(inputs, 'start_at_step', 0),
        to: numberInput(inputs, 'end_at_step', 10000),
        denoise: 1,
      },
      context,
    );
    return { outputs: [latent] };
  },
};

const randomNoise: DemoNode = {
  info: nodeInfo({
    name: 'RandomNoise',
    module: custom,
    category: 'sampling/custom_sampling/noise',
    required: { noise_seed: seedInput },
    outputs: ['NOISE'],
  }),
  run: (inputs) => ({ outputs: [new Noise(seedInputText(inputs, 'noise_seed'))] }),
};

const basicGuider: DemoNode = {
  info: nodeInfo({
    name: 'BasicGuider',
    module: custom,
    category: 'sampling/custom_sampling/guiders',
    required: { model: ['MODEL'], conditioning: ['CONDITIONING'] },
    outputs: ['GUIDER'],
  }),
  run: (inputs) => ({
    outputs: [
      new Guider(
        modelInput(inputs, 'model', Model, 'model_options'),
        modelInput(inputs, 'conditioning', Conditioning, 'copy'),
      ),
    ],
  }),
};

const basicScheduler: DemoNode = {
  info: nodeInfo({
    name: 'BasicScheduler',
    module: custom,
    category: 'sampling/custom_sampling/schedulers',
    required: { model: ['MODEL'], scheduler: [schedulerNames], steps: stepsInput, denoise: denoiseInput },
    outputs: ['SIGMAS'],
  }),
  run(inputs) {
    modelInput(inputs, 'model', Model, 'get_model_object');
    const scheduler = stringInput(inputs, 'scheduler', 'normal');
    return { outputs: [new Sigmas(scheduler, numberInput(inputs, 'steps', 20), numberInput(inputs, 'denoise', 1))] };
  },
};

const kSamplerSelect: DemoNode = {
  info: nodeInfo({
    name: 'KSamplerSelect',
    module: custom,
    category: 'sampling/custom_sampling/samplers',
    required: { sampler_name: [samplerNames] },
    outputs: ['SAMPLER'],
  }),
  run: (inputs) => ({ outputs: [new Sampler(stringInput(inputs, 'sampler_name', 'euler'))] }),
};

const samplerCustomAdvanced: DemoNode = {
  info: nodeInfo({
    name: 'SamplerCustomAdvanced',
    module: custom,
    category: 'sampling/custom_sampling',
    required: {
      noise: ['NOISE'],
      guider: ['GUIDER'],
      sampler: ['SAMPLER'],
      sigmas: ['SIGMAS'],
      latent_image: ['LATENT'],
    },
    outputs: [
      ['LATENT', 'output'],
      ['LATENT', 'denoised_output'],
    ],
  }),
  async run(inputs, context) {
    const guider = modelInput(inputs, 'guider', Guider, 'sample');
    const sigmas = modelInput(inputs, 'sigmas', Sigmas, 'shape');
    const latent = await sample(
      {
        model: guider.model,
        positive: guider.positive,
        negative: new Conditioning(''),
        latent: modelInput(inputs, 'latent_image', Latent, 'copy'),
        seed: modelInput(inputs, 'noise', Noise, 'generate_noise').seed,
        steps: sigmas.steps,
        cfg: 3.5,
        sampler: modelInput(inputs, 'sampler', Sampler, 'sample').name,
        scheduler: sigmas.scheduler,
        denoise: sigmas.denoise,
      },
      context,
    );
    return { outputs: [latent, latent] };
  },
};

export const samplerNodes: DemoNode[] = [
  kSampler,
  kSamplerAdvanced,
  randomNoise,
  basicGuider,
  basicScheduler,
  kSamplerSelect,
  samplerCustomAdvanced,
];
