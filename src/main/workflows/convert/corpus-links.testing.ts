/** Links, what they pass through, and nodes that are switched off. */
import { big, type Case, empty, emptyApi, noise, reroute, save, saveApi, simple } from './corpus-parts.testing.js';
import { n, ui } from './ui.testing.js';

const doubled = ui([empty, save([1, 0])]);
const doubledNodes = doubled.nodes.map((node) => ({
  ...node,
  inputs: [...node.inputs, ...node.inputs.map(({ name, type }) => ({ name, type, link: null }))],
}));

const links: Case[] = [
  { name: 'two sockets of one name', ui: { ...doubled, nodes: doubledNodes }, api: simple },
  {
    name: 'a widget made into a socket',
    ui: ui([n(1, 'Number', [3]), n(2, 'EmptyImage', [64, 32, 1, 0], { width: [1, 0] })]),
    api: {
      '1': ['Number', { value: 3 }],
      '2': ['EmptyImage', { width: ['1', 0], height: 32, batch_size: 1, color: 0 }],
    },
  },
  {
    name: 'sockets for all widgets',
    ui: ui([
      n(1, 'EmptyImage', [64, 32, 1, 255], { width: null, height: null, batch_size: null, color: null }),
      save([1, 0]),
    ]),
    api: simple,
  },
  {
    name: 'sockets for all widgets, one linked',
    ui: ui([
      n(1, 'Number', [3]),
      n(2, 'EmptyImage', [64, 32, 1, 0], { width: null, height: [1, 0], batch_size: null, color: null }),
    ]),
    api: {
      '1': ['Number', { value: 3 }],
      '2': ['EmptyImage', { width: 64, height: ['1', 0], batch_size: 1, color: 0 }],
    },
  },
  {
    name: 'a linked seed keeps its control slot',
    ui: ui([n(1, 'Number', [3]), n(2, 'TwoSeeds', [1, 'fixed', 2, 'fixed', 'free'], { seed: [1, 0] })]),
    api: { '1': ['Number', { value: 3 }], '2': ['TwoSeeds', { seed: ['1', 0], noise_seed: 2, mode: 'free' }] },
  },
  { name: 'a reroute', ui: ui([empty, reroute(2, [1, 0]), save([2, 0])]), api: simple },
  { name: 'reroutes in a row', ui: ui([empty, reroute(2, [1, 0]), reroute(3, [2, 0]), save([3, 0])]), api: simple },
  {
    name: "an extension's reroute",
    ui: ui([empty, n(2, 'Reroute (rgthree)', undefined, { '': [1, 0] }, { out: ['*'] }), save([2, 0])]),
    api: simple,
  },
  {
    name: 'a reroute of nothing',
    ui: ui([empty, n(2, 'Reroute', undefined, { '': null }, { out: ['*'] }), save([2, 0])]),
    api: { '1': emptyApi, '9': ['SaveImage', { filename_prefix: 'x' }] },
  },
  {
    name: 'set and get',
    ui: ui([
      empty,
      n(2, 'SetNode', ['pic'], { IMAGE: [1, 0] }, { out: ['*'] }),
      n(3, 'GetNode', ['pic'], {}, { out: ['IMAGE'] }),
      save([3, 0]),
    ]),
    api: simple,
  },
  {
    name: 'a primitive',
    ui: ui([
      n(1, 'PrimitiveNode', [77, 'fixed'], {}, { out: ['INT'] }),
      n(2, 'EmptyImage', [64, 32, 1, 0], { width: [1, 0] }),
    ]),
    api: { '2': ['EmptyImage', { width: 77, height: 32, batch_size: 1, color: 0 }] },
  },
  {
    name: 'a primitive for two, through a reroute',
    ui: ui([
      n(1, 'PrimitiveNode', [77, 'fixed'], {}, { out: ['INT'] }),
      reroute(3, [1, 0], 'INT'),
      n(2, 'EmptyImage', [64, 32, 1, 0], { width: [1, 0], height: [3, 0] }),
    ]),
    api: { '2': ['EmptyImage', { width: 77, height: 77, batch_size: 1, color: 0 }] },
  },
  {
    name: 'a primitive without a value',
    ui: ui([n(1, 'PrimitiveNode', [], {}, { out: ['INT'] }), n(2, 'EmptyImage', [64, 32, 1, 0], { width: [1, 0] })]),
    api: { '2': ['EmptyImage', { width: 64, height: 32, batch_size: 1, color: 0 }] },
  },
  {
    name: 'a primitive with a big seed',
    ui: ui([n(1, 'PrimitiveNode', [big, 'fixed'], {}, { out: ['INT'] }), n(2, 'Number', [1], { value: [1, 0] })]),
    api: { '2': ['Number', { value: big }] },
  },
  {
    name: 'an input that the class does not declare',
    ui: ui([empty, n(2, 'Switch', [true, 1], { extra: [1, 0] })]),
    api: { '1': emptyApi, '2': ['Switch', { on: true, ratio: 1, extra: ['1', 0] }] },
    warns: [/does not declare/],
  },
];

const mixed = (types: Record<string, string>, inputs: Record<string, readonly [number, number]>, out: string[]) =>
  n(3, 'Mixed', [], inputs, { mode: 4, out, types });
const other = n(2, 'EmptyImage', [8, 8, 1, 0]);
const otherApi: Case['api'][string] = ['EmptyImage', { width: 8, height: 8, batch_size: 1, color: 0 }];

const modes: Case[] = [
  {
    name: 'a bypassed node passes the input of its second output',
    ui: ui([
      empty,
      other,
      mixed({ a: 'IMAGE', b: 'IMAGE' }, { a: [2, 0], b: [1, 0] }, ['IMAGE', 'IMAGE']),
      save([3, 1]),
    ]),
    api: { ...simple, '2': otherApi },
  },
  {
    name: 'a bypassed node prefers the very type to any',
    ui: ui([
      empty,
      other,
      mixed({ a: '*', b: 'IMAGE' }, { a: [2, 0], b: [1, 0] }, ['MASK', 'MASK', 'IMAGE']),
      save([3, 2]),
    ]),
    api: { ...simple, '2': otherApi },
  },
  {
    name: 'a bypassed node takes what fits one of several types',
    ui: ui([empty, other, mixed({ a: 'MASK', b: 'LATENT,image' }, { a: [2, 0], b: [1, 0] }, ['IMAGE']), save([3, 0])]),
    api: { ...simple, '2': otherApi },
  },
  {
    name: 'a muted node',
    ui: ui([empty, noise(2, [1, 0], undefined, { mode: 2 }), save([2, 0])]),
    api: { '1': emptyApi, '9': ['SaveImage', { filename_prefix: 'x' }] },
    warns: [/input images: It gets nothing: node 2 is muted/],
  },
  {
    name: 'a muted node behind a widget',
    ui: ui([n(1, 'Number', [3], {}, { mode: 2 }), n(2, 'EmptyImage', [64, 32, 1, 0], { width: [1, 0] })]),
    api: { '2': ['EmptyImage', { height: 32, batch_size: 1, color: 0 }] },
    warns: [/width: It gets nothing/],
  },
  {
    name: 'a muted output',
    ui: ui([empty, save([1, 0]), n(8, 'PreviewImage', [], { images: [1, 0] }, { mode: 2 })]),
    api: simple,
  },
  { name: 'a bypassed node', ui: ui([empty, noise(2, [1, 0], undefined, { mode: 4 }), save([2, 0])]), api: simple },
  {
    name: 'bypassed nodes in a row',
    ui: ui([empty, noise(2, [1, 0], undefined, { mode: 4 }), noise(3, [2, 0], undefined, { mode: 4 }), save([3, 0])]),
    api: simple,
  },
  {
    name: 'a bypassed node of an unknown class',
    ui: ui([
      empty,
      n(2, 'Gone', ['?'], { image: [1, 0] }, { mode: 4, out: ['IMAGE'], types: { image: 'IMAGE' } }),
      save([2, 0]),
    ]),
    api: simple,
  },
  {
    name: 'a bypassed node with two inputs takes that of the same number',
    ui: ui([
      empty,
      n(2, 'EmptyImage', [8, 8, 1, 0]),
      n(3, 'ImageBatch', [], { image1: [2, 0], image2: [1, 0] }, { mode: 4 }),
      save([3, 0]),
    ]),
    api: { '1': emptyApi, '2': ['EmptyImage', { width: 8, height: 8, batch_size: 1, color: 0 }], '9': saveApi('2') },
  },
  {
    name: 'a bypassed node takes the first input of the type',
    ui: ui([
      empty,
      n(
        3,
        'Mixed',
        [],
        { mask: [1, 0], image: [1, 0] },
        { mode: 4, out: ['IMAGE'], types: { mask: 'MASK', image: 'IMAGE' } },
      ),
      save([3, 0]),
    ]),
    api: simple,
  },
  {
    name: 'a bypassed node with no input of the type',
    ui: ui([
      empty,
      n(3, 'ImageToMask', ['red'], { image: [1, 0] }, { mode: 4 }),
      n(4, 'InvertMask', [], { mask: [3, 0] }),
    ]),
    api: { '1': emptyApi, '4': ['InvertMask', {}] },
    warns: [/mask: It gets nothing: node 3 is muted or lets nothing pass/],
  },
  {
    name: 'a bypassed node before an input of any type',
    ui: ui([
      empty,
      n(3, 'ImageToMask', ['red'], { image: [1, 0] }, { mode: 4 }),
      n(4, 'PreviewAny', [], { source: [3, 0] }),
    ]),
    api: { '1': emptyApi, '4': ['PreviewAny', { source: ['1', 0] }] },
  },
  {
    name: 'a bypassed loader passes each of its types',
    ui: ui([
      n(1, 'Anything', []),
      n(2, 'LoraLoader', ['l', 1, 1], { model: [1, 0], clip: [1, 0] }, { mode: 4 }),
      n(3, 'CLIPTextEncode', ['t'], { clip: [2, 1] }),
    ]),
    api: { '1': ['Anything', {}], '3': ['CLIPTextEncode', { text: 't', clip: ['1', 0] }] },
  },
  { name: 'modes that mean always', ui: ui([{ ...empty, mode: 1 }, save([1, 0], { mode: 3 })]), api: simple },
];

export const linkCases: Case[] = [...links, ...modes];
