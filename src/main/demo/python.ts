/**
 * Python's view of JSON values: `repr`, `str`, and the conversions `int()`, `float()`, `bool()` with the very texts
 * that Python 3.11 raises, since ComfyUI puts them into its answers.
 */
import { floatText, PyFloat } from './json.js';

/** An exception as Python would raise it. */
export class PythonError extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
    this.name = 'PythonError';
  }
}

/** Python's name of a JSON value's type. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (value instanceof PyFloat) return 'float';
  return Array.isArray(value) ? 'list' : 'dict';
}

/** `repr(value)`. Values that no JSON has (a node's pictures and sounds) print as `<name>`. */
export function repr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'string') return stringRepr(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'nan';
    if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
    return Number.isInteger(value) ? BigInt(value).toString() : floatText(value);
  }
  if (value instanceof PyFloat) {
    return Number.isFinite(value.value) ? floatText(value.value) : repr(value.value);
  }
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (isPlain(value)) {
    const members = Object.entries(value).map(([key, item]) => `${stringRepr(key)}: ${repr(item)}`);
    return `{${members.join(', ')}}`;
  }
  return `<${(value as object).constructor?.name ?? 'object'}>`;
}

/** `str(value)`: as repr, but a text is itself. */
export function str(value: unknown): string {
  return typeof value === 'string' ? value : repr(value);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replace(controls, (unit) => `\\x${unit.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return quote + escaped + quote;
}

const controls = /\p{Cc}/gu;

/** `int(value)`. Integers beyond 2^53 are bigint. Throws PythonError. */
export function toInt(value: unknown): number | bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') {
    if (Number.isNaN(value)) throw new PythonError('ValueError', 'cannot convert float NaN to integer');
    if (!Number.isFinite(value)) throw new PythonError('OverflowError', 'cannot convert float infinity to integer');
    const whole = Math.trunc(value);
    return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole);
  }
  if (typeof value === 'string') {
    const text = value.trim();
    if (!/^[-+]?\d+(_\d+)*$/.test(text)) {
      throw new PythonError('ValueError', `invalid literal for int() with base 10: ${repr(value)}`);
    }
    const whole = BigInt(text.replaceAll('_', '').replace(/^\+/, ''));
    return whole >= BigInt(Number.MIN_SAFE_INTEGER) && whole <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(whole) : whole;
  }
  throw new PythonError(
    'TypeError',
    `int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
  );
}

/** `float(value)`. Throws PythonError. */
export function toFloat(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (typeof value === 'string') {
    const text = value.trim();
    const word = /^([-+]?)(inf|infinity|nan)$/i.exec(text);
    if (word) {
      if (word[2]?.toLowerCase() === 'nan') return Number.NaN;
      return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    }
    if (/^[-+]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)([eE][-+]?\d+)?$/.test(text)) {
      return Number(text.replaceAll('_', ''));
    }
    throw new PythonError('ValueError', `could not convert string to float: ${repr(value)}`);
  }
  throw new PythonError('TypeError', `float() argument must be a string or a real number, not '${typeName(value)}'`);
}

/** `bool(value)`: empty text, empty containers, zero and None are false; the text "false" is true. */
export function toBool(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isPlain(value)) return Object.keys(value).length > 0;
  if (typeof value === 'number') return value !== 0;
  return Boolean(value);
}
