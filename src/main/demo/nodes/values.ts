/** What travels along the links of a graph. Values are never changed once made: the executor caches and shares them. */
import { PyFloat } from '../json.js';
import { NodeError } from '../node.js';

/** Where a limit of the real server would be its memory, ours is this many bytes for one value. */
const MEMORY_LIMIT = 512 * 1024 * 1024;

/** IMAGE: frames of interleaved 8-bit RGB (or RGBA) of one size. */
export class Picture {
  constructor(
    readonly width: number,
    readonly height: number,
    readonly channels: 3 | 4,
    readonly frames: readonly Uint8Array[],
  ) {}
}

/** MASK: frames of one byte a pixel, 255 = selected. */
export class Mask {
  constructor(
    readonly width: number,
    readonly height: number,
    readonly frames: readonly Uint8Array[],
  ) {}
}

/** AUDIO: for each item of the batch, one Float32Array per channel, in -1…1. */
export class Sound {
  constructor(
    readonly sampleRate: number,
    readonly batch: readonly (readonly Float32Array[])[],
  ) {}
}

/** Name of a value's Python type, for error texts. */
export function pythonType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Picture || value instanceof Mask) return 'Tensor';
  return 'dict';
}

/** The error of a link input that got a literal, as in the real server: 'str' object has no attribute 'size'. */
export function attributeError(value: unknown, attribute: string): NodeError {
  return new NodeError('AttributeError', `'${pythonType(value)}' object has no attribute '${attribute}'`);
}

/** Finds `name` among the inputs as an IMAGE; `attribute` is what Python would miss first. */
export function pictureInput(inputs: Record<string, unknown>, name: string, attribute = 'shape'): Picture {
  const value = inputs[name];
  if (value instanceof Picture) return value;
  throw attributeError(value, attribute);
}

export function maskInput(inputs: Record<string, unknown>, name: string): Mask {
  const value = inputs[name];
  if (value instanceof Mask) return value;
  throw attributeError(value, 'reshape');
}

export function soundInput(inputs: Record<string, unknown>, name: string): Sound {
  const value = inputs[name];
  if (value instanceof Sound) return value;
  if (typeof value === 'string') throw new NodeError('TypeError', 'string indices must be integers');
  throw new NodeError('TypeError', `'${pythonType(value)}' object is not subscriptable`);
}

/** A number input; the executor has checked and coerced literals, a link may still bring anything. */
export function numberInput(inputs: Record<string, unknown>, name: string, fallback = 0): number {
  const value = inputs[name] ?? fallback;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean' || value instanceof PyFloat) return Number(value);
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  throw new NodeError('TypeError', `'${pythonType(value)}' object cannot be interpreted as an integer`);
}

export function stringInput(inputs: Record<string, unknown>, name: string, fallback = ''): string {
  const value = inputs[name] ?? fallback;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw attributeError(value, 'strip');
}

/** A seed as text: it may come as a bigint, since it can be larger than a double holds. */
export function seedInputText(inputs: Record<string, unknown>, name: string): string {
  const value = inputs[name] ?? 0;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new NodeError('TypeError', `manual_seed expected a long, but got ${pythonType(value)}`);
}

/** Throws the error of a full device when `bytes` is more than one value may take. */
export function reserve(bytes: number): void {
  if (bytes <= MEMORY_LIMIT) return;
  const gib = (bytes / 1024 ** 3).toFixed(2);
  throw new NodeError('torch.OutOfMemoryError', `Allocation on device. Tried to allocate ${gib} GiB.`);
}
