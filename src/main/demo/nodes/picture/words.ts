/** What the words of a prompt mean to the demo engine. */
import { type Colour, lch } from './colour.js';
import type { MoodName } from './mood.js';

export const sceneNames = [
  'ridges',
  'forest',
  'sea',
  'still',
  'city',
  'flower',
  'marble',
  'arches',
  'portrait',
  'planet',
  'cat',
] as const;

export type SceneName = (typeof sceneNames)[number];

const sceneWords: Record<SceneName, string> = {
  ridges:
    'mountain mountains hill hills dune dunes desert valley landscape fog mist misty haze ridge ridges canyon alps peak peaks sahara horizon meadow field fields volcano cliff nature outdoors scenery vista highland himalaya fjord sand savanna steppe prairie wilderness sunrise balloon balloons',
  forest: 'forest pine pines tree trees wood woods woodland jungle spruce fir firs cabin taiga redwood redwoods',
  sea: 'sea ocean beach wave waves lake water coast shore harbour harbor boat boats sail sailboat ship ships island river lagoon bay seascape tide lighthouse sunset surf underwater yacht',
  still:
    'vase vases bottle bottles fruit fruits bowl pear pears apple apples oranges lemon lemons table still still-life stilllife cup mug teapot tea coffee jug ceramic ceramics pottery product glass wine kitchen food cake breakfast bread sphere cube cone shapes object objects toy robot perfume candle vessel vessels watch shoe sneaker headphones cheese egg eggs',
  city: 'city cities skyline skyscraper skyscrapers street streets building buildings downtown town urban neon cyberpunk tokyo york london paris hong kong traffic car cars metropolis rooftop rooftops futuristic',
  flower:
    'flower flowers dahlia rose roses petal petals bloom blossom blossoms garden tulip daisy sunflower lotus peony bouquet botanical plant plants orchid lily mandala',
  marble:
    'abstract marble marbled fluid ink texture pattern paint swirl swirls liquid acrylic background wallpaper smoke psychedelic fractal chaos agate oil marbling flow waves-of-colour emotion dream dreams',
  arches:
    'arch arches architecture stairs staircase courtyard house room interior temple palace villa wall pool mediterranean morocco surreal dreamlike brutalist museum church cathedral castle door doors hall corridor bauhaus minimal minimalist',
  portrait:
    'portrait woman man face head person bust girl boy model human people lady king queen hat sculpture statue astronaut character warrior wizard princess actor selfie profile model child elf knight fashion',
  planet:
    'planet planets moon space galaxy star stars nebula cosmos cosmic universe saturn jupiter mars orbit alien sci-fi scifi earth sky-full asteroid milky eclipse',
  cat: 'cat cats kitten kittens kitty feline pet animal',
};

const moodWords: Record<MoodName, string> = {
  dawn: 'dawn sunrise morning early rosy',
  day: 'day noon sunny clear bright daylight summer',
  sunset: 'sunset golden-hour golden evening fire lava warm glowing',
  dusk: 'dusk twilight blue-hour romantic purple-sky synthwave vaporwave cyberpunk neon',
  night: 'night midnight dark moonlit moonlight starry stars moon nocturnal space galaxy noir',
  storm: 'storm stormy rain rainy grey-sky cloudy overcast moody gloomy dramatic',
  autumn: 'autumn fall october harvest cozy rustic vintage retro',
  winter: 'winter snow snowy ice icy frost cold arctic christmas nordic',
  pastel: 'pastel soft dreamy gentle cute kawaii spring candy light delicate',
  desert: 'desert sand dune dunes sahara mars canyon terracotta',
  tropic: 'tropical beach palm island caribbean lagoon jungle turquoise',
  mono: 'monochrome black-and-white grayscale greyscale bw',
};

const colourWords: Record<string, Colour> = {
  red: lch(0.6, 0.2, 27),
  crimson: lch(0.53, 0.2, 20),
  scarlet: lch(0.62, 0.22, 30),
  burgundy: lch(0.4, 0.12, 15),
  orange: lch(0.72, 0.17, 55),
  amber: lch(0.78, 0.15, 75),
  yellow: lch(0.87, 0.16, 98),
  gold: lch(0.78, 0.13, 85),
  golden: lch(0.8, 0.13, 82),
  ochre: lch(0.69, 0.12, 75),
  lime: lch(0.85, 0.19, 125),
  green: lch(0.63, 0.14, 148),
  emerald: lch(0.6, 0.13, 162),
  olive: lch(0.56, 0.09, 115),
  mint: lch(0.87, 0.08, 165),
  sage: lch(0.74, 0.05, 145),
  teal: lch(0.56, 0.09, 195),
  turquoise: lch(0.74, 0.11, 190),
  cyan: lch(0.8, 0.12, 205),
  aqua: lch(0.8, 0.1, 195),
  blue: lch(0.56, 0.15, 252),
  azure: lch(0.68, 0.13, 245),
  navy: lch(0.32, 0.09, 262),
  indigo: lch(0.42, 0.15, 280),
  violet: lch(0.58, 0.17, 300),
  purple: lch(0.52, 0.17, 308),
  lavender: lch(0.78, 0.09, 300),
  magenta: lch(0.62, 0.23, 335),
  pink: lch(0.78, 0.12, 0),
  rose: lch(0.7, 0.14, 8),
  coral: lch(0.73, 0.14, 32),
  salmon: lch(0.75, 0.11, 35),
  peach: lch(0.85, 0.08, 60),
  brown: lch(0.46, 0.07, 55),
  terracotta: lch(0.61, 0.12, 42),
  copper: lch(0.62, 0.11, 50),
  beige: lch(0.88, 0.03, 85),
  cream: lch(0.94, 0.03, 92),
  white: lch(0.96, 0.008, 90),
  ivory: lch(0.95, 0.02, 95),
  silver: lch(0.82, 0.008, 250),
  grey: lch(0.62, 0.008, 250),
  gray: lch(0.62, 0.008, 250),
  black: lch(0.2, 0.01, 270),
  charcoal: lch(0.3, 0.01, 260),
};

/** The words of a prompt in lower case: letters only, weights such as `(word:1.2)` and LoRA tags left out. */
export function wordsOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replace(/<[^>]*>/g, ' ')
      .replace(/:\s*-?[\d.]+/g, ' ')
      .match(/[\p{L}][\p{L}-]*/gu) ?? []
  );
}

const wordList = (text: string) => new Set(text.split(' '));
const sceneSets = sceneNames.map((name) => [name, wordList(sceneWords[name])] as const);
const moodSets = Object.entries(moodWords).map(([name, words]) => [name as MoodName, wordList(words)] as const);

/** The scene with the most words in the prompt; earlier words count more. Nothing when no word fits. */
export function sceneFor(words: readonly string[], without: ReadonlySet<string>): SceneName | undefined {
  return best(words, sceneSets, (set) => [...set].some((word) => without.has(word)));
}

export function moodFor(words: readonly string[], without: ReadonlySet<string>): MoodName | undefined {
  return best(words, moodSets, (set) => [...set].some((word) => without.has(word)));
}

function best<Name extends string>(
  words: readonly string[],
  sets: readonly (readonly [Name, ReadonlySet<string>])[],
  refused: (set: ReadonlySet<string>) => boolean,
): Name | undefined {
  let winner: Name | undefined;
  let highest = 0;
  for (const [name, set] of sets) {
    let score = 0;
    for (const [index, word] of words.entries()) if (set.has(word)) score += 1 + 1 / (index + 2);
    if (score > highest && !refused(set)) {
      winner = name;
      highest = score;
    }
  }
  return winner;
}

/** The first three colours that are named, without repeats. */
export function coloursIn(words: readonly string[], without: ReadonlySet<string>): Colour[] {
  const named = [...new Set(words)].filter((word) => !without.has(word));
  return named.flatMap((word) => colourWords[word] ?? []).slice(0, 3);
}

/** The colour that stands at most two words before one of the nouns. */
export function colourBefore(words: readonly string[], nouns: readonly string[]): Colour | undefined {
  for (const [index, word] of words.entries()) {
    if (!nouns.includes(word)) continue;
    const colour = colourWords[words[index - 1] ?? ''] ?? colourWords[words[index - 2] ?? ''];
    if (colour) return colour;
  }
  return undefined;
}
