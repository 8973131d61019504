import { describe, expect, it } from 'vitest';
import { type KeyPress, keyCaps, pressed } from './keys.js';
import { match } from './match.js';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

describe('pressed', () => {
  it('takes Ctrl as the modifier, and ⌘ on a Mac', () => {
    expect(pressed(press('k', { ctrlKey: true }), 'mod+k', 'linux')).toBe(true);
    expect(pressed(press('K', { ctrlKey: true }), 'mod+k', 'win32')).toBe(true);
    expect(pressed(press('k', { metaKey: true }), 'mod+k', 'darwin')).toBe(true);
    expect(pressed(press('k', { ctrlKey: true }), 'mod+k', 'darwin')).toBe(false);
  });

  it('does not take a plain key for a combination, nor the other way round', () => {
    expect(pressed(press('g'), 'g', 'linux')).toBe(true);
    expect(pressed(press('g', { ctrlKey: true }), 'g', 'linux')).toBe(false);
    expect(pressed(press('k'), 'mod+k', 'linux')).toBe(false);
    expect(pressed(press('g', { altKey: true }), 'g', 'linux')).toBe(false);
  });

  it('tells Shift beside the modifier', () => {
    expect(pressed(press('Z', { ctrlKey: true, shiftKey: true }), 'mod+shift+z', 'linux')).toBe(true);
    expect(pressed(press('Z', { ctrlKey: true, shiftKey: true }), 'mod+z', 'linux')).toBe(false);
    expect(pressed(press('z', { ctrlKey: true, shiftKey: false }), 'mod+z', 'linux')).toBe(true);
    expect(pressed(press('z', { ctrlKey: true, shiftKey: false }), 'mod+shift+z', 'linux')).toBe(false);
  });

  it('takes the signs that need Shift on some keyboards with and without it', () => {
    expect(pressed(press('+', { ctrlKey: true, shiftKey: true }), 'mod++', 'linux')).toBe(true);
    expect(pressed(press('+', { ctrlKey: true, shiftKey: false }), 'mod++', 'linux')).toBe(true);
    expect(pressed(press('=', { metaKey: true, shiftKey: false }), 'mod+=', 'darwin')).toBe(true);
    expect(pressed(press('-', { ctrlKey: true, shiftKey: false }), 'mod+-', 'linux')).toBe(true);
    expect(pressed(press('+'), 'mod++', 'linux')).toBe(false);
    expect(pressed(press('0', { ctrlKey: true, shiftKey: true }), 'mod+0', 'linux')).toBe(false);
  });

  it('knows keys by the character they make', () => {
    expect(pressed(press('?'), '?', 'linux')).toBe(true);
    expect(pressed(press('+'), '+', 'linux')).toBe(true);
    expect(pressed(press(' '), 'Space', 'linux')).toBe(true);
  });
});

describe('keyCaps', () => {
  it('draws a cap for each key', () => {
    expect(keyCaps('mod+k', 'linux')).toEqual(['Ctrl', 'K']);
    expect(keyCaps('mod+shift+z', 'linux')).toEqual(['Ctrl', 'Shift', 'Z']);
    expect(keyCaps('mod+k', 'darwin')).toEqual(['⌘', 'K']);
    expect(keyCaps('+', 'linux')).toEqual(['+']);
    expect(keyCaps('mod++', 'linux')).toEqual(['Ctrl', '+']);
    expect(keyCaps('Space', 'linux')).toEqual(['Space']);
  });
});

describe('match', () => {
  it('finds every word and marks where', () => {
    expect(match('Go to the queue', 'qu go')?.parts).toEqual([
      { text: 'Go', hit: true, at: 0 },
      { text: ' to the ', hit: false, at: 2 },
      { text: 'qu', hit: true, at: 10 },
      { text: 'eue', hit: false, at: 12 },
    ]);
  });

  it('prefers beginnings of words', () => {
    const score = (title: string) => match(title, 'co')?.score ?? 0;
    expect(score('Copy prompt')).toBeGreaterThan(score('Show the connection'));
    expect(score('All commands')).toBeGreaterThan(score('Use a falcon'));
  });

  it('finds nothing where a word is missing, and everything for no word', () => {
    expect(match('Go to the queue', 'go home')).toBeNull();
    expect(match('Go', '')?.parts).toEqual([{ text: 'Go', hit: false, at: 0 }]);
  });
});
