/** Gathers the texts found in a file, and makes of them what they mean: a graph, a UI workflow, parameters, a comment. */
import type { Parameters } from '../../shared/asset.js';
import { parseJson } from '../../shared/exact-json.js';
import { graphParameters } from '../../shared/graph-params.js';
import type { Graph, GraphNode } from '../../shared/workflow.js';
import { parseA1111, tellsSettings } from './a1111.js';
import { Unreadable } from './byte-file.js';

/** What a file says about how it was made. */
export interface Embedded {
  /** API format, as the server ran it. Integers beyond 2^53 are bigint, NaN is the number of that name. */
  graph?: Graph;
  /** The graph as ComfyUI's page holds it. */
  workflow?: unknown;
  /** From AUTOMATIC1111's text and those that write like it. */
  parameters?: Parameters;
  /** Free text that is none of the above. */
  comment?: string;
  /** Why something that was there couldn't be read, in sentences; empty when all is well. */
  problems: string[];
}

export interface Findings {
  /** The value of a key in the file; other keys than `prompt`, `workflow`, `parameters` and comments are passed over. */
  named(key: string, text: string): void;
  /** A text without a key that says what it is. */
  loose(text: string): void;
  problem(text: string): void;
  /** Runs `read`; what it finds unreadable becomes a problem. Other errors pass. */
  attempt(read: () => Promise<void>): Promise<void>;
  /** Whether the way it was made is known, so that it need not be searched for any longer. */
  knowsOrigin(): boolean;
  result(): Embedded;
}

/** Graphs of people have tens of nodes, some hundreds. */
const maxNodes = 2_000;
const maxDepth = 200;
const maxProblems = 20;
const commentKeys: ReadonlySet<string> = new Set(
  'comment comments usercomment description imagedescription'.split(' '),
);

export function createFindings(): Findings {
  const found: Embedded = { problems: [] };

  function problem(text: string): void {
    if (found.problems.length < maxProblems && !found.problems.includes(text)) found.problems.push(text);
  }

  function addGraph(text: string): void {
    if (found.graph !== undefined) return;
    const value = parse('prompt', text);
    if (value === undefined) return;
    const graph = toGraph(value);
    if (typeof graph === 'string') problem(graph);
    else found.graph = graph;
  }

  function addWorkflow(value: unknown): void {
    if (found.workflow !== undefined || value === undefined || value === null) return;
    if (isRecord(value) && Object.keys(value).length > 0) found.workflow = value;
    else problem('The workflow in the file is not one of ComfyUI.');
  }

  function addParameters(text: string): void {
    if (found.parameters !== undefined) return;
    const { parameters } = parseA1111(text);
    if (Object.keys(parameters).length > 0) found.parameters = parameters;
  }

  /** Undefined when it is no JSON, which is told. VideoHelperSuite prints the graph before it prints the whole. */
  function parse(what: string, text: string): unknown {
    try {
      const value = parseJson(text);
      const inner = typeof value === 'string' ? parseJson(value) : value;
      if (!isDeeper(inner, maxDepth)) return inner;
      problem(`The ${what} in the file is nested too deeply.`);
    } catch {
      problem(`The ${what} in the file is not JSON that can be read.`);
    }
    return undefined;
  }

  /** JSON in a comment: VideoHelperSuite's and that of savers that know no other place. Whether it was any of these. */
  function addJson(text: string): boolean {
    // Prompts may begin with a brace as well: `{red|blue} house`.
    if (!/^\{\s*"/.test(text)) return false;
    const value = parse('comment', text);
    if (!isRecord(value)) return false;
    if (Array.isArray(value.nodes)) addWorkflow(value);
    else if (Object.values(value).some(isNode)) addParsedGraph(value);
    else return addPair(value);
    return true;
  }

  /** `{prompt, workflow}`, each as it is or printed once more. Other programs write plain prompts under the same name. */
  function addPair({ prompt, workflow }: Record<string, unknown>): boolean {
    const isPrinted = (part: unknown): part is string => typeof part === 'string' && part.trimStart().startsWith('{');
    if (isPrinted(prompt)) addGraph(prompt);
    else if (isRecord(prompt)) addParsedGraph(prompt);
    if (isPrinted(workflow)) addWorkflow(parse('workflow', workflow));
    else if (isRecord(workflow)) addWorkflow(workflow);
    return [prompt, workflow].some((part) => isPrinted(part) || isRecord(part));
  }

  function addParsedGraph(value: Record<string, unknown>): void {
    const graph = toGraph(value);
    if (typeof graph === 'string') problem(graph);
    else found.graph ??= graph;
  }

  function loose(raw: string): void {
    const text = raw.replace(/^\0+|\0+$/g, '').trim();
    if (text === '') return;
    const [, key, rest] = /^(prompt|workflow)\s*:\s*([{"].*)$/is.exec(text) ?? [];
    if (key !== undefined && rest !== undefined) named(key, rest);
    else if (text.startsWith('{') && addJson(text)) return;
    else if (tellsSettings(text)) addParameters(text);
    else found.comment ??= text;
  }

  function named(key: string, text: string): void {
    const name = key.toLowerCase().replace(/^com\.apple\.quicktime\./, '');
    if (name === 'prompt') addGraph(text);
    else if (name === 'workflow') {
      if (found.workflow === undefined) addWorkflow(parse('workflow', text));
    } else if (name === 'parameters') {
      // Fooocus writes JSON under the same name.
      if (/^\s*\{/.test(text)) loose(text);
      else addParameters(text);
    } else if (commentKeys.has(name)) loose(text);
  }

  return {
    named,
    loose,
    problem,
    async attempt(read) {
      try {
        await read();
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        problem(error.message);
      }
    },
    knowsOrigin: () => found.graph !== undefined || found.parameters !== undefined,
    result: () => found,
  };
}

/** What it was made with, by well-known name: from the graph when there is one, else from AUTOMATIC1111's text. */
export function embeddedParameters(embedded: Embedded): Parameters {
  return embedded.graph === undefined ? (embedded.parameters ?? {}) : graphParameters(embedded.graph);
}

/** A graph in API format without what the server added to it, or a sentence why it is none. */
function toGraph(value: unknown): Graph | string {
  if (!isRecord(value)) return 'The prompt in the file is not a graph in API format.';
  const nodes = Object.entries(value).flatMap(([id, node]) => (isNode(node) ? [[id, withoutAdditions(node)]] : []));
  if (nodes.length === 0) return 'The prompt in the file is not a graph in API format.';
  if (nodes.length > maxNodes) return `The graph in the file has more than ${maxNodes} nodes.`;
  return Object.fromEntries(nodes);
}

function isNode(value: unknown): value is GraphNode {
  return isRecord(value) && typeof value.class_type === 'string' && isRecord(value.inputs);
}

/** The server writes `is_changed` into nodes that load files, after it was told the graph. */
function withoutAdditions({ class_type, inputs, _meta }: GraphNode): GraphNode {
  return { class_type, inputs, ...(isRecord(_meta) ? { _meta } : {}) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether objects and arrays lie in each other more than `depth` times. Level by level: recursion would not survive it. */
function isDeeper(root: unknown, depth: number): boolean {
  let level: unknown[] = [root];
  for (let at = 0; level.length > 0; at += 1) {
    if (at > depth) return true;
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value).filter((one) => typeof one === 'object') : [],
    );
  }
  return false;
}
