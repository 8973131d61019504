/**
 * What a recording and a replay may not share: ids that a server minted, counters in file names, times, folders.
 * Each side names them by the order in which they appear, so that equal stories get equal texts.
 */

const TOKENS =
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{32}|Ann_[0-9a-f-]+|(?:ComfyUI_temp_[a-z]{5}|[\w-]+)_\d{5}_\.\w+/g;

export interface Names {
  /** The text with every token replaced by its name. */
  canonical(text: string): string;
  /** The token that got a name. */
  token(name: string): string | undefined;
}

export function createNames(): Names {
  const names = new Map<string, string>();
  const tokens = new Map<string, string>();
  const nameOf = (token: string): string => {
    const known = names.get(token);
    if (known) return known;
    // A counter's extension belongs to it: two folders may each have a c_00001_.
    const kind = token.includes('_.') ? token.replace(/(_[a-z]{5})?_\d{5}_/, '') : 'id';
    const name = `<${kind} ${names.size + 1}>`;
    names.set(token, name);
    tokens.set(name, token);
    return name;
  };
  return {
    canonical: (text) => text.replace(TOKENS, nameOf),
    token: (name) => tokens.get(name),
  };
}

/** A text of the recording's side with the replay's tokens, as far as the replay has shown them. */
export function translate(text: string, recorded: Names, replayed: Names): string {
  return text.replace(TOKENS, (token) => replayed.token(recorded.canonical(token)) ?? token);
}

/** Members that are sets: ComfyUI gives them in any order. */
const SETS = new Set(['nodes', 'executed', 'current_outputs', 'errors', 'dependent_outputs']);
/** Members whose value is never the same. */
const VOLATILE = new Set(['timestamp', 'traceback', 't', 'modified', 'created']);

/** A value ready to be compared: names for tokens, no times, sets in order, the data folder as `BASE`. */
export function comparable(value: unknown, names: Names, base: string): unknown {
  const visit = (item: unknown): unknown => {
    if (typeof item === 'string') return text(item);
    if (typeof item === 'bigint') return `${item}n`;
    if (Array.isArray(item)) return isQueueItem(item) ? queueItem(item) : item.map(visit);
    if (typeof item !== 'object' || item === null) return item;
    const members = Object.entries(item)
      // The recordings keep no texts of tooltips and descriptions; the engine's are its own.
      .filter(([key]) => key !== 'tooltip' && key !== 'description')
      .map(([key, member]): [string, unknown] => [text(key), VOLATILE.has(key) ? 'any' : inOrder(key, visit(member))]);
    return Object.fromEntries(members);
  };
  const text = (item: string): string => {
    // What a picture or a sound looks like in words is torch's affair.
    if (item.includes('tensor(')) return '<tensor>';
    const steady = item.replace(/\d+\.\d\d seconds/, 'N seconds').replace(/^(bytes .*)\/\d+$/, '$1/N');
    return names.canonical(steady.replaceAll(base, 'BASE'));
  };
  const queueItem = (item: unknown[]): unknown[] => {
    const [number, id, graph, extra, outputs] = item.map(visit);
    return [number, id, graph, extra, sorted(outputs)];
  };
  return visit(value);
}

function isQueueItem(value: unknown[]): boolean {
  return value.length === 5 && typeof value[0] === 'number' && typeof value[1] === 'string' && Array.isArray(value[4]);
}

function inOrder(key: string, value: unknown): unknown {
  return SETS.has(key) ? sorted(value) : value;
}

export function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Keys of a value all the way down; of a list the first item's. */
export function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length > 0 ? [shape(value[0])] : [];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, shape(item)]),
  );
}
