import { describe, expect, it } from 'vitest';
import { parseJson, stringifyJson } from '../../../shared/exact-json.js';
import { createDemoNodes } from '../../demo/nodes/index.js';
import { corpus } from './corpus.testing.js';
import { convertUiGraph, inWords } from './index.js';
import { slotsOf } from './slots.js';
import { definition, infoOf, n, ownClasses, ui } from './ui.testing.js';

const convert = (graph: unknown) => convertUiGraph(graph, infoOf);

function problemsOf(graph: unknown): string[] {
  try {
    convert(graph);
  } catch (error) {
    expect(error).toMatchObject({ code: 'WORKFLOW_INVALID' });
    const { details } = error as { details: { problems: Parameters<typeof inWords>[0][] } };
    return details.problems.map(inWords);
  }
  return [];
}

describe('what the editor would submit', () => {
  it.each(corpus)('$name', ({ ui: graph, api, warns = [] }) => {
    // Through text, as files come: big seeds and NaN survive.
    const { graph: made, warnings } = convert(parseJson(stringifyJson(graph)));
    const bare = Object.fromEntries(Object.entries(made).map(([id, node]) => [id, [node.class_type, node.inputs]]));
    expect(bare).toEqual(api);
    expect(warnings.map(inWords)).toEqual(warns.map((warning) => expect.stringMatching(warning)));
  });

  it('has titles: the person’s, else the class’s', () => {
    const { graph } = convert(
      ui([n(1, 'EmptyImage', [1, 1, 1, 0], {}, { title: 'Canvas' }), n(2, 'LoadImage', ['a.png'])]),
    );
    expect([graph['1']?._meta?.title, graph['2']?._meta?.title]).toEqual(['Canvas', 'Load Image']);
  });
});

it.each(ownClasses())('%s has the widgets here that it has elsewhere', (name) => {
  const bare = { id: '1', type: name, mode: 'live', inputs: [], outputs: [], widgets: [], properties: {} } as const;
  const widgets = (info: unknown) =>
    slotsOf(info, bare).map((slot) =>
      slot.role === 'value' ? [slot.name, slot.kind, slot.dynamicPrompts] : slot.role,
    );
  const demo = createDemoNodes().find((node) => node.info.name === name);
  expect(widgets(infoOf(name))).toEqual(widgets(demo?.info));
});

describe('what can’t be converted', () => {
  const A = '11111111-2222-3333-4444-555555555555';
  const self = definition(A, [n(3, A, [], { image: [-10, 0] }, { out: ['IMAGE'] })], [['image', 'IMAGE']], [[3, 0]]);
  const doubling = (id: string, inner: string) =>
    definition(id, [n(1, inner, []), n(2, inner, []), n(3, inner, []), n(4, inner, [])], []);
  const bomb = Array.from({ length: 20 }, (_, level) =>
    doubling(`b${level}`, level === 19 ? 'Switch' : `b${level + 1}`),
  );

  it.each<[string, unknown, RegExp]>([
    ['an unknown class', ui([n(1, 'Nowhere', [1])]), /^Node 1 \(Nowhere\): ComfyUI has no node of this class/],
    ['a subgraph that is not in the file', ui([n(1, A, [])]), /does not hold the subgraph/],
    ['a group that is not in the file', ui([n(1, 'workflow>X', [])]), /does not hold the group/],
    [
      'an unknown class inside a subgraph',
      ui([n(1, A, [])], { definitions: { subgraphs: [definition(A, [n(3, 'Nowhere', [])], [])] } }),
      /^Node 1:3 \(Nowhere\)/,
    ],
    ['a subgraph that holds itself', ui([n(1, A, [])], { definitions: { subgraphs: [self] } }), /nested too deep/],
    ['subgraphs that hold too many', ui([n(1, 'b0', [])], { definitions: { subgraphs: bomb } }), /too deep/],
    [
      'a text for a number',
      ui([n(1, 'EmptyImage', ['wide', 32, 1, 0])]),
      /width: Its value "wide" is not of type integer/,
    ],
    ['a number that is none', ui([n(1, 'EmptyImage', [Number.NaN, 32, 1, 0])]), /width: Its value NaN/],
    ['a list for a text', ui([n(1, 'Text', [['a']])]), /is not of type string/],
    ['a text for a switch', ui([n(1, 'Switch', ['false', 1])]), /on: Its value "false" is not of type boolean/],
    [
      'links in a circle',
      ui([
        n(1, 'Reroute', [], { '': [2, 0] }, { out: ['*'] }),
        n(2, 'Reroute', [], { '': [1, 0] }, { out: ['*'] }),
        n(3, 'SaveImage', ['x'], { images: [2, 0] }),
      ]),
      /circle/,
    ],
    ['two nodes with one id', ui([n(1, 'EmptyImage', [1, 1, 1, 0]), n(1, 'EmptyImage', [1, 1, 1, 0])]), /same id/],
    ['an id that is no key', { nodes: [{ id: '__proto__', type: 'EmptyImage' }], links: [] }, /no id or no type/],
    ['a node without a type', { nodes: [{ id: 1 }], links: [] }, /no id or no type/],
    ['no node that runs', ui([n(1, 'Note', ['hi'])]), /no node that runs/],
    ['an empty file', ui([]), /no node that runs/],
    [
      'a get without a set',
      ui([n(1, 'GetNode', ['x'], {}, { out: ['IMAGE'] }), n(2, 'SaveImage', ['x'], { images: [1, 0] })]),
      /no SetNode named "x"/,
    ],
    [
      'more values than a subgraph has widgets',
      ui([n(1, A, [1, 2])], { definitions: { subgraphs: [definition(A, [n(3, 'Switch', [true, 1])], [])] } }),
      /which is whose can't be told/,
    ],
    [
      'a primitive of another type',
      ui([n(1, 'PrimitiveNode', ['abc'], {}, { out: ['*'] }), n(2, 'Number', [1], { value: [1, 0] })]),
      /"abc" is not of type integer/,
    ],
  ])('%s', (_name, graph, reason) => {
    expect(problemsOf(graph)).toEqual(expect.arrayContaining([expect.stringMatching(reason)]));
  });

  it('names every node at once', () => {
    expect(problemsOf(ui([n(1, 'Nowhere', []), n(2, 'Nothing', [])]))).toHaveLength(2);
  });

  it.each([[null], [[]], [{}], ['text'], [{ nodes: {} }]])('is no graph at all: %j', (value) => {
    expect(() => convert(value)).toThrow(/no list of nodes/);
  });
});
