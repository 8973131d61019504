/** Nodes that stand for others: subgraphs and group nodes. */
import {
  big,
  type Case,
  empty,
  emptyApi,
  noise,
  noiseApi,
  reroute,
  save,
  saveApi,
  simple,
} from './corpus-parts.testing.js';
import { definition, n, ui } from './ui.testing.js';

const A = '11111111-2222-3333-4444-555555555555';
const B = '99999999-2222-3333-4444-555555555555';

const sub = (extra: Record<string, unknown>, definitions: unknown[], notes: Parameters<typeof ui>[0]) =>
  ui(notes, { definitions: { subgraphs: definitions }, ...extra }, 1);
const noiseSub = definition(A, [noise(3, [-10, 0])], [['image', 'IMAGE']], [[3, 0]]);
const host = (id: number, inputs: Record<string, readonly [number, number] | null>, extra = {}) =>
  n(id, A, [], inputs, { out: ['IMAGE'], types: { image: 'IMAGE', pic: 'IMAGE', seed: 'INT' }, ...extra });
const seedSub = definition(
  A,
  [n(3, 'ImageAddNoise', [7, 'fixed', 0.5], { image: [-10, 0], seed: [-10, 1] })],
  [
    ['image', 'IMAGE'],
    ['seed', 'INT'],
  ],
  [[3, 0]],
);
const seedSocket = (link: number | null = null) => ({ name: 'seed', type: 'INT', link, widget: { name: 'seed' } });
const withSeed = (w: unknown, properties = {}, sockets = true): Case['ui'] => {
  const graph = sub({}, [seedSub], [empty, host(2, { image: [1, 0] }, { w, properties }), save([2, 0])]);
  const nodes = graph.nodes.map((node) =>
    node.id === 2 && sockets ? { ...node, inputs: [...node.inputs, seedSocket()] } : node,
  );
  return { ...graph, nodes };
};
const seeded = (seed: unknown) => ({ '1': emptyApi, '2:3': noiseApi('1', seed), '9': saveApi('2:3') });

const subgraphs: Case[] = [
  {
    name: 'a subgraph',
    ui: sub({}, [noiseSub], [empty, host(2, { image: [1, 0] }), save([2, 0])]),
    api: { '1': emptyApi, '2:3': noiseApi('1'), '9': saveApi('2:3') },
  },
  {
    name: 'a subgraph used twice',
    ui: sub({}, [noiseSub], [empty, host(2, { image: [1, 0] }), host(4, { image: [2, 0] }), save([4, 0])]),
    api: { '1': emptyApi, '2:3': noiseApi('1'), '4:3': noiseApi('2:3'), '9': saveApi('4:3') },
  },
  {
    name: 'a muted subgraph',
    ui: sub({}, [noiseSub], [empty, host(2, { image: [1, 0] }, { mode: 2 }), save([2, 0])]),
    api: { '1': emptyApi, '9': ['SaveImage', { filename_prefix: 'x' }] },
    warns: [/node 2 is muted/],
  },
  {
    name: 'a bypassed subgraph',
    ui: sub({}, [noiseSub], [empty, host(2, { image: [1, 0] }, { mode: 4 }), save([2, 0])]),
    api: simple,
  },
  {
    name: 'a bypassed node in a subgraph',
    ui: sub(
      {},
      [definition(A, [noise(3, [-10, 0], undefined, { mode: 4 })], [['image', 'IMAGE']], [[3, 0]])],
      [empty, host(2, { image: [1, 0] }), save([2, 0])],
    ),
    api: simple,
  },
  {
    name: 'a subgraph that lets pass',
    ui: sub(
      {},
      [definition(A, [], [['image', 'IMAGE']], [[-10, 0]])],
      [empty, host(2, { image: [1, 0] }), save([2, 0])],
    ),
    api: simple,
  },
  {
    name: 'a reroute in a subgraph',
    ui: sub(
      {},
      [definition(A, [reroute(5, [-10, 0]), noise(3, [5, 0])], [['image', 'IMAGE']], [[3, 0]])],
      [empty, host(2, { image: [1, 0] }), save([2, 0])],
    ),
    api: { '1': emptyApi, '2:3': noiseApi('1'), '9': saveApi('2:3') },
  },
  {
    name: 'subgraphs in subgraphs',
    ui: sub(
      {},
      [
        noiseSub,
        definition(
          B,
          [n(7, A, [], { image: [-10, 0] }, { out: ['IMAGE'], types: { image: 'IMAGE' } })],
          [['image', 'IMAGE']],
          [[7, 0]],
        ),
      ],
      [empty, n(2, B, [], { image: [1, 0] }, { out: ['IMAGE'], types: { image: 'IMAGE' } }), save([2, 0])],
    ),
    api: { '1': emptyApi, '2:7:3': noiseApi('1'), '9': saveApi('2:7:3') },
  },
  {
    name: 'an output that nothing feeds',
    ui: sub(
      {},
      [{ ...definition(A, [noise(3, [-10, 0])], [['image', 'IMAGE']]), outputs: [{ name: 'x', type: 'IMAGE' }] }],
      [empty, host(2, { image: [1, 0] }), save([2, 0])],
    ),
    api: { '1': emptyApi, '2:3': noiseApi('1'), '9': ['SaveImage', { filename_prefix: 'x' }] },
    warns: [/It gets nothing: node 2/],
  },
  { name: 'a promoted widget, value on the node', ui: withSeed([42]), api: seeded(42) },
  { name: 'a promoted widget, none on the node', ui: withSeed([]), api: seeded(7) },
  { name: 'a promoted widget, null on the node', ui: withSeed([null]), api: seeded(7) },
  { name: 'a promoted widget whose socket is left out', ui: withSeed([42], {}, false), api: seeded(42) },
  {
    name: 'proxyWidgets with the node as owner',
    ui: withSeed([42], { proxyWidgets: [['-1', 'seed']] }),
    api: seeded(42),
  },
  {
    name: 'proxyWidgets with control and an inner owner',
    ui: withSeed([42, 'fixed', null], {
      proxyWidgets: [
        ['-1', 'seed'],
        ['3', 'control_after_generate'],
        ['3', 'strength'],
      ],
    }),
    api: seeded(42),
  },
  {
    name: 'proxyWidgets with a value for an inner widget',
    ui: withSeed([null, 0.9], {
      proxyWidgets: [
        ['-1', 'seed'],
        ['3', 'strength'],
      ],
    }),
    api: { ...seeded(7), '2:3': ['ImageAddNoise', { image: ['1', 0], seed: 7, strength: 0.9 }] },
  },
  { name: 'proxyWidgets as a text', ui: withSeed([42], { proxyWidgets: '[["-1","seed"]]' }), api: seeded(42) },
  { name: 'a promoted big seed', ui: withSeed([big]), api: seeded(big) },
  {
    name: 'a promoted widget that is linked, sockets before it left out',
    ui: sub(
      {},
      [
        definition(
          A,
          [n(3, 'ImageAddNoise', [7, 'fixed', 0.5], { image: [-10, 2], strength: [-10, 0], seed: [-10, 1] })],
          [
            ['strength', 'FLOAT'],
            ['seed', 'INT'],
            ['image', 'IMAGE'],
          ],
          [[3, 0]],
        ),
      ],
      [empty, n(4, 'Number', [3]), host(2, { seed: [4, 0], image: [1, 0] }, { w: [0.25, 1] }), save([2, 0])],
    ),
    api: {
      '1': emptyApi,
      '4': ['Number', { value: 3 }],
      '2:3': ['ImageAddNoise', { image: ['1', 0], seed: ['4', 0], strength: 0.25 }],
      '9': saveApi('2:3'),
    },
  },
  {
    name: 'a value through two subgraphs',
    ui: sub(
      {},
      [
        seedSub,
        definition(
          B,
          [
            n(
              7,
              A,
              [1],
              { image: [-10, 0], seed: [-10, 1] },
              { out: ['IMAGE'], types: { image: 'IMAGE', seed: 'INT' } },
            ),
          ],
          [
            ['image', 'IMAGE'],
            ['seed', 'INT'],
          ],
          [[7, 0]],
        ),
      ],
      [
        empty,
        n(
          2,
          B,
          [],
          { image: [1, 0] },
          { out: ['IMAGE'], types: { image: 'IMAGE' }, properties: { proxyWidgets: [['7', 'seed']] }, w: [99] },
        ),
        save([2, 0]),
      ],
    ),
    api: { '1': emptyApi, '2:7:3': noiseApi('1', 99), '9': saveApi('2:7:3') },
  },
  {
    name: 'a primitive in a subgraph, promoted',
    ui: sub(
      {},
      [
        definition(
          A,
          [
            n(5, 'PrimitiveNode', [1, 'fixed'], {}, { out: ['INT'] }),
            n(3, 'ImageAddNoise', [7, 'fixed', 0.5], { image: [-10, 0], seed: [5, 0] }),
          ],
          [['image', 'IMAGE']],
          [[3, 0]],
        ),
      ],
      [empty, host(2, { image: [1, 0] }, { w: [55], properties: { proxyWidgets: [['5', 'value']] } }), save([2, 0])],
    ),
    api: { '1': emptyApi, '2:3': noiseApi('1', 55), '9': saveApi('2:3') },
  },
];

const groupNodes = (extra: object = {}) => ({
  extra: {
    groupNodes: {
      Grain: {
        nodes: [
          {
            type: 'ImageAddNoise',
            inputs: [{ name: 'image', type: 'IMAGE', link: null }],
            outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
            widgets_values: [7, 'fixed', 0.5],
            index: 0,
          },
          {
            type: 'ImageInvert',
            inputs: [{ name: 'image', type: 'IMAGE', link: null }],
            outputs: [{ name: 'IMAGE', type: 'IMAGE' }],
            index: 1,
          },
        ],
        links: [
          [null, 0, 0, 0, 1, 'IMAGE'],
          [0, 0, 1, 0, 2, 'IMAGE'],
        ],
        external: [],
        ...extra,
      },
    },
  },
});
const group = (
  type: string,
  w: unknown,
  inputs: Record<string, readonly [number, number]> = { image: [1, 0] },
  out = ['IMAGE'],
) => n(2, type, w, inputs, { out, types: { image: 'IMAGE', seed: 'INT', picture: 'IMAGE' } });
const grained = (seed: unknown = 42) => ({
  '1': emptyApi,
  '2:0': noiseApi('1', seed),
  '2:1': ['ImageInvert', { image: ['2:0', 0] }] as Case['api'][string],
  '9': saveApi('2:1'),
});

const groups: Case[] = [
  {
    name: 'a group node',
    ui: ui([empty, group('workflow>Grain', [42, 'fixed', 0.5]), save([2, 0])], groupNodes()),
    api: grained(),
  },
  {
    name: 'a group node of the older name',
    ui: ui([empty, group('workflow/Grain', [42, 'fixed', 0.5]), save([2, 0])], groupNodes()),
    api: grained(),
  },
  {
    name: 'a group node without values',
    ui: ui([empty, group('workflow>Grain', []), save([2, 0])], groupNodes()),
    api: grained(7),
  },
  {
    name: 'a group node whose widget is linked',
    ui: ui(
      [
        empty,
        n(4, 'Number', [3]),
        group('workflow>Grain', [42, 'fixed', 0.5], { image: [1, 0], seed: [4, 0] }),
        save([2, 0]),
      ],
      groupNodes(),
    ),
    api: { ...grained(['4', 0]), '4': ['Number', { value: 3 }] },
  },
  {
    name: 'a group node with a renamed input',
    ui: ui(
      [empty, group('workflow>Grain', [42, 'fixed', 0.5], { picture: [1, 0] }), save([2, 0])],
      groupNodes({ config: { 0: { input: { image: { name: 'picture' } } } } }),
    ),
    api: grained(),
  },
  {
    name: 'a group node that shows an inner output',
    ui: ui(
      [empty, group('workflow>Grain', [42, 'fixed', 0.5], undefined, ['IMAGE', 'IMAGE']), save([2, 1])],
      groupNodes({ external: [[0, 0, 'IMAGE']] }),
    ),
    api: grained(),
  },
  {
    name: 'a bypassed group node',
    ui: ui([empty, { ...group('workflow>Grain', [42, 'fixed', 0.5]), mode: 4 }, save([2, 0])], groupNodes()),
    api: simple,
  },
];

export const subgraphCases: Case[] = [...subgraphs, ...groups];
