/** What a piece of music will be: read from tags and lyrics, decided by the seed. */
import { createRandom, type Random } from '../random.js';

export type Instrument = 'piano' | 'pluck' | 'bell' | 'pad' | 'strings' | 'flute' | 'synth' | 'voice' | 'bass';

export interface Plan {
  bpm: number;
  /** MIDI number of the key's root in the middle octave. */
  root: number;
  /** Steps of the scale in semitones, seven of them. */
  scale: readonly number[];
  /** Degrees (0 to 6) on which the chords of four bars stand. */
  progression: readonly number[];
  lead: Instrument;
  /** Plays broken chords. */
  figure: Instrument;
  ground: Instrument;
  drums: 'none' | 'soft' | 'four' | 'half' | 'rock';
  /** 0 straight, up to 0.3: how late the off-beats come. */
  swing: number;
  /** 0…1. */
  reverb: number;
  /** 0…1: how many notes. */
  density: number;
  /** Syllables of the lyrics' lines; empty without lyrics. */
  phrases: readonly number[];
  random: Random;
}

const scales = {
  major: [0, 2, 4, 5, 7, 9, 11],
  minor: [0, 2, 3, 5, 7, 8, 10],
  dorian: [0, 2, 3, 5, 7, 9, 10],
  lydian: [0, 2, 4, 6, 7, 9, 11],
} as const;

const bright: [readonly number[], ...(readonly number[])[]] = [
  [0, 4, 5, 3],
  [0, 5, 3, 4],
  [0, 3, 5, 4],
  [3, 0, 4, 5],
  [0, 2, 3, 4],
];
const dim: [readonly number[], ...(readonly number[])[]] = [
  [0, 5, 2, 6],
  [0, 3, 5, 4],
  [0, 6, 5, 6],
  [5, 6, 0, 0],
  [0, 2, 5, 3],
];

interface Style {
  words: RegExp;
  bpm: readonly [number, number];
  lead: Instrument;
  figure: Instrument;
  ground: Instrument;
  drums: Plan['drums'];
  swing?: number;
  reverb: number;
  density: number;
  minor: number;
}

const styles: readonly Style[] = [
  {
    words: /ambient|meditat|sleep|calm|relax|drone|space|chill ?out|atmospher/,
    bpm: [58, 72],
    lead: 'bell',
    figure: 'pluck',
    ground: 'pad',
    drums: 'none',
    reverb: 0.8,
    density: 0.3,
    minor: 0.4,
  },
  {
    words: /lo-?fi|hip.?hop|trap|rap|rnb|r&b|chill/,
    bpm: [72, 86],
    lead: 'piano',
    figure: 'pluck',
    ground: 'pad',
    drums: 'half',
    swing: 0.22,
    reverb: 0.35,
    density: 0.5,
    minor: 0.65,
  },
  {
    words: /house|techno|trance|edm|dance|electro|disco|club/,
    bpm: [118, 128],
    lead: 'synth',
    figure: 'pluck',
    ground: 'pad',
    drums: 'four',
    reverb: 0.35,
    density: 0.8,
    minor: 0.6,
  },
  {
    words: /synth|retro|80s|vapor|cyber|arcade|8-?bit|chiptune/,
    bpm: [92, 112],
    lead: 'synth',
    figure: 'synth',
    ground: 'pad',
    drums: 'rock',
    reverb: 0.45,
    density: 0.65,
    minor: 0.6,
  },
  {
    words: /rock|punk|metal|indie|pop|upbeat|energetic/,
    bpm: [104, 132],
    lead: 'synth',
    figure: 'pluck',
    ground: 'strings',
    drums: 'rock',
    reverb: 0.25,
    density: 0.7,
    minor: 0.35,
  },
  {
    words: /jazz|swing|blues|bossa|soul|funk/,
    bpm: [92, 120],
    lead: 'piano',
    figure: 'piano',
    ground: 'pad',
    drums: 'soft',
    swing: 0.3,
    reverb: 0.3,
    density: 0.6,
    minor: 0.5,
  },
  {
    words: /orchestr|cinematic|epic|film|strings|symphon|trailer/,
    bpm: [66, 88],
    lead: 'strings',
    figure: 'pluck',
    ground: 'strings',
    drums: 'none',
    reverb: 0.65,
    density: 0.5,
    minor: 0.65,
  },
  {
    words: /folk|acoustic|guitar|country|ukulele|harp/,
    bpm: [84, 108],
    lead: 'flute',
    figure: 'pluck',
    ground: 'pad',
    drums: 'soft',
    reverb: 0.3,
    density: 0.55,
    minor: 0.3,
  },
  {
    words: /piano|classical|ballad|waltz|solo|nocturne/,
    bpm: [66, 84],
    lead: 'piano',
    figure: 'piano',
    ground: 'strings',
    drums: 'none',
    reverb: 0.45,
    density: 0.5,
    minor: 0.5,
  },
];

const instrumentWords: readonly [RegExp, Instrument][] = [
  [/piano|keys/, 'piano'],
  [/guitar|harp|lute|ukulele|kalimba/, 'pluck'],
  [/bell|glocken|music box|celesta|vibraphone/, 'bell'],
  [/violin|cello|strings/, 'strings'],
  [/flute|whistle|clarinet|oboe/, 'flute'],
  [/synth|lead/, 'synth'],
  [/vocal|voice|singer|choir|sing/, 'voice'],
];

const roots: Record<string, number> = { c: 60, d: 62, e: 64, f: 65, g: 67, a: 57, b: 59 };

export function createPlan(tags: string, lyrics: string, seed: string): Plan {
  const text = tags.toLowerCase();
  const random = createRandom(`music ${seed}/${text}/${lyrics}`);
  const fallback = random.pick([0, 1, 3, 5, 7, 8]);
  const style = styles.find(({ words }) => words.test(text)) ?? styles[fallback];
  if (!style) throw new Error('there is a style for every number');
  const named = /\b([a-g])\s*(#|sharp|♯|b\b|flat|♭)?\s*(major|minor|maj|min)\b/.exec(text);
  const minor = named
    ? /min/.test(named[3] ?? '')
    : /sad|dark|melanchol|moody|minor|tense|sombre/.test(text) ||
      (!/happy|bright|joy|major|uplift/.test(text) && random.chance(style.minor));
  const accidental = /#|sharp|♯/.test(named?.[2] ?? '') ? 1 : named?.[2] ? -1 : 0;
  const root = named ? (roots[named[1] ?? 'c'] ?? 60) + accidental : 55 + random.int(0, 11);
  const tempo = /(\d{2,3})\s*bpm/.exec(text);
  const pace = /slow/.test(text) ? 0.85 : /fast|energetic/.test(text) ? 1.12 : 1;
  const bpm = tempo ? Number(tempo[1]) : random.between(style.bpm[0], style.bpm[1]) * pace;
  const lines = lyrics
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('['));
  const asked = instrumentWords.filter(([words]) => words.test(text)).map(([, instrument]) => instrument);
  const lead = lines.length > 0 && !/instrumental/.test(text) ? 'voice' : (asked[0] ?? style.lead);
  const figure = asked.find((instrument) => instrument !== lead && instrument !== 'voice') ?? style.figure;
  return {
    bpm: Math.min(190, Math.max(48, bpm)),
    root,
    scale: minor
      ? random.chance(0.3)
        ? scales.dorian
        : scales.minor
      : random.chance(0.2)
        ? scales.lydian
        : scales.major,
    progression: random.pick(minor ? dim : bright),
    lead,
    figure,
    ground: style.ground,
    drums: /no drums|without drums|a ?cappella/.test(text)
      ? 'none'
      : /drum|beat|percussion/.test(text) && style.drums === 'none'
        ? 'soft'
        : style.drums,
    swing: style.swing ?? 0,
    reverb: style.reverb,
    density: style.density,
    phrases: lines.map(syllables),
    random,
  };
}

/** Groups of vowels, which is near enough to syllables for a melody. */
function syllables(line: string): number {
  return Math.max(1, line.toLowerCase().match(/[aeiouyäöüáéíóúàèâêîôû]+/g)?.length ?? 1);
}
