import { describe, expect, it } from 'vitest';
import { checkNames, nameFor } from './names.js';
import { codeThrown } from './testing.js';

const named = (target_filename: string, web_optimize = false) => checkNames({ target_filename, web_optimize });

describe('target_filename', () => {
  it.each(['hero.webp', 'a.png', '0.jpg', 'a-b_c.d.jpeg', `${'a'.repeat(64)}.png`])('%s fits', (name) => {
    expect(named(name)).toMatchObject({ filename: name, key: undefined });
  });

  it.each([
    ...['Hero.webp', 'hero.gif', 'hero', '.png', '-a.png', '_a.png', `${'a'.repeat(65)}.png`, 'hero.webp\n', 'a b.png'],
    ...['../hero.png', 'sub/hero.png', 'sub\\hero.png', 'c:hero.png', '/etc/hero.png', 'hero.png/..', 'h\0.png'],
    ...['con.png', 'nul.webp', 'com1.jpg', 'lpt9.x.png', 'heró.png'],
  ])('%j does not', (name) => {
    const error = codeThrown(() => named(name));
    expect(error.code).toBe('INVALID_TARGET_FILENAME');
    expect(error.hint).toContain('hero.webp');
  });

  it('of a WebP has to say so', () => {
    expect(named('hero.webp', true)).toMatchObject({ ending: 'webp' });
    expect(codeThrown(() => named('hero.png', true))).toMatchObject({
      code: 'VALIDATION_ERROR',
      hint: expect.stringContaining('hero.webp'),
    });
  });
});

describe('manifest_key', () => {
  const keyed = (manifest_key: string) => checkNames({ manifest_key, web_optimize: false });

  it.each(['hero', '0', 'a.b-c_d', 'a'.repeat(64), 'constructor'])('%s fits', (key) => {
    expect(keyed(key)).toEqual({ filename: undefined, key });
  });

  it.each(['Hero', '__proto__', 'a/b', '../a', 'a b', 'a'.repeat(65), 'a\n'])('%j does not', (key) => {
    expect(codeThrown(() => keyed(key)).code).toBe('INVALID_MANIFEST_KEY');
  });

  it('is needed where there is no file name; an empty one is none', () => {
    for (const left of [{}, { target_filename: '' }, { manifest_key: '', target_filename: '' }]) {
      expect(codeThrown(() => checkNames({ ...left, web_optimize: false })).code).toBe('MANIFEST_KEY_REQUIRED');
    }
    expect(checkNames({ manifest_key: '', target_filename: 'a.png', web_optimize: false })).toMatchObject({
      key: undefined,
    });
  });
});

describe('a generated name', () => {
  const target = { filename: undefined, key: 'hero' } as const;

  it.each([
    ['png', false, 'asset_3f2504e0.png'],
    ['jpeg', false, 'asset_3f2504e0.jpg'],
    ['webp', false, 'asset_3f2504e0.webp'],
    ['gif', false, 'asset_3f2504e0.png'],
    ['heif', false, 'asset_3f2504e0.png'],
    ['png', true, 'asset_3f2504e0.webp'],
  ])('of a %s, optimised: %s, is %s', (format, optimize, filename) => {
    expect(nameFor(target, '3F2504E0-4f89-41d3', format, optimize).filename).toBe(filename);
  });
});
