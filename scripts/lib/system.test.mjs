import { expect, test } from 'vitest';
import { missingLibraries, packagesFor } from './system.mjs';

test('finds the libraries that ldd did not', () => {
  const output = [
    '\tlinux-vdso.so.1 (0x00007ffd)',
    '\tlibgtk-3.so.0 => not found',
    '\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)',
    '\tlibgbm.so.1 => not found',
  ].join('\n');
  expect(missingLibraries(output)).toEqual(['libgtk-3.so.0', 'libgbm.so.1']);
  expect(missingLibraries('')).toEqual([]);
});

test('names packages as this release calls them, each once', () => {
  const missing = ['libasound.so.2', 'libnss3.so', 'libnssutil3.so', 'Xvfb', 'libunknown.so.1'];
  const older = new Set(['libasound2', 'libnss3', 'xvfb']);
  const newer = new Set(['libasound2t64', 'libnss3', 'xvfb']);
  expect(packagesFor(missing, () => older)).toEqual(['libasound2', 'libnss3', 'xvfb']);
  expect(packagesFor(missing, () => newer)).toEqual(['libasound2t64', 'libnss3', 'xvfb']);
});

test('takes the older name while the package lists are empty', () => {
  expect(packagesFor(['libgtk-3.so.0'], () => new Set())).toEqual(['libgtk-3-0']);
});
