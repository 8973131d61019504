/** Graphs of the editor and what it would submit for each. Node 1 makes a picture, node 9 saves one, where both are needed. */
import { linkCases } from './corpus-links.testing.js';
import { big, type Case, empty, emptyApi, noise, noiseApi, one, save, simple } from './corpus-parts.testing.js';
import { subgraphCases } from './corpus-subgraphs.testing.js';
import { n, network, ui } from './ui.testing.js';

const shapes: Case[] = [
  { name: 'links as lists', ui: ui([empty, save([1, 0])]), api: simple },
  { name: 'links as objects', ui: ui([empty, save([1, 0])], {}, 1), api: simple },
  {
    name: 'links by id',
    ui: { ...ui([empty, save([1, 0])]), links: { 1: network([empty, save([1, 0])], 1).links[0] } },
    api: simple,
  },
  {
    name: 'ids as texts',
    ui: JSON.parse(JSON.stringify(ui([empty, save([1, 0])])).replaceAll('"id":1,', '"id":"1",')),
    api: simple,
  },
  {
    name: 'native reroutes',
    ui: ui([empty, save([1, 0])], {
      reroutes: [{ id: 5, pos: [1, 1], linkIds: [1] }],
      extra: { reroutes: [{ id: 5 }], linkExtensions: [{ id: 1, parentId: 5 }] },
    }),
    api: simple,
  },
  { name: 'a title', ui: ui([{ ...empty, title: 'Canvas' }, save([1, 0])]), api: simple },
  {
    name: 'a link that is not in the file',
    ui: { ...ui([empty, save([1, 0])]), links: [] },
    api: { '1': emptyApi, '9': ['SaveImage', { filename_prefix: 'x' }] },
    warns: [/link is not in the file/],
  },
  {
    name: 'a link from a node that is not there',
    ui: ui([empty, save([5, 0])]),
    api: { '1': emptyApi, '9': ['SaveImage', { filename_prefix: 'x' }] },
    warns: [/node 5, which is not in the file/],
  },
  { name: 'notes', ui: ui([empty, n(3, 'Note', ['hi']), n(4, 'MarkdownNote', ['# hi']), save([1, 0])]), api: simple },
  {
    name: 'notes with one id',
    ui: ui([empty, n(3, 'MarkdownNote', ['a']), n(3, 'MarkdownNote', ['b']), save([1, 0])]),
    api: simple,
  },
  {
    name: 'an input order of its own',
    ui: ui([n(1, 'Reordered', ['text', 5])]),
    api: { '1': ['Reordered', { a: 'text', b: 5 }] },
  },
  {
    name: 'no input order',
    ui: ui([n(1, 'Unordered', [5, 'text'])]),
    api: { '1': ['Unordered', { b: 5, a: 'text' }] },
  },
  one('Hidden', [8], { n: 8 }, 'hidden inputs'),
];

const sampled = { model: ['1', 0], positive: ['1', 0], negative: ['1', 0], latent_image: ['1', 0] };
const sampler = (w: unknown, name: string, warns?: RegExp[]): Case => ({
  name,
  ui: ui([
    n(1, 'Anything', []),
    n(2, 'KSampler', w, { model: [1, 0], positive: [1, 0], negative: [1, 0], latent_image: [1, 0] }),
  ]),
  api: {
    '1': ['Anything', {}],
    '2': [
      'KSampler',
      { ...sampled, seed: 5, steps: 20, cfg: 8, sampler_name: 'euler', scheduler: 'normal', denoise: 1 },
    ],
  },
  ...(warns ? { warns } : {}),
});

const widgets: Case[] = [
  sampler([5, 'randomize', 20, 8, 'euler', 'normal', 1], 'a control word beside the seed'),
  sampler([5, 20, 8, 'euler', 'normal', 1], 'no control word'),
  sampler([5, false, 20, 8, 'euler', 'normal', 1], 'the switch of early files'),
  sampler([5, 'fixed', 20, 8, 'euler', 'normal'], 'a value less than there are widgets', [
    /denoise.*no value.*1, is used/,
  ]),
  sampler([5, 'fixed', 20, 8, 'euler', 'normal', null], 'null for a value', [/denoise.*no value/]),
  sampler([5, 'fixed', 20, 8, 'euler', 'normal', 1, 'more'], 'a value too many', [/1 values more.*"more"/]),
  sampler(
    {
      seed: 5,
      control_after_generate: 'fixed',
      steps: 20,
      cfg: 8,
      sampler_name: 'euler',
      scheduler: 'normal',
      denoise: 1,
    },
    'values by name',
  ),
  one('EmptyImage', undefined, { width: 512, height: 512, batch_size: 1, color: 0 }, 'nothing saved'),
  one('EmptyImage', [], { width: 512, height: 512, batch_size: 1, color: 0 }, 'an empty list', {
    warns: [/width/, /height/, /batch_size/, /color/],
  }),
  one('TwoSeeds', [1, 'fixed', 2, 'randomize', 'free'], { seed: 1, noise_seed: 2, mode: 'free' }, 'two seeds'),
  one(
    'TwoSeeds',
    [1, 'fixed', 2, 'randomize', 'fixed'],
    { seed: 1, noise_seed: 2, mode: 'fixed' },
    'a choice that looks like a control word',
  ),
  one(
    'TwoSeeds',
    [1, 2, 'fixed'],
    { seed: 1, noise_seed: 2, mode: 'fixed' },
    'no control words, and a choice that looks like one',
  ),
  one('NoControl', [1, 5], { seed: 1, n: 5 }, 'a seed without control'),
  one('Controlled', ['two', 'fixed', '', 5], { file: 'two', n: 5 }, 'a combo with control and filter'),
  one('Controlled', ['two', 'increment-wrap', 'a.*', 5], { file: 'two', n: 5 }, 'a combo with a filter that is used'),
  one('Controlled', ['two', 5], { file: 'two', n: 5 }, 'a combo from before it had control'),
  one('LoadImage', ['a.png', 'image'], { image: 'a.png' }, 'an upload button'),
  one('LoadImage', ['a.png', null], { image: 'a.png' }, 'an upload button without a value'),
  one('LoadImage', ['a.png'], { image: 'a.png' }, 'no upload button'),
  one(
    'LoadImageMask',
    ['a.png', 'red', 'image'],
    { image: 'a.png', channel: 'red' },
    'an upload button behind two widgets',
  ),
  one('LoadAudio', ['a.wav', null, null], { audio: 'a.wav' }, "an audio player's widgets"),
  one(
    'UploadThenOptional',
    ['b.png', 'image'],
    { image: 'b.png', label: '' },
    'a button before an input that came later',
    {
      warns: [/label.*no value/],
    },
  ),
  one(
    'UploadThenOptional',
    ['b.png', 'image', 'hello'],
    { image: 'b.png', label: 'hello' },
    'an optional input behind an upload button',
  ),
  one(
    'UploadThenOptional',
    ['b.png', 'hello'],
    { image: 'b.png', label: 'hello' },
    'an optional input without the button',
  ),
  one('Forced', [9], { n: 9 }, 'an input that is never a widget'),
  one('Several', [['a', 'c'], 9], { tags: { __value__: ['a', 'c'] }, n: 9 }, 'several choices'),
  one('Custom', [{ points: [1, 2] }, 9], { curve: { points: [1, 2] }, n: 9 }, 'a widget of a kind of its own', {
    note: { in: { curve: null }, inputs: [{ name: 'curve', type: 'MY_CURVE', link: null, widget: { name: 'curve' } }] },
  }),
  one('Custom', [9], { n: 9 }, 'the same kind as a mere socket'),
  one(
    'Boxed',
    [{ x: 0, y: 0, width: 5, height: 5 }, '#fff', 9],
    { box: { x: 0, y: 0, width: 5, height: 5 }, tint: '#fff', n: 9 },
    'boxes and colours',
  ),
  one('Switch', [false, 1], { on: false, ratio: 1 }, 'a boolean'),
  one('Switch', [true, Number.NaN], { on: true, ratio: Number.NaN }, 'NaN'),
  one('Number', [big], { value: big }, 'a number beyond 2^53'),
  {
    name: 'a seed beyond 2^53',
    ui: ui([empty, noise(2, [1, 0], [big, 'fixed', 0.5])]),
    api: { '1': emptyApi, '2': noiseApi('1', big) },
  },
];

const texts: Case[] = [
  ['a // b', 'a ', /comments are left out/],
  ['a /* b\nc */ d', 'a  d', /comments are left out/],
  ['http://x', 'http:', /comments are left out/],
  ['{one}', 'one'],
  ['a \\{b\\}', 'a {b}'],
  ['{a|b} cat', '{a|b} cat', /choices are left as they are/],
  ['{a|{b|c}} // d', '{a|{b|c}} ', /choices are left as they are/],
  ['a | b', 'a | b'],
  ['open { brace', 'open { brace'],
].map(
  ([from, text, warning], index): Case => ({
    name: `prompt ${index}: ${String(from)}`,
    ui: ui([n(1, 'Anything', []), n(2, 'CLIPTextEncode', [from], { clip: [1, 0] })]),
    api: { '1': ['Anything', {}], '2': ['CLIPTextEncode', { clip: ['1', 0], text }] },
    ...(warning instanceof RegExp ? { warns: [warning] } : {}),
  }),
);

const dynamic: Case[] = [
  one('Dynamic', ['png', 'p'], { format: 'png', prefix: 'p' }, 'an option without inputs'),
  one('Dynamic', ['mp3', 'V0', 'p'], { format: 'mp3', 'format.quality': 'V0', prefix: 'p' }, 'an option with an input'),
  one(
    'Dynamic',
    ['mp4', 18, true, 'p'],
    { format: 'mp4', 'format.crf': 18, 'format.fast': true, prefix: 'p' },
    'an option with required and optional inputs',
  ),
  {
    name: 'an option whose input is linked',
    ui: ui([
      n(1, 'Anything', []),
      n(2, 'Dynamic', ['mp4', 18, true, 'p'], { 'format.audio': [1, 0], 'format.crf': [1, 0] }),
    ]),
    api: {
      '1': ['Anything', {}],
      '2': [
        'Dynamic',
        { format: 'mp4', 'format.crf': ['1', 0], 'format.audio': ['1', 0], 'format.fast': true, prefix: 'p' },
      ],
    },
  },
  one(
    'Dynamic',
    { format: 'mp3', 'format.quality': '128k', prefix: 'p' },
    { format: 'mp3', 'format.quality': '128k', prefix: 'p' },
    'options by name',
  ),
  one('Nested', ['deep', 'x', 4], { outer: 'deep', 'outer.inner': 'x', 'outer.inner.n': 4 }, 'options within options'),
  one('Nested', ['deep', 'y'], { outer: 'deep', 'outer.inner': 'y' }, 'the other option within options'),
  {
    name: 'an input that grows',
    ui: ui([
      empty,
      n(2, 'Grow', ['left'], { 'images.image0': [1, 0], 'images.image1': [1, 0], 'images.image2': null }),
    ]),
    api: { '1': emptyApi, '2': ['Grow', { 'images.image0': ['1', 0], 'images.image1': ['1', 0], side: 'left' }] },
  },
  one('GrowText', ['a', 'b', '; '], { 'texts.text0': 'a', 'texts.text1': 'b', glue: '; ' }, 'texts that grow', {
    note: {
      inputs: ['texts.text0', 'texts.text1'].map((name) => ({ name, type: 'STRING', link: null, widget: { name } })),
    },
  }),
];

export const corpus: Case[] = [...shapes, ...widgets, ...texts, ...dynamic, ...linkCases, ...subgraphCases];
