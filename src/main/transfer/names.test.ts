import { describe, expect, it } from 'vitest';
import { createNames, safeName } from './names.js';

describe('a safe name', () => {
  it.each([
    ['ComfyUI_00001_.png', 'ComfyUI_00001_.png'],
    ['für später 🦊.webp', 'für später 🦊.webp'],
    ['a<b>:"c/d\\e|f?g*.png', 'a_b___c_d_e_f_g_.png'],
    ['tab\there\n.png', 'tab_here_.png'],
    ['CON', '_CON'],
    ['con.png', '_con.png'],
    ['Lpt1.tar.gz', '_Lpt1.tar.gz'],
    ['COM¹.png', '_COM¹.png'],
    ['console.png', 'console.png'],
    ['ends. . .', 'ends'],
    ['..', 'unnamed'],
    ['', 'unnamed'],
    ['.hidden', '.hidden'],
    ['\u202egnp.exe', '_gnp.exe'],
    ['half\ud800.png', 'half\ufffd.png'],
  ])('of %j is %j', (given, safe) => {
    expect(safeName(given)).toBe(safe);
  });

  it('is short enough for every disk, keeps its ending and cuts no character in two', () => {
    const name = safeName(`${'狐'.repeat(300)}.png`);
    expect(name).toMatch(/^狐+\.png$/);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
    expect(Buffer.byteLength(name)).toBeGreaterThan(190);
  });
});

describe('names', () => {
  it('are each given once, whatever their case', () => {
    const names = createNames(['manifest.json']);
    const given = ['a.png', 'A.PNG', 'a.png', 'a (2).png', 'Manifest.json', 'e\u0301.png', '\u00e9.png', 'a'];
    expect(given.map((name) => names.take('', name))).toEqual([
      'a.png',
      'A (2).PNG',
      'a (3).png',
      'a (2) (2).png',
      'Manifest (2).json',
      'e\u0301.png',
      '\u00e9 (2).png',
      'a',
    ]);
    expect(names.take('files/2025-01/', 'a.png')).toBe('files/2025-01/a.png');
  });

  it('are quick for many files of one name', () => {
    const names = createNames();
    const given = new Set(Array.from({ length: 5000 }, () => names.take('', 'x.png')));
    expect(given.size).toBe(5000);
    expect(given.has('x (5000).png')).toBe(true);
  });
});
