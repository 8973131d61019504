/** What is to be drawn: the reading of a prompt, a seed and the sampler's settings. */
import { createRandom, hashText, type Random } from '../random.js';
import type { Colour } from './colour.js';
import { createPalette, type MoodName, type Palette } from './mood.js';
import { colourBefore, coloursIn, moodFor, type SceneName, sceneFor, sceneNames, wordsOf } from './words.js';

export interface SamplingRequest {
  positive: string;
  negative: string;
  /** A whole number as text, since it may be larger than a double holds. */
  seed: string;
  steps: number;
  cfg: number;
  sampler: string;
  scheduler: string;
  /** The checkpoint's file name. */
  model: string;
  loras: readonly { name: string; strength: number }[];
}

export interface Brief {
  readonly scene: SceneName;
  readonly mood: MoodName;
  readonly palette: Palette;
  /** True when the prompt has one of the words and the negative prompt hasn't. */
  wants(...words: string[]): boolean;
  /** True when the negative prompt has one of the words. */
  refuses(...words: string[]): boolean;
  /** The colour named right before one of the nouns, as in "a blue glass vase". */
  colourOf(...nouns: string[]): Colour | undefined;
  /** The same stream of chances for the same request; `name` keeps the parts of a scene independent. */
  random(name: string): Random;
  /** Seed for noise fields. */
  readonly key: string;
  /** 0…1: how much fine detail; grows with the steps. */
  readonly detail: number;
  /** About 0.85…1.2, from cfg. */
  readonly contrast: number;
  /** About 0.9…1.15, from cfg and model. */
  readonly saturation: number;
  /** 0…1: strength of film grain, from sampler and LoRAs. */
  readonly grain: number;
  /** A degree or two of hue, from model and scheduler. */
  readonly hueShift: number;
}

/** Scenes for prompts without a word that the demo engine knows. */
const general: readonly [SceneName, ...SceneName[]] = ['still', 'ridges', 'arches', 'marble', 'flower', 'sea', 'still'];

/** Moods that suit a scene when no word names one. */
const usual: Record<SceneName, readonly [MoodName, ...MoodName[]]> = {
  ridges: ['dawn', 'day', 'dusk', 'desert', 'pastel', 'sunset', 'winter', 'storm'],
  forest: ['dawn', 'storm', 'autumn', 'winter', 'day', 'dusk'],
  sea: ['sunset', 'dusk', 'dawn', 'tropic', 'storm', 'day'],
  still: ['desert', 'dawn', 'day', 'autumn', 'pastel', 'storm', 'sunset'],
  city: ['dusk', 'night', 'sunset', 'night'],
  flower: ['dusk', 'pastel', 'day', 'sunset', 'night', 'tropic'],
  marble: ['tropic', 'desert', 'dawn', 'sunset', 'storm', 'day', 'pastel'],
  arches: ['desert', 'day', 'pastel', 'tropic', 'dawn', 'sunset'],
  portrait: ['sunset', 'tropic', 'dusk', 'autumn', 'day', 'pastel'],
  planet: ['night', 'dusk', 'sunset', 'night'],
  cat: ['sunset', 'dusk', 'dawn', 'autumn', 'night'],
};

export function createBrief(request: SamplingRequest): Brief {
  const words = wordsOf(request.positive);
  const unwanted = new Set(wordsOf(request.negative));
  const present = new Set(words.filter((word) => !unwanted.has(word)));
  const wanted = words.filter((word) => !unwanted.has(word));
  // The prompt is part of the key, so that two prompts with one seed don't share a composition.
  const key = `${request.seed}/${words.join(' ')}/${[...unwanted].join(' ')}`;
  const random = (name: string) => createRandom(`${key}/${name}`);
  const scene = sceneFor(wanted, unwanted) ?? unclaimed(random('scene'), unwanted);
  const mood = moodFor(wanted, unwanted) ?? random('mood').pick(usual[scene]);
  const character = createRandom(`model ${request.model}`);
  const lora = request.loras.reduce((sum, { name, strength }) => sum + strength * (1 + (hashText(name) % 3)), 0);
  const warmth = character.between(-5, 5);
  const vivid = character.between(0.94, 1.1);
  return {
    scene,
    mood,
    palette: createPalette(mood, coloursIn(words, unwanted), random('palette')),
    wants: (...any) => any.some((word) => present.has(word)),
    refuses: (...any) => any.some((word) => unwanted.has(word)),
    colourOf: (...nouns) => colourBefore(wanted, nouns),
    random,
    key,
    detail: Math.min(1, Math.max(0.15, Math.log2(1 + request.steps) / 5)),
    contrast: 0.88 + 0.3 * (1 - Math.exp(-request.cfg / 10)),
    saturation: vivid * (0.92 + 0.2 * (1 - Math.exp(-request.cfg / 12))),
    grain: Math.min(1, (/ancestral|sde|ddpm/.test(request.sampler) ? 0.6 : 0.35) + Math.abs(lora) * 0.08),
    hueShift: warmth + (hashText(request.scheduler) % 5) - 2 + lora,
  };
}

/** A general scene that the negative prompt doesn't name. */
function unclaimed(random: Random, unwanted: ReadonlySet<string>): SceneName {
  for (let tries = 0; tries < 8; tries++) {
    const scene = random.pick(general);
    if (!unwanted.has(scene) && sceneFor([...unwanted], new Set()) !== scene) return scene;
  }
  return sceneNames[0];
}
