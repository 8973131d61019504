import { describe, expect, it } from 'vitest';
import {
  dayBefore,
  formatAgo,
  formatBytes,
  formatClock,
  formatCount,
  formatDay,
  formatGigabytes,
  formatLeft,
  formatLength,
  formatMoment,
  formatSeconds,
  formatSeed,
  formatSteps,
  formatTook,
  modelName,
  paramLabel,
  plural,
  shortAddress,
  startOfDay,
} from './format.js';

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [0.42, '0.4 s'],
    [6, '6 s'],
    [11.24, '11 s'],
    [59.6, '1 min'],
    [80, '1 min 20 s'],
    [120, '2 min'],
    [7500, '2 h 5 min'],
    [7190, '2 h'],
    [-3, '0 s'],
    [Number.NaN, ''],
  ])('%s seconds', (seconds, words) => expect(formatSeconds(seconds)).toBe(words));

  it('counts down in whole seconds and never reaches none', () => {
    expect(formatLeft(5.2)).toBe('6 s');
    expect(formatLeft(0)).toBe('1 s');
  });

  it('keeps tenths of what took less than a minute', () => {
    expect(formatTook(11_240)).toBe('11.2 s');
    expect(formatTook(59_990)).toBe('1 min');
    expect(formatTook(80_000)).toBe('1 min 20 s');
  });

  it.each([
    [0, '0:00'],
    [5.9, '0:05'],
    [754, '12:34'],
    [3723, '1:02:03'],
    [Number.NaN, '0:00'],
  ])('clock of %s', (seconds, clock) => expect(formatClock(seconds)).toBe(clock));

  it('lengths below a second are no "0:00"', () => {
    expect([0.5, 0.02, 0, 1, 72].map(formatLength)).toEqual(['0.5 s', '0.1 s', '0:00', '0:01', '1:12']);
  });
});

describe('amounts', () => {
  it.each([
    [512, '512 B'],
    [43_100, '43 kB'],
    [999_700, '1 MB'],
    [1_900_000, '1.9 MB'],
    [250_000_000, '250 MB'],
    [2_000_000_000, '2 GB'],
  ])('%s bytes', (bytes, words) => expect(formatBytes(bytes)).toBe(words));

  it('writes counts, steps, seeds and memory', () => {
    expect(formatCount(12_480)).toBe('12,480');
    expect(formatSteps(14, 28)).toBe('14 of 28');
    expect(formatSteps(30, 28)).toBe('28 of 28');
    expect(formatSteps(1, 1)).toBe('');
    expect(formatSeed(2_871_440_193)).toBe('2\u00a0871\u00a0440\u00a0193');
    expect(formatSeed(7)).toBe('7');
    expect(formatGigabytes(24 * 1024 ** 3)).toBe('24');
    expect(formatGigabytes(14.2 * 1024 ** 3)).toBe('14.2');
    expect(plural(1, 'agent')).toBe('1 agent');
    expect(plural(3, 'agent')).toBe('3 agents');
  });
});

describe('days', () => {
  const now = new Date(2025, 10, 23, 14, 32).getTime();

  it('begins at midnight, local time', () => {
    expect(startOfDay(now)).toBe(new Date(2025, 10, 23).getTime());
    expect(dayBefore(startOfDay(now))).toBe(new Date(2025, 10, 22).getTime());
  });

  it('names today and yesterday, and dates the rest', () => {
    expect(formatDay(startOfDay(now), now)).toEqual({ name: 'Today', date: 'Sunday 23 November' });
    expect(formatDay(new Date(2025, 10, 22).getTime(), now)).toEqual({
      name: 'Yesterday',
      date: 'Saturday 22 November',
    });
    expect(formatDay(new Date(2025, 10, 12).getTime(), now)).toEqual({ name: '12 November', date: 'Wednesday' });
    expect(formatDay(new Date(2024, 2, 3).getTime(), now)).toEqual({ name: '3 March 2024', date: 'Sunday' });
  });

  it('tells a moment in a sentence', () => {
    expect(formatMoment(now, now)).toBe('Today 14:32');
    expect(formatMoment(new Date(2025, 10, 22, 18, 4).getTime(), now)).toBe('Yesterday 18:04');
    expect(formatMoment(new Date(2025, 10, 12, 9, 15).getTime(), now)).toBe('12 November 09:15');
    expect(formatMoment(new Date(2024, 2, 3).getTime(), now)).toBe('3 March 2024');
  });

  it.each([
    [2, 'just now'],
    [20, '20 s ago'],
    [250, '4 min ago'],
    [7300, '2 h ago'],
    [90_000, 'a day ago'],
    [200_000, '2 days ago'],
    [-5, 'just now'],
  ])('%s seconds ago', (seconds, words) => expect(formatAgo(now - seconds * 1000, now)).toBe(words));
});

describe('names', () => {
  it('labels parameters by their usual word', () => {
    expect(paramLabel('cfg')).toBe('CFG');
    expect(paramLabel('negative_prompt')).toBe('Without');
    expect(paramLabel('tile_overlap-mode')).toBe('Tile overlap mode');
    expect(paramLabel('lora_strength')).toBe('LoRA strength');
    expect(paramLabel('_')).toBe('_');
  });

  it('leaves folder and ending out of model names', () => {
    expect(modelName('sub\\dir/flux1-dev-fp8.safetensors')).toBe('flux1-dev-fp8');
    expect(modelName('sd_xl_base_1.0.safetensors')).toBe('sd_xl_base_1.0');
  });

  it('shortens addresses', () => {
    expect(shortAddress('http://localhost:8188/')).toBe('localhost:8188');
    expect(shortAddress('http://127.0.0.1:9000/mcp')).toBe('127.0.0.1:9000/mcp');
  });
});
