import { describe, expect, it } from 'vitest';
import { nameFault, publishedName, suggestedName } from './name.js';

describe('a suggested name', () => {
  it.each([
    ['a red dahlia, on black', 'x.png', 'a-red-dahlia-on-black'],
    ['Café — déjà vu!', 'x.png', 'cafe-deja-vu'],
    ['terraced courtyard at noon, terracotta walls, arches', 'x.png', 'terraced-courtyard-at-noon-terracotta'],
    ['x'.repeat(60), 'x.png', 'x'.repeat(40)],
    ['', 'ComfyUI_00001_.png', 'comfyui-00001'],
    ['猫', '猫.png', 'picture'],
  ])('of %j is %s', (subject, filename, expected) => {
    expect(suggestedName(subject, filename)).toBe(expected);
    expect(nameFault(publishedName(expected, true, filename))).toBeNull();
  });
});

describe('the name of a file', () => {
  it.each([
    ['hero', true, 'a.png', 'hero.webp'],
    ['Hero Image', false, 'a.png', 'hero-image.png'],
    ['hero.jpg', true, 'a.png', 'hero.webp'],
    ['hero.jpg', false, 'a.png', 'hero.jpg'],
    ['hero', false, 'a.gif', 'hero.png'],
    ['hero.v2', false, 'a.jpeg', 'hero.v2.jpeg'],
    ['png', false, 'a.png', 'png.png'],
    [' hero ', false, 'a.webp', 'hero.webp'],
  ])('for %j, optimised: %s, from %s is %s', (typed, optimise, original, expected) => {
    expect(publishedName(typed, optimise, original)).toBe(expected);
    expect(nameFault(expected)).toBeNull();
  });

  it.each(['-hero', '../hero', '.hero.x', 'a/b', 'héro', 'con', 'x'.repeat(70)])('%j is refused in words', (typed) => {
    expect(nameFault(publishedName(typed, true, 'a.png'))).toMatch(/letters/i);
  });

  it.each(['', '  ', '.webp'])('%j is none yet', (typed) => {
    expect(nameFault(publishedName(typed, true, 'a.png'))).toBe('Needs a name.');
  });
});
