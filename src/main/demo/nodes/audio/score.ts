/** From a plan to notes: chords, bass, broken chords, a melody that comes back, and drums. */
import type { Instrument, Plan } from './plan.js';

export interface Note {
  instrument: Instrument;
  /** MIDI number; fractions are allowed. */
  pitch: number;
  /** Seconds. */
  start: number;
  length: number;
  /** 0…1. */
  strength: number;
  /** -1 left … 1 right. */
  pan: number;
}

export interface Hit {
  drum: 'kick' | 'snare' | 'hat' | 'shaker' | 'rim';
  start: number;
  strength: number;
}

export interface Score {
  notes: Note[];
  hits: Hit[];
}

interface MotifNote {
  /** Beats from the start of the phrase. */
  at: number;
  beats: number;
  /** Scale steps relative to the chord. */
  step: number;
}

/** Writes `seconds` of music that begins at `from` seconds. */
export function writeScore(plan: Plan, from: number, seconds: number): Score {
  const beat = 60 / plan.bpm;
  const bars = Math.max(1, Math.ceil((seconds - from) / (beat * 4)));
  const notes: Note[] = [];
  const hits: Hit[] = [];
  const motifs = [motif(plan, 'a'), motif(plan, 'b')];
  const end = seconds - 0.05;
  let phrase = 0;
  for (let bar = 0; bar < bars; bar++) {
    const start = from + bar * beat * 4;
    if (start >= end) break;
    const degree = plan.progression[bar % plan.progression.length] ?? 0;
    const section = sectionOf(bar, bars);
    writeChord(plan, notes, degree, start, beat, section);
    if (section !== 'intro' || bars < 4) writeFigure(plan, notes, degree, start, beat, bar);
    if (bar % 2 === 0 && section !== 'intro' && section !== 'outro') {
      writeMelody(plan, notes, motifs[section === 'b' ? 1 : 0] ?? [], start, beat, bar, phrase++);
    }
    if (plan.drums !== 'none' && section !== 'intro' && section !== 'outro') writeDrums(plan, hits, start, beat, bar);
  }
  return {
    notes: notes
      .filter((note) => note.start < end)
      .map((note) => ({ ...note, length: Math.min(note.length, end - note.start) })),
    hits: hits.filter((hit) => hit.start < end),
  };
}

function sectionOf(bar: number, bars: number): 'intro' | 'a' | 'b' | 'outro' {
  if (bars < 6) return 'a';
  if (bar < (bars > 24 ? 4 : 2)) return 'intro';
  if (bar >= bars - 2) return 'outro';
  return Math.floor(bar / 8) % 2 === 0 ? 'a' : 'b';
}

/** Pitch of a scale step, any octave, relative to the root. */
function pitchOf({ root, scale }: Plan, step: number): number {
  const octave = Math.floor(step / 7);
  return root + octave * 12 + (scale[step - octave * 7] ?? 0);
}

function writeChord(plan: Plan, notes: Note[], degree: number, start: number, beat: number, section: string): void {
  const soft = section === 'intro' || section === 'outro' ? 0.8 : 1;
  for (const [index, third] of [0, 2, 4, 6].entries()) {
    // The seventh only now and then, quietly.
    if (index === 3 && !plan.random.chance(0.4)) continue;
    let pitch = pitchOf(plan, degree + third) - 12;
    while (pitch > plan.root + 4) pitch -= 12;
    notes.push({
      instrument: plan.ground,
      pitch,
      start: start + index * 0.012,
      length: beat * 4.15,
      strength: 0.34 * soft * (index === 3 ? 0.6 : 1),
      pan: (index - 1.5) * 0.3,
    });
  }
  let bass = pitchOf(plan, degree) - 24;
  while (bass > 47) bass -= 12;
  const push = (at: number, beats: number, strength: number) =>
    notes.push({ instrument: 'bass', pitch: bass, start: start + at * beat, length: beats * beat, strength, pan: 0 });
  if (plan.drums === 'none') push(0, 3.8, 0.5);
  else if (plan.drums === 'four') for (const at of [0.5, 1.5, 2.5, 3.5]) push(at, 0.45, 0.62);
  else {
    push(0, 1.6, 0.65);
    push(plan.random.chance(0.5) ? 2.5 : 2, 1.2, 0.52);
  }
}

function writeFigure(plan: Plan, notes: Note[], degree: number, start: number, beat: number, bar: number): void {
  const patterns = [
    [0, 2, 4, 7, 4, 2, 4, 2],
    [0, 4, 7, 9, 7, 4, 2, 4],
    [0, 2, 4, 2, 7, 4, 2, 4],
  ] as const;
  const pattern = patterns[Math.floor(bar / 8) % patterns.length] ?? patterns[0];
  const random = plan.random;
  for (const [index, step] of pattern.entries()) {
    if (index % 2 === 1 && !random.chance(plan.density)) continue;
    const late = index % 2 === 1 ? plan.swing * 0.5 : 0;
    notes.push({
      instrument: plan.figure,
      pitch: pitchOf(plan, degree + step),
      start: start + (index * 0.5 + late) * beat + random.between(0, 0.008),
      length: beat * 1.4,
      strength: (index % 4 === 0 ? 0.3 : 0.2) * random.between(0.85, 1.1),
      pan: 0.35 * Math.sin(index * 1.9 + bar),
    });
  }
}

/** Two bars of melody: a rhythm, and steps that mostly walk. */
function motif(plan: Plan, name: string): MotifNote[] {
  const random = plan.random.fork(`motif ${name}`);
  const lengths: [number, ...number[]] = plan.density > 0.55 ? [0.5, 0.5, 1, 1, 1.5] : [1, 1, 1.5, 2, 3];
  const notes: MotifNote[] = [];
  let step = random.pick([0, 2, 4]) + 7;
  for (let at = random.chance(0.3) ? 0.5 : 0; at < 7; ) {
    const beats = Math.min(random.pick(lengths), 8 - at);
    if (!random.chance(0.14)) notes.push({ at, beats, step });
    at += beats;
    step += random.pick([-2, -1, -1, 1, 1, 2, 3, -3]);
    if (step > 13) step -= 3;
    if (step < 4) step += 3;
  }
  return notes;
}

function writeMelody(
  plan: Plan,
  notes: Note[],
  phrase: readonly MotifNote[],
  start: number,
  beat: number,
  bar: number,
  index: number,
): void {
  const syllables = plan.phrases[index % Math.max(1, plan.phrases.length)];
  // Sung phrases have as many notes as the line has syllables, as far as two bars hold them.
  const count = syllables === undefined ? phrase.length : Math.min(syllables, 14);
  const grid = syllables === undefined ? undefined : 7 / Math.max(4, count);
  const answer = index % 2 === 1;
  for (let each = 0; each < count; each++) {
    const note = phrase[each % Math.max(1, phrase.length)];
    if (!note) break;
    const at = grid === undefined ? note.at : each * grid;
    const beats = grid === undefined ? note.beats : grid;
    const last = each === count - 1;
    const degree = plan.progression[(bar + (at >= 4 ? 1 : 0)) % plan.progression.length] ?? 0;
    // A phrase ends on a tone of its chord; every other phrase is answered a step lower.
    const step = last ? 7 + degree - (degree > 3 ? 7 : 0) : note.step + (answer && each > 1 ? -1 : 0);
    notes.push({
      instrument: plan.lead,
      pitch: pitchOf(plan, step),
      start: start + (at + (at % 1 === 0.5 ? plan.swing * 0.5 : 0)) * beat,
      length: Math.max(0.12, beats * beat * (last ? 1.6 : 0.96)),
      strength: 0.5 * plan.random.between(0.85, 1.05),
      pan: 0.08,
    });
  }
}

function writeDrums({ drums, swing, random }: Plan, hits: Hit[], start: number, beat: number, bar: number): void {
  const hit = (drum: Hit['drum'], at: number, strength: number) => {
    const late = at % 1 === 0.5 ? swing * 0.5 : 0;
    hits.push({ drum, start: start + (at + late) * beat, strength: strength * random.between(0.88, 1.05) });
  };
  const fill = bar % 8 === 7;
  if (drums === 'four') {
    for (const at of [0, 1, 2, 3]) hit('kick', at, 0.9);
    for (const at of [1, 3]) hit('snare', at, 0.42);
    for (const at of [0.5, 1.5, 2.5, 3.5]) hit('hat', at, 0.4);
    for (const at of [0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75]) hit('shaker', at, 0.14);
  } else if (drums === 'half') {
    hit('kick', 0, 0.85);
    hit('kick', random.chance(0.5) ? 1.5 : 2.5, 0.65);
    hit('snare', 2, 0.55);
    for (let at = 0; at < 4; at += 0.5) hit('hat', at, at % 1 === 0 ? 0.26 : 0.18);
  } else if (drums === 'rock') {
    hit('kick', 0, 0.9);
    hit('kick', 2, 0.7);
    if (random.chance(0.5)) hit('kick', 2.5, 0.6);
    hit('snare', 1, 0.6);
    hit('snare', 3, 0.62);
    for (let at = 0; at < 4; at += 0.5) hit('hat', at, at % 1 === 0 ? 0.3 : 0.2);
  } else {
    hit('kick', 0, 0.5);
    hit('rim', 1, 0.32);
    hit('rim', 3, 0.32);
    for (let at = 0; at < 4; at += 0.5) hit('shaker', at, at % 1 === 0 ? 0.2 : 0.14);
  }
  if (fill && drums !== 'soft') for (const at of [3.25, 3.5, 3.75]) hit('snare', at, 0.3 + (at - 3) * 0.25);
}
