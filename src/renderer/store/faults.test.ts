import { expect, it, vi } from 'vitest';
import { createFaults, faultIn } from './faults.js';

const answer = (status: number, value: unknown) => ({ status, json: async () => value });

it('reads the reason out of an answer, and takes what it does not know for damage', async () => {
  const value = { code: 'MEDIA_UNSUPPORTED', message: 'no', details: { fault: 'too_large' } };
  expect(await faultIn(answer(415, value))).toBe('too_large');
  expect(await faultIn(answer(415, { ...value, details: { fault: 'new' } }))).toBe('damaged');
  expect(await faultIn(answer(415, 'words'))).toBe('damaged');
  expect(await faultIn(answer(404, value))).toBe('missing');
});

it('asks once for all who show the same file, and tells them', async () => {
  const read = vi.fn(async () => 'vector' as const);
  const faults = createFaults(read);
  const heard = vi.fn();
  const leave = faults.subscribe('a', heard);
  await Promise.all([faults.ask('a', 'asset://thumbnail/a'), faults.ask('a', 'asset://thumbnail/a')]);
  expect(read).toHaveBeenCalledTimes(1);
  expect(heard).toHaveBeenCalledTimes(1);
  expect(faults.get('a')).toBe('vector');
  leave();
  faults.set('a', 'damaged');
  expect(heard).toHaveBeenCalledTimes(1);
});

it('tries again what could not be had, and only that', () => {
  const faults = createFaults(async () => undefined);
  const heard = vi.fn();
  faults.set('a', 'missing');
  faults.set('b', 'damaged');
  faults.subscribe('a', heard);
  faults.retryMissing();
  expect(heard).toHaveBeenCalledTimes(1);
  expect([faults.get('a'), faults.get('b')]).toEqual([undefined, 'damaged']);
});
