/**
 * JSON as Python writes it. ComfyUI's answers and files may hold `NaN` and `Infinity` (limits of custom nodes, inputs of a failed
 * node), and integers beyond 2^53 (seeds go up to 2^64-1), which JSON.parse refuses or rounds.
 *
 * Such integers become `bigint` here and are printed back digit by digit, so that a graph survives the round trip.
 * All other numbers are plain numbers. JSON.stringify throws on a bigint: print with `stringifyJson`.
 */

/** Sixteen digits is the shortest integer that can lie beyond 2^53. */
const suspicious = /NaN|Infinity|\d{16}/;
const candidates = /-?Infinity|NaN|-?\d{16,}/g;
const nonFinite = /-?Infinity|NaN/g;

/**
 * Parses Python's JSON. `NaN`, `Infinity`, `-Infinity` become the numbers of that name; integers that a number can't
 * hold exactly become `bigint`.
 *
 * @throws SyntaxError when the text is not JSON even so.
 */
export function parseJson(text: string): unknown {
  return suspicious.test(text) ? parseMarked(text, candidates) : JSON.parse(text);
}

/**
 * The same for what is only read and never sent back, such as node specifications: every number is a number, long integers lose
 * their last digits, and JSON.stringify can print the value. Faster, too.
 *
 * @throws SyntaxError as above.
 */
export function parseJsonRounded(text: string): unknown {
  return /NaN|Infinity/.test(text) ? parseMarked(text, nonFinite) : JSON.parse(text);
}

function parseMarked(text: string, odd: RegExp): unknown {
  const mark = `#${Math.random().toString(36).slice(2)}#`;
  const marked = markOddNumbers(text, mark, odd);
  const value: unknown = JSON.parse(marked ?? text);
  return marked === undefined ? value : restore(value, mark);
}

/**
 * A copy that JSON.stringify prints without loss or complaint, for error details and the like: bigints that a number can't hold, `NaN`
 * and the infinities become texts.
 */
export function printable(value: unknown): unknown {
  return mapNumbers(value, (number) =>
    typeof number === 'bigint' || !Number.isFinite(number) ? String(number) : number,
  );
}

/** Prints for Python: `bigint` as an integer, `NaN` and the infinities by name. Leaves out `undefined` as JSON.stringify does. */
export function stringifyJson(value: unknown): string {
  const mark = `#${Math.random().toString(36).slice(2)}#`;
  let odd = false;
  const text = JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === 'bigint' || (typeof item === 'number' && !Number.isFinite(item))) {
      odd = true;
      return mark + String(item);
    }
    return item;
  });
  if (text === undefined) throw new TypeError('Only JSON values can be printed.');
  return odd ? text.replaceAll(new RegExp(`"${mark}([^"]*)"`, 'g'), '$1') : text;
}

/** A number for people and logs: bigint and number alike, others as JSON. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  return value === undefined ? 'nothing' : stringifyJson(value);
}

/**
 * The text with every odd number outside strings turned into a marked string; undefined when there is none.
 * Strings are skipped with indexOf, which is far faster than a regular expression on megabytes.
 */
function markOddNumbers(text: string, mark: string, odd: RegExp): string | undefined {
  const pieces: string[] = [];
  let copied = 0;
  let outside = 0; // a position known to lie outside strings
  let open = text.indexOf('"');
  for (const match of text.matchAll(odd)) {
    const { index } = match;
    if (index < outside) continue; // inside a string already skipped
    while (open !== -1 && open < index) {
      outside = endOfString(text, open);
      open = text.indexOf('"', outside);
    }
    const end = index + match[0].length;
    if (index < outside || isPartOfFloat(text, index, end) || isSafe(match[0])) continue;
    pieces.push(text.slice(copied, index), '"', mark, match[0], '"');
    copied = end;
  }
  if (copied === 0) return undefined;
  pieces.push(text.slice(copied));
  return pieces.join('');
}

/** The position after the closing quote of the string that opens at `open`. */
function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (close !== -1) {
    let slashes = 0;
    while (text[close - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return close + 1;
    close = text.indexOf('"', close + 1);
  }
  return text.length;
}

function isPartOfFloat(text: string, start: number, end: number): boolean {
  const before = text[start - 1];
  const after = text[end];
  const digit = before !== undefined && /[\d.eE+]/.test(before);
  return digit || after === '.' || after === 'e' || after === 'E';
}

function isSafe(token: string): boolean {
  return /\d/.test(token) && Number.isSafeInteger(Number(token));
}

/** Puts the numbers back, in place. Iterative, since JSON.parse nests deeper than our stack would. */
function restore(root: unknown, mark: string): unknown {
  const holder = [root];
  const open: object[] = [holder];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    // All keys are own: the values come from JSON.parse.
    for (const key in item) {
      const value: unknown = Reflect.get(item, key);
      if (typeof value === 'object' && value !== null) open.push(value);
      else if (typeof value === 'string' && value.startsWith(mark)) {
        // Not assignment: a key may be "__proto__".
        Reflect.defineProperty(item, key, {
          value: numberOf(value.slice(mark.length)),
          enumerable: true,
          configurable: true,
          writable: true,
        });
      }
    }
  }
  return holder[0];
}

function mapNumbers(value: unknown, map: (number: number | bigint) => unknown): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') return map(value);
  if (Array.isArray(value)) return value.map((item) => mapNumbers(item, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapNumbers(item, map)]));
}

function numberOf(token: string): number | bigint {
  return /\d/.test(token) ? BigInt(token) : Number(token);
}
