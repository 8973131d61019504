/** What the graphs of the corpus are made of. */
import { n, ui } from './ui.testing.js';

export interface Case {
  name: string;
  ui: unknown;
  /** `[class, inputs]` by node id. */
  api: Record<string, [string, Record<string, unknown>]>;
  /** What the warnings must say, in order; none when absent. */
  warns?: RegExp[];
}

export const empty = n(1, 'EmptyImage', [64, 32, 1, 255]);
export const emptyApi: Case['api'][string] = ['EmptyImage', { width: 64, height: 32, batch_size: 1, color: 255 }];
export const save = (from: readonly [number, number], extra = {}) => n(9, 'SaveImage', ['x'], { images: from }, extra);
export const saveApi = (id: string, slot = 0): Case['api'][string] => [
  'SaveImage',
  { images: [id, slot], filename_prefix: 'x' },
];
export const simple = { '1': emptyApi, '9': saveApi('1') };
export const noise = (id: number, from: readonly [number, number], values: unknown = [7, 'fixed', 0.5], extra = {}) =>
  n(id, 'ImageAddNoise', values, { image: from }, extra);
export const noiseApi = (id: string, seed: unknown = 7): Case['api'][string] => [
  'ImageAddNoise',
  { image: [id, 0], seed, strength: 0.5 },
];
export const reroute = (id: number, from: readonly [number, number], type = 'IMAGE') =>
  n(id, 'Reroute', undefined, { '': from }, { out: [type], types: { '': type } });
export const one = (
  type: string,
  w: unknown,
  inputs: Record<string, unknown>,
  name: string,
  more: Partial<Case> & { note?: object } = {},
): Case => ({
  name,
  ui: ui([n(1, type, w, {}, more.note ?? {})]),
  api: { '1': [type, inputs] },
  ...(more.warns ? { warns: more.warns } : {}),
});
export const big = 18446744073709551615n;
