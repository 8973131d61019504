/**
 * JSON as Python's `json` module reads and writes it: integers of any size survive (as bigint), `NaN` and `Infinity`
 * are allowed, text is ASCII-escaped, items are separated by `", "` and `": "`.
 */

/** A float that prints with its point (`7.0`), where Python would have a float and not an int. */
export class PyFloat {
  constructor(readonly value: number) {}

  toJSON(): number {
    return this.value;
  }

  valueOf(): number {
    return this.value;
  }
}

/** JSON text that is ready: prints as it is. Spares a long answer from being put together again each time. */
export class RawJson {
  constructor(readonly text: string) {}
}

/** Python stops at about this depth (its recursion limit); so do we, with an error in place of a crash. */
const MAX_DEPTH = 900;

/** Anything that the JSON of the standard can't express or JavaScript would round. */
const NEEDS_CARE = /NaN|Infinity|\d{16}/;

/** Parses JSON as `json.loads` does. Throws SyntaxError. Integers beyond 2^53 become bigint. */
export function parsePythonJson(text: string): unknown {
  if (NEEDS_CARE.test(text)) return new Reader(text).read();
  const value: unknown = JSON.parse(text);
  if (deeperThan(value, MAX_DEPTH)) throw new SyntaxError('maximum recursion depth exceeded');
  return value;
}

function deeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((item) => deeperThan(item, limit - 1));
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  read(): unknown {
    const value = this.value(0);
    this.space();
    if (this.at < this.text.length) throw this.error('Extra data');
    return value;
  }

  private value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw this.error('maximum recursion depth exceeded');
    this.space();
    const first = this.text[this.at];
    if (first === '{') return this.object(depth);
    if (first === '[') return this.array(depth);
    if (first === '"') return this.string();
    for (const [word, value] of words) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  private object(depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    this.at += 1;
    if (this.take('}')) return result;
    do {
      this.space();
      if (this.text[this.at] !== '"') throw this.error('Expecting property name enclosed in double quotes');
      const key = this.string();
      if (!this.take(':')) throw this.error("Expecting ':' delimiter");
      // defineProperty, so that a key named __proto__ is a key like any other
      Object.defineProperty(result, key, {
        value: this.value(depth + 1),
        enumerable: true,
        writable: true,
        configurable: true,
      });
    } while (this.take(','));
    if (!this.take('}')) throw this.error("Expecting ',' delimiter");
    return result;
  }

  private array(depth: number): unknown[] {
    const result: unknown[] = [];
    this.at += 1;
    if (this.take(']')) return result;
    do result.push(this.value(depth + 1));
    while (this.take(','));
    if (!this.take(']')) throw this.error("Expecting ',' delimiter");
    return result;
  }

  private string(): string {
    const pattern = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) throw this.error('Unterminated string');
    this.at = pattern.lastIndex;
    return JSON.parse(match[0]) as string;
  }

  private number(): number | bigint {
    const pattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (!match) throw this.error('Expecting value');
    this.at = pattern.lastIndex;
    const value = Number(match[0]);
    const isInteger = match[1] === undefined && match[2] === undefined;
    return isInteger && !Number.isSafeInteger(value) ? BigInt(match[0]) : value;
  }

  private space(): void {
    const pattern = /[ \t\n\r]*/y;
    pattern.lastIndex = this.at;
    pattern.test(this.text);
    this.at = pattern.lastIndex;
  }

  private take(mark: string): boolean {
    this.space();
    if (this.text[this.at] !== mark) return false;
    this.at += 1;
    return true;
  }

  private error(message: string): SyntaxError {
    return new SyntaxError(`${message}: char ${this.at}`);
  }
}

const words: [string, unknown][] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];

/** Prints JSON as `json.dumps` does. A Map prints as an object in its own order; undefined members are left out. */
export function stringifyPythonJson(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return asciiString(value);
    case 'number':
      return numberText(value);
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      return 'null';
  }
}

function objectText(value: object): string {
  if (Array.isArray(value)) return `[${value.map(stringifyPythonJson).join(', ')}]`;
  if (value instanceof PyFloat) return floatText(value.value);
  if (value instanceof RawJson) return value.text;
  let text = '';
  const member = (key: string, item: unknown) => {
    if (item !== undefined) text += `${text === '' ? '' : ', '}${asciiString(key)}: ${stringifyPythonJson(item)}`;
  };
  if (value instanceof Map) for (const [key, item] of value) member(String(key), item);
  else for (const key of Object.keys(value)) member(key, (value as Record<string, unknown>)[key]);
  return `{${text}}`;
}

/** Most texts need no escape. */
const PLAIN = /^[ !#-[\]-~]*$/;

function asciiString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return Number.isInteger(value) ? BigInt(value).toString() : floatText(value);
}

/** Python's `repr(float)`: shortest digits, a point always, an exponent of two digits below 1e-4 and from 1e16. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
  }
  if (Object.is(value, -0)) return '-0.0';
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
