/** JSON files that people edit: what they hold, and where they are broken. */
import { AppError } from './errors.js';

/** A plain object, as JSON's braces make it. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const space = /[ \t\r\n]*/y;
const stringToken = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const plainToken = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

/**
 * Line and column (from 1) at which a text stops being JSON; undefined when it is JSON. JSON.parse names the place in
 * some of its errors only.
 */
export function jsonErrorPlace(text: string): { line: number; column: number } | undefined {
  const offset = jsonErrorOffset(text);
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

type Expected = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma' | 'end';

function jsonErrorOffset(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const take = (token: RegExp): boolean => {
    token.lastIndex = at;
    const length = token.exec(text)?.[0].length ?? 0;
    at += length;
    return length > 0;
  };
  const valueDone = (): Expected => (open.length === 0 ? 'end' : 'comma');
  for (;;) {
    take(space);
    const char = text[at];
    if (char === undefined) return expected === 'end' ? undefined : at;
    if (expected === 'end') return at;
    if (expected === 'colon') {
      if (char !== ':') return at;
      at += 1;
      expected = 'value';
    } else if (
      expected === 'comma' ||
      (expected === 'key or }' && char === '}') ||
      (expected === 'value or ]' && char === ']')
    ) {
      const inside = open.at(-1);
      if (char === ',' && expected === 'comma') expected = inside === '{' ? 'key' : 'value';
      else if (char === (inside === '{' ? '}' : ']')) {
        open.pop();
        expected = valueDone();
      } else return at;
      at += 1;
    } else if (expected === 'key' || expected === 'key or }') {
      if (!take(stringToken)) return at;
      expected = 'colon';
    } else if (char === '{' || char === '[') {
      open.push(char);
      expected = char === '{' ? 'key or }' : 'value or ]';
      at += 1;
    } else {
      if (!take(char === '"' ? stringToken : plainToken)) return at;
      expected = valueDone();
    }
  }
}

/**
 * The object in a JSON file's text; a byte order mark is skipped. `what` names the file in the error.
 *
 * @throws AppError CONFIG_INVALID, one sentence with the line, when it is not JSON or not an object.
 */
export function parseJsonObject(text: string, what: string): Record<string, unknown> {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  let value: unknown;
  try {
    value = JSON.parse(plain);
  } catch (cause) {
    const place = jsonErrorPlace(plain);
    const where = place === undefined ? '' : ` near line ${place.line}, column ${place.column}`;
    throw new AppError('CONFIG_INVALID', `${what} is not valid JSON${where}.`, {
      hint: 'Correct the file, or move it away to start afresh.',
      details: { file: what, ...place },
      cause,
    });
  }
  if (!isRecord(value)) {
    throw new AppError('CONFIG_INVALID', `${what} must hold a JSON object, in braces.`, {
      hint: 'Correct the file, or move it away to start afresh.',
      details: { file: what },
    });
  }
  return value;
}
