/**
 * Defaults of a generation: the values built in, the tiers that may override them, and what is known of the names that
 * many workflows share.
 */
import type { ParamSpec, ParamValue } from './params.js';
import { type Namespace, namespaces } from './workflow.js';

/** Tiers of the defaults, strongest first. A call and a workflow's own metadata come before all of them. */
export const defaultTiers = ['runtime', 'config', 'environment', 'built-in'] as const;
export type DefaultTier = (typeof defaultTiers)[number];

/** Where the value of a parameter came from. `workflow`: it stands in the graph itself; `drawn`: a random seed. */
export type ValueSource = 'call' | 'metadata' | DefaultTier | 'workflow' | 'drawn';

/** Source of the values: the seed project's README and defaults manager. */
export const builtInDefaults: Readonly<Record<Namespace, Readonly<Record<string, ParamValue>>>> = {
  image: {
    width: 512,
    height: 512,
    model: 'v1-5-pruned-emaonly.ckpt',
    steps: 20,
    cfg: 8.0,
    sampler_name: 'euler',
    scheduler: 'normal',
    denoise: 1.0,
    negative_prompt: 'text, watermark',
  },
  audio: { seconds: 60, steps: 50, cfg: 5.0, lyrics_strength: 0.99, model: 'ace_step_v1_3.5b.safetensors' },
  video: { width: 1280, height: 720, steps: 20, cfg: 8.0, duration: 5, fps: 16 },
};

export interface WellKnownParam extends Pick<ParamSpec, 'type' | 'description' | 'min' | 'max' | 'multiline'> {
  /** A workflow may leave it without a value of its own: the built-in values have one somewhere, or it is drawn. */
  optional: boolean;
}

/** Names with a known meaning, in the order a person reads a form. */
export const wellKnownParams: ReadonlyMap<string, WellKnownParam> = new Map<string, WellKnownParam>([
  ['prompt', { type: 'string', optional: false, multiline: true, description: 'What to make, in words.' }],
  ['tags', { type: 'string', optional: false, description: 'Style tags, comma-separated.' }],
  ['lyrics', { type: 'string', optional: false, multiline: true, description: 'The words to sing.' }],
  ['negative_prompt', { type: 'string', optional: true, multiline: true, description: 'What to keep out.' }],
  ['width', { type: 'integer', optional: true, min: 1, description: 'Width in pixels.' }],
  ['height', { type: 'integer', optional: true, min: 1, description: 'Height in pixels.' }],
  ['seconds', { type: 'integer', optional: true, min: 1, description: 'Length in seconds.' }],
  ['duration', { type: 'number', optional: true, min: 0, description: 'Length in seconds.' }],
  ['fps', { type: 'number', optional: true, min: 0, description: 'Frames per second.' }],
  ['model', { type: 'string', optional: true, description: 'File name of the model, as list_models tells it.' }],
  ['steps', { type: 'integer', optional: true, min: 1, description: 'Sampling steps: more is slower and finer.' }],
  ['cfg', { type: 'number', optional: true, min: 0, description: 'How closely to follow the prompt.' }],
  ['sampler_name', { type: 'string', optional: true, description: 'Sampling method, for example euler.' }],
  ['scheduler', { type: 'string', optional: true, description: 'Noise schedule, for example normal or karras.' }],
  [
    'denoise',
    { type: 'number', optional: true, min: 0, max: 1, description: 'How much is made anew, 0 to 1 (1 = everything).' },
  ],
  [
    'lyrics_strength',
    { type: 'number', optional: true, min: 0, description: 'How strongly the lyrics count, 0 to 1.' },
  ],
  ['seed', { type: 'integer', optional: true, description: 'Fixes the random noise. Leave out or -1 for a new one.' }],
]);

/**
 * The built-in value of a well-known optional name that a namespace has none for, taken from the first namespace that
 * has one: a video workflow with PARAM_DENOISE gets the image's 1.0. Never a model: another kind's would not load.
 */
export function borrowedDefault(name: string): ParamValue | undefined {
  if (name === 'model' || wellKnownParams.get(name)?.optional !== true) return undefined;
  for (const namespace of namespaces) {
    const values = builtInDefaults[namespace];
    if (Object.hasOwn(values, name)) return values[name];
  }
  return undefined;
}

/** Where a value came from, as it reads in a sentence: "from …". */
export function sourceInWords(source: string): string {
  switch (source) {
    case 'call':
      return 'the call';
    case 'metadata':
      return "the workflow's metadata";
    case 'runtime':
      return 'the runtime defaults';
    case 'config':
      return 'the config file';
    case 'environment':
      return 'the environment';
    case 'built-in':
      return 'the built-in defaults';
    case 'workflow':
      return 'the workflow file';
    default:
      return source;
  }
}
