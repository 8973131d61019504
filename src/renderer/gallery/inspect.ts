/** What the inspector shows of an asset's parameters, sorted into its sections. */
import type { Asset, Parameters } from '../../shared/asset.js';
import { formatSeed, modelName, paramLabel } from '../ui/format.js';

export interface Line {
  name: string;
  label: string;
  /** As shown. */
  shown: string;
  /** As copied. */
  text: string;
  number: boolean;
  /** Said after it, such as a LoRA's strength. */
  detail?: string;
}

export interface Inspected {
  prompt: string;
  without: string;
  /** Short values, two beside each other. */
  pairs: Line[];
  /** Longer ones, a line each. */
  lines: Line[];
  models: Line[];
}

const promptNames = ['prompt', 'positive_prompt', 'tags', 'lyrics', 'text'];
const withoutNames = ['negative_prompt', 'negative', 'negative_tags', 'negative_lyrics'];
/** Strength of the LoRA that has the same number. */
const strengthName = /^lora_strength(_\d+)?$/;
/** Characters of a value that is shown in one line; all of it is copied. */
const longestShown = 200;
const modelNames = /(^|_)(model|ckpt|checkpoint|unet|vae|clip|lora|upscale_model|control_net)(_name)?_?\d*$/;
const order = [
  'steps',
  'cfg',
  'width',
  'height',
  'seconds',
  'denoise',
  'seed',
  'noise_seed',
  'sampler_name',
  'scheduler',
];

export function inspectParameters(parameters: Parameters): Inspected {
  const found: Inspected = { prompt: '', without: '', pairs: [], lines: [], models: [] };
  const prompts: string[] = [];
  const without: string[] = [];
  const entries = Object.entries(parameters).sort(([a], [b]) => rank(a) - rank(b));
  for (const [name, value] of entries) {
    if (value === null || value === '') continue;
    if (promptNames.includes(name)) prompts.push(String(value));
    else if (withoutNames.includes(name)) without.push(String(value));
    else if (modelNames.test(name) && typeof value === 'string') found.models.push(modelLine(name, value, parameters));
    else if (strengthName.test(name) && parameters[loraOf(name)] != null) continue;
    else placeLine(found, line(name, value));
  }
  joinSampler(found);
  found.prompt = prompts.join('\n\n');
  found.without = without.join('\n\n');
  return found;
}

/** Sampler and scheduler are one choice to a person: "euler, normal". */
function joinSampler(found: Inspected): void {
  const sampler = found.lines.find((item) => item.name === 'sampler_name');
  const scheduler = found.lines.find((item) => item.name === 'scheduler');
  if (sampler === undefined || scheduler === undefined) return;
  sampler.shown = `${sampler.shown}, ${scheduler.shown}`;
  sampler.text = sampler.shown;
  found.lines = found.lines.filter((item) => item !== scheduler);
}

function rank(name: string): number {
  const at = promptNames.indexOf(name);
  if (at >= 0) return at;
  const known = order.indexOf(name);
  return known < 0 ? 100 : 10 + known;
}

function line(name: string, value: string | number | boolean): Line {
  const seed = /seed$/.test(name) && typeof value === 'number';
  const text = typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
  return {
    name,
    label: paramLabel(name),
    shown: seed ? formatSeed(value) : name === 'seconds' ? `${text} s` : text.slice(0, longestShown),
    text: String(value),
    number: typeof value === 'number',
  };
}

/** "lora_strength_2" belongs to "lora_2". */
function loraOf(name: string): string {
  return name.replace('_strength', '');
}

function modelLine(name: string, value: string, parameters: Parameters): Line {
  const label = /lora/.test(name)
    ? 'LoRA'
    : /^(model|ckpt_name|checkpoint)$/.test(name)
      ? 'Checkpoint'
      : paramLabel(name.replace(/_name$/, ''));
  const strength = label === 'LoRA' ? parameters[name.replace('lora', 'lora_strength')] : undefined;
  return {
    name,
    label,
    shown: modelName(value),
    text: value,
    number: false,
    ...(typeof strength === 'number' ? { detail: strength.toFixed(2) } : {}),
  };
}

function placeLine(found: Inspected, item: Line): void {
  const short = item.shown.length <= 6 && item.label.length <= 8 && item.name !== 'sampler_name';
  (short ? found.pairs : found.lines).push(item);
}

/** All parameters as text to paste: one "name: value" per line. */
export function parametersAsText(asset: Asset): string {
  return Object.entries(asset.parameters)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('\n');
}
