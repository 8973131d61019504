/**
 * Placeholders of a graph: string inputs that are exactly `PARAM_[TYPE_]NAME`. Source: the seed project's workflow
 * manager, whose files keep working.
 */
import { generationArgs } from '../../shared/contract.js';
import type { ParamSpec } from '../../shared/params.js';
import type { Graph } from '../../shared/workflow.js';

type ParamType = ParamSpec['type'];

export interface Placeholder {
  readonly name: string;
  /** The type its text names; undefined when it names none. */
  readonly type: ParamType | undefined;
  /** It says TEXT: several lines. */
  readonly multiline: boolean;
  readonly targets: readonly { node_id: string; input: string }[];
}

const typeByHint: Readonly<Record<string, ParamType>> = {
  str: 'string',
  string: 'string',
  text: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
};

const pattern = /^PARAM_(?:(STR|STRING|TEXT|INT|FLOAT|BOOL)_)?([^\r\n]+)$/i;

/** Longest name of a parameter that clients of language models accept. */
const longestName = 64;

/** A placeholder's name and type, or nothing when the text is none. `name` is empty when nothing usable is left of it. */
export function parsePlaceholder(
  text: string,
): { name: string; type: ParamType | undefined; multiline: boolean } | undefined {
  // The prefix is upper case only, as in the seed; the type may have any case.
  const match = text.startsWith('PARAM_') ? pattern.exec(text) : null;
  if (match === null) return undefined;
  const hint = match[1]?.toLowerCase();
  return {
    name: normaliseName(match[2] ?? ''),
    type: hint === undefined ? undefined : typeByHint[hint],
    multiline: hint === 'text',
  };
}

/** Lower case, every other character than letters, digits and `_` becomes `_`; none at the ends. */
function normaliseName(raw: string): string {
  return raw
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '_')
    .replace(/^_+|_+$/g, '');
}

/**
 * Every placeholder of a graph, in order of appearance; one name may stand in many places. `problem` says, in a
 * sentence, why a placeholder can't become a parameter; undefined when all can.
 */
export function findPlaceholders(graph: Graph): { placeholders: Placeholder[]; problem: string | undefined } {
  const found = new Map<
    string,
    { types: (ParamType | undefined)[]; multiline: boolean; targets: Placeholder['targets'] }
  >();
  let problem: string | undefined;
  for (const [node_id, node] of Object.entries(graph)) {
    for (const [input, value] of Object.entries(node.inputs)) {
      const parsed = typeof value === 'string' ? parsePlaceholder(value) : undefined;
      if (parsed === undefined) continue;
      problem ??= nameProblem(parsed.name, `${value}`);
      const entry = found.get(parsed.name);
      found.set(parsed.name, {
        types: [...(entry?.types ?? []), parsed.type],
        multiline: parsed.multiline || entry?.multiline === true,
        targets: [...(entry?.targets ?? []), { node_id, input }],
      });
    }
  }
  const placeholders = [...found].map(([name, { types, multiline, targets }]) => ({
    name,
    type: strictest(types),
    multiline,
    targets,
  }));
  return { placeholders, problem };
}

function nameProblem(name: string, text: string): string | undefined {
  if (name === '') return `The placeholder "${text}" has no name: it needs letters a to z or digits after PARAM_.`;
  if (name.length > longestName)
    return `The placeholder "${text.slice(0, 80)}" is longer than ${longestName} characters.`;
  if (Object.hasOwn(generationArgs.shape, name)) {
    return `The placeholder "${text}" has the name of an argument that every tool has: choose another.`;
  }
  return undefined;
}

/** One parameter may be a number here and a text there (a seed in a file name): the number's rules hold for both. */
function strictest(types: readonly (ParamType | undefined)[]): ParamType | undefined {
  return (['integer', 'number', 'boolean', 'string'] as const).find((type) => types.includes(type));
}
