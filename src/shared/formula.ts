/**
 * Small sums in a workflow's metadata: a value of the graph that follows from parameters, such as a film's frames from
 * its seconds. Numbers, names, + - * / %, brackets and round, floor, ceil, min, max; nothing is executed. Pure.
 */
import { AppError } from './errors.js';

export interface Formula {
  /** Parameters it needs, each once, in the order they stand. */
  readonly names: readonly string[];
  /** The result for these values; not finite where it can't be computed (a division by zero). */
  evaluate(values: Readonly<Record<string, number>>): number;
}

type Node = (values: Readonly<Record<string, number>>) => number;

const functions: Readonly<Record<string, (...values: number[]) => number>> = {
  round: (value = Number.NaN) => Math.round(value),
  floor: (value = Number.NaN) => Math.floor(value),
  ceil: (value = Number.NaN) => Math.ceil(value),
  min: Math.min,
  max: Math.max,
};

const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/** Longest formula, and how deep its brackets may lie: files come from strangers. */
const longest = 200;
const deepest = 20;

const token = /\s*(?:(\d+(?:\.\d+)?)|([a-z_][a-z0-9_]*)|([-+*/%(),]))/iy;

interface Token {
  text: string;
  /** Where it begins in the formula. */
  at: number;
}

/** A word that is no function: those are followed by a bracket. */
function isName(word: string | undefined, next: string | undefined): word is string {
  return word !== undefined && /^[a-z_]/i.test(word) && next !== '(';
}

/**
 * The formula with other names for parameters, all at once; everything else stays as it was written.
 *
 * @throws AppError WORKFLOW_INVALID for a formula that can't be read.
 */
export function renamedFormula(text: string, names: ReadonlyMap<string, string>): string {
  parseFormula(text);
  const tokens = tokensOf(text);
  let renamed = '';
  let from = 0;
  for (const [index, { text: word, at }] of tokens.entries()) {
    const name = isName(word, tokens[index + 1]?.text) ? names.get(word) : undefined;
    if (name === undefined) continue;
    renamed += text.slice(from, at) + name;
    from = at + word.length;
  }
  return renamed + text.slice(from);
}

function unreadable(text: string, what: string): AppError {
  return new AppError('WORKFLOW_INVALID', `The formula "${text.slice(0, 80)}" can't be read: ${what}.`);
}

function tokensOf(source: string): Token[] {
  if (source.length > longest) throw unreadable(source, `it is longer than ${longest} characters`);
  const found: Token[] = [];
  token.lastIndex = 0;
  const end = source.trimEnd().length;
  while (token.lastIndex < end) {
    const from = token.lastIndex;
    const match = token.exec(source);
    if (match === null) throw unreadable(source, `"${source.slice(from).trim().slice(0, 20)}" means nothing here`);
    const text = match[1] ?? match[2] ?? match[3] ?? '';
    found.push({ text, at: token.lastIndex - text.length });
  }
  return found;
}

/** @throws AppError WORKFLOW_INVALID, one sentence that names the place. */
export function parseFormula(text: string): Formula {
  const wrong = (what: string): AppError => unreadable(text, what);
  const tokens = tokensOf(text).map((one) => one.text);
  const names = new Set<string>();
  let at = 0;
  let depth = 0;

  const peek = () => tokens[at];
  const take = (wanted: string) => {
    if (peek() !== wanted) throw wrong(`"${wanted}" is missing before "${peek() ?? 'its end'}"`);
    at += 1;
  };
  const chain = (next: () => Node, signs: readonly string[]): Node => {
    let left = next();
    for (let sign = peek(); sign !== undefined && signs.includes(sign); sign = peek()) {
      const apply = operators[sign];
      if (apply === undefined) break;
      at += 1;
      const [one, two] = [left, next()];
      left = (values) => apply(one(values), two(values));
    }
    return left;
  };
  const sum = (): Node => {
    depth += 1;
    if (depth > deepest) throw wrong('its brackets lie too deep');
    const node = chain(product, ['+', '-']);
    depth -= 1;
    return node;
  };
  const product = (): Node => chain(single, ['*', '/', '%']);
  const single = (): Node => {
    const word = peek();
    at += 1;
    if (word === undefined) throw wrong('it ends too early');
    if (word === '(') {
      const inner = sum();
      take(')');
      return inner;
    }
    if (word === '-') {
      depth += 1;
      if (depth > deepest) throw wrong('its signs lie too deep');
      const inner = single();
      depth -= 1;
      return (values) => -inner(values);
    }
    if (/^\d/.test(word)) return () => Number(word);
    if (isName(word, peek())) return named(word);
    if (/^[a-z_]/i.test(word)) return called(word);
    throw wrong(`"${word}" stands where a value belongs`);
  };
  const named = (name: string): Node => {
    names.add(name);
    return (values) => (Object.hasOwn(values, name) ? (values[name] ?? Number.NaN) : Number.NaN);
  };
  const called = (name: string): Node => {
    const apply = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (apply === undefined) throw wrong(`it has no function "${name}", only ${Object.keys(functions).join(', ')}`);
    take('(');
    const values = [sum()];
    while (peek() === ',') {
      at += 1;
      values.push(sum());
    }
    take(')');
    return (given) => apply(...values.map((value) => value(given)));
  };

  const root = sum();
  if (at < tokens.length) throw wrong(`nothing can follow before "${tokens[at]}"`);
  return { names: [...names], evaluate: root };
}
