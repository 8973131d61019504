/** How models are told of in a list. Pure. */
import type { ModelFacts } from '../../shared/contract-models.js';
import { formatAgo, formatBytes, formatCount } from '../ui/format.js';

/** Endings that model files have; lists of samplers and the like have none of them. */
const modelFile = /\.(safetensors|sft|ckpt|pth?|gguf|bin|onnx|pkl)$/i;

/** Whether a list of choices is one of model files. Some begin with "None". */
export function areModels(names: readonly string[]): boolean {
  return names.slice(0, 4).some((name) => modelFile.test(name));
}

const families: readonly (readonly [RegExp, string])[] = [
  [/^(stable-diffusion-xl|sdxl)/i, 'SDXL'],
  [/^(stable-diffusion-v|sd_v)(\d(?:\.\d)?)/i, 'SD $2'],
];

/** `stable-diffusion-xl-v1-base/lora` is SDXL; what has no short name stands as it is written. */
export function familyWords(family: string): string {
  const [model = ''] = family.split('/');
  for (const [pattern, words] of families) {
    const found = pattern.exec(model);
    if (found !== null) return words.replace('$2', found[2] ?? '');
  }
  return model;
}

/** Facts in a row, what matters most first; empty where nothing is known. `now` in milliseconds. */
export function factWords(facts: ModelFacts | undefined, now: number): string {
  if (facts === undefined) return '';
  const { family, size, made, last_made } = facts;
  return [
    family === null ? '' : familyWords(family),
    size === null ? '' : formatBytes(size),
    made === 0 ? '' : `${formatCount(made)} made`,
    last_made === null ? '' : `last ${formatAgo(Date.parse(last_made), now)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
