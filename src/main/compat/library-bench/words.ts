/** Prompts as people write them: few words are everywhere, most are rare. The same seed makes the same prompts. */

/** A generator of numbers from 0 to below 1. */
export type Random = () => number;

/** Mulberry32: small, fast, and the same on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(random: Random, list: readonly T[]): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('nothing to choose from');
  return found;
}

/** A chooser of the numbers below `count`, the early ones more often: weight 1 / (n + offset). */
export function createZipf(count: number, offset: number): (random: Random) => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let n = 0; n < count; n += 1) {
    sum += 1 / (n + offset);
    sums[n] = sum;
  }
  return (random) => {
    const wanted = random() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const real =
  'light detailed soft portrait cinematic background forest color sky woman man city night sunset mountain river golden fox cat dog bird ocean storm cloud glass metal wooden ancient castle garden flower tree street neon rain snow desert moon star planet robot dragon knight queen child hands eyes hair smile dress coat hat sword book lamp window door bridge tower boat train car engine machine crystal fire smoke mist shadow reflection texture pattern marble silk leather velvet oil painting watercolor sketch ink photograph lens film grain bokeh macro wide angle aerial vintage modern minimal baroque gothic fantasy surreal abstract geometric symmetric vivid pastel muted warm cold dramatic quiet lonely crowded'.split(
    ' ',
  );
const syllables = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo yu za bri cla dro fle gri sta the'.split(
  ' ',
);

/** Distinct words of the vocabulary: the first is in every second prompt, the last in one of some ten thousand. */
export const vocabularySize = 20_000;

/** The word of a rank. Made words have no common beginning with the real ones. */
export function wordOf(rank: number): string {
  const known = real[rank];
  if (known !== undefined) return known;
  let left = rank;
  let word = 'q';
  while (left > 0) {
    word += syllables[left % syllables.length] ?? '';
    left = Math.floor(left / syllables.length);
  }
  return word;
}

export interface Prompts {
  /** 20 to 80 words. */
  prompt(random: Random): string;
  negative(random: Random): string;
}

/** What some of the prompts begin with, for searches of words in a row. */
export const opening = 'masterpiece, best quality, highly detailed';

export function createPrompts(seed: number): Prompts {
  const words = Array.from({ length: vocabularySize }, (_, rank) => wordOf(rank));
  const choose = createZipf(vocabularySize, 10);
  const some = (random: Random, count: number) =>
    Array.from({ length: count }, (_, place) => {
      const word = words[choose(random)] ?? '';
      return place % 7 === 6 ? `${word},` : word;
    }).join(' ');
  const random = createRandom(seed);
  // People keep their negative prompts.
  const negatives = Array.from({ length: 60 }, () => `blurry, lowres, ${some(random, 6 + Math.floor(random() * 12))}`);
  return {
    prompt: (of) => `${of() < 0.2 ? `${opening}, ` : ''}${some(of, 20 + Math.floor(of() * 61))}`,
    negative: (of) => pick(of, negatives),
  };
}
