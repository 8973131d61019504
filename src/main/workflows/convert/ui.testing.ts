/** Writes graphs as ComfyUI's editor does, from short notes, in each of the format's forms. */
import { slotsOf } from './slots.js';

/** Classes of no node that there is, for what the demo engine's nodes do not have. */
const made: Record<string, unknown> = {
  Dynamic: info({
    format: [
      'COMFY_DYNAMICCOMBO_V3',
      {
        options: [
          { key: 'png', inputs: { required: {} } },
          { key: 'mp3', inputs: { required: { quality: [['V0', '128k'], {}] } } },
          {
            key: 'mp4',
            inputs: {
              required: { crf: ['INT', { default: 20 }], audio: ['AUDIO'] },
              optional: { fast: ['BOOLEAN', {}] },
            },
          },
        ],
      },
    ],
    prefix: ['STRING', { default: 'out' }],
  }),
  Nested: info({
    outer: [
      'COMFY_DYNAMICCOMBO_V3',
      {
        options: [
          {
            key: 'deep',
            inputs: {
              required: {
                inner: [
                  'COMFY_DYNAMICCOMBO_V3',
                  {
                    options: [
                      { key: 'x', inputs: { required: { n: ['INT', { default: 1 }] } } },
                      { key: 'y', inputs: {} },
                    ],
                  },
                ],
              },
            },
          },
        ],
      },
    ],
  }),
  Grow: info({
    images: [
      'COMFY_AUTOGROW_V3',
      { template: { input: { required: { image: ['IMAGE', {}] } }, prefix: 'image', min: 1, max: 9 } },
    ],
    side: ['COMBO', { options: ['left', 'right'] }],
  }),
  GrowText: info({
    texts: [
      'COMFY_AUTOGROW_V3',
      { template: { input: { required: { text: ['STRING', {}] } }, prefix: 'text', min: 1, max: 9 } },
    ],
    glue: ['STRING', { default: ', ' }],
  }),
  Forced: info({ text: ['STRING', { forceInput: true }], n: ['INT', { default: 3 }] }),
  Several: info({ tags: ['COMBO', { options: ['a', 'b', 'c'], multiselect: true }], n: ['INT', { default: 3 }] }),
  Controlled: info({
    file: ['COMBO', { options: ['one', 'two'], control_after_generate: true }],
    n: ['INT', { default: 3 }],
  }),
  Custom: info({ curve: ['MY_CURVE', {}], n: ['INT', { default: 3 }] }),
  Boxed: info({ box: ['BOUNDING_BOX', {}], tint: ['COLOR', {}], n: ['INT', { default: 3 }] }),
  Switch: info({ on: ['BOOLEAN', { default: true }], ratio: ['FLOAT', { default: 0.5 }] }),
  UploadThenOptional: info(
    { image: [['a.png', 'b.png'], { image_upload: true }] },
    { optional: { label: ['STRING', { default: '' }] } },
  ),
  TwoSeeds: info({ seed: ['INT', { default: 0 }], noise_seed: ['INT', { default: 0 }], mode: [['fixed', 'free']] }),
  NoControl: info({ seed: ['INT', { default: 0, control_after_generate: false }], n: ['INT', { default: 3 }] }),
  Anything: info({ value: ['*', {}] }, { output: ['*'] }),
  Union: info({ value: ['INT,FLOAT', {}] }, { output: ['INT'] }),
  Number: info({ value: ['INT', { default: 0 }] }, { output: ['INT'] }),
  Text: info({ value: ['STRING', { default: '' }] }, { output: ['STRING'] }),
  Hidden: info({ n: ['INT', { default: 3 }] }, { hidden: { unique_id: 'UNIQUE_ID', prompt: 'PROMPT' } }),
  Unordered: { input: { required: { b: ['INT', {}], a: ['STRING', {}] } }, output: ['IMAGE'] },
  Reordered: {
    input: { required: { b: ['INT', {}], a: ['STRING', {}] } },
    input_order: { required: ['a', 'b'] },
    output: [],
  },
};

function info(required: object, { optional = {}, hidden = {}, output = ['IMAGE'] as string[] } = {}) {
  return {
    input: { required, optional, hidden },
    input_order: { required: Object.keys(required), optional: Object.keys(optional) },
    output,
  };
}

const seed = ['INT', { default: 0, min: 0, max: 2 ** 64, control_after_generate: true }];
const size = ['INT', { default: 512, min: 1, max: 16384 }];
const output = { output: [] };

/** Some of ComfyUI's own, as far as a conversion looks at them; the test holds them against the demo engine's. */
const own: Record<string, unknown> = {
  EmptyImage: info({
    width: size,
    height: size,
    batch_size: ['INT', { default: 1 }],
    color: ['INT', { default: 0 }],
  }),
  SaveImage: info({ images: ['IMAGE'], filename_prefix: ['STRING', { default: 'ComfyUI' }] }, output),
  PreviewImage: info({ images: ['IMAGE'] }, output),
  PreviewAny: info({ source: ['*', {}] }, output),
  ImageAddNoise: info({ image: ['IMAGE'], seed, strength: ['FLOAT', { default: 0.5 }] }),
  ImageInvert: info({ image: ['IMAGE'] }),
  ImageBatch: info({ image1: ['IMAGE'], image2: ['IMAGE'] }),
  ImageToMask: info({ image: ['IMAGE'], channel: [['red', 'green', 'blue', 'alpha']] }, { output: ['MASK'] }),
  InvertMask: info({ mask: ['MASK'] }, { output: ['MASK'] }),
  LoadImage: {
    ...info({ image: [['a.png'], { image_upload: true }] }, { output: ['IMAGE', 'MASK'] }),
    display_name: 'Load Image',
  },
  LoadImageMask: info(
    { image: [['a.png'], { image_upload: true }], channel: [['alpha', 'red', 'green', 'blue']] },
    { output: ['MASK'] },
  ),
  LoadAudio: info({ audio: ['COMBO', { options: ['a.wav'], audio_upload: true }] }, { output: ['AUDIO'] }),
  LoraLoader: info(
    {
      model: ['MODEL'],
      clip: ['CLIP'],
      lora_name: [['l']],
      strength_model: ['FLOAT', { default: 1 }],
      strength_clip: ['FLOAT', { default: 1 }],
    },
    { output: ['MODEL', 'CLIP'] },
  ),
  CLIPTextEncode: info(
    { text: ['STRING', { multiline: true, dynamicPrompts: true }], clip: ['CLIP'] },
    { output: ['CONDITIONING'] },
  ),
  KSampler: info(
    {
      model: ['MODEL'],
      seed,
      steps: ['INT', { default: 20 }],
      cfg: ['FLOAT', { default: 8 }],
      sampler_name: [['euler', 'heun']],
      scheduler: [['normal', 'karras']],
      positive: ['CONDITIONING'],
      negative: ['CONDITIONING'],
      latent_image: ['LATENT'],
      denoise: ['FLOAT', { default: 1 }],
    },
    { output: ['LATENT'] },
  ),
};

const known = new Map<string, unknown>([...Object.entries(own), ...Object.entries(made)]);

export const infoOf = (type: string): unknown => known.get(type);
export const classNames = (): string[] => [...known.keys()];
export const ownClasses = (): string[] => Object.keys(own);

export type From = readonly [node: number, slot: number];

export interface Note {
  id: number;
  type: string;
  /** `widgets_values`. */
  w?: unknown;
  /** Links by input name; null for a socket without one. */
  in?: Record<string, From | null>;
  /** Types of sockets, where the class does not tell. */
  types?: Record<string, string>;
  out?: string[];
  [extra: string]: unknown;
}

export function n(id: number, type: string, w?: unknown, inputs: Note['in'] = {}, extra: Partial<Note> = {}): Note {
  return { id, type, ...(w === undefined ? {} : { w }), in: inputs, ...extra };
}

/** Nodes and links of one network. `schema` 1 writes links as objects. `feeds` are links to a subgraph's outputs. */
export function network(notes: readonly Note[], schema: 0.4 | 1 = 0.4, feeds: readonly From[] = []) {
  const links: [number, number, number, number, number, string][] = [];
  const nodes = notes.map(({ in: wired = {}, w, types = {}, out, ...rest }) => {
    const inputs = Object.entries(wired).map(([name, from], slot) => {
      const type = types[name] ?? typeOf(rest.type, name);
      let link: number | null = null;
      if (from !== null) {
        link = links.length + 1;
        links.push([link, from[0], from[1], rest.id, slot, type]);
      }
      return { name, type, link, ...(isWidget(rest.type, name) ? { widget: { name } } : {}) };
    });
    const outputs = (out ?? outputsOf(rest.type)).map((type) => ({ name: type, type, links: [] }));
    return {
      flags: {},
      mode: 0,
      pos: [0, 0],
      properties: {},
      inputs,
      outputs,
      ...rest,
      ...(w === undefined ? {} : { widgets_values: w }),
    };
  });
  feeds.forEach(([node, slot], index) => {
    links.push([links.length + 1, node, slot, -20, index, '*']);
  });
  const objects = links.map(([id, origin_id, origin_slot, target_id, target_slot, type]) => ({
    id,
    origin_id,
    origin_slot,
    target_id,
    target_slot,
    type,
  }));
  return { nodes, links: schema === 1 ? objects : links };
}

export function ui(notes: readonly Note[], extra: Record<string, unknown> = {}, schema: 0.4 | 1 = 0.4) {
  return {
    last_node_id: 99,
    last_link_id: 99,
    groups: [],
    config: {},
    extra: {},
    version: schema,
    ...network(notes, schema),
    ...extra,
  };
}

/** A subgraph's definition: inputs as `[name, type]`, outputs by what feeds them. */
export function definition(
  id: string,
  notes: readonly Note[],
  inputs: readonly (readonly [string, string])[],
  outputs: readonly From[] = [],
) {
  return {
    id,
    name: `Subgraph ${id}`,
    version: 1,
    inputNode: { id: -10 },
    outputNode: { id: -20 },
    inputs: inputs.map(([name, type]) => ({ id: `${id}-${name}`, name, type })),
    outputs: outputs.map((_, index) => ({ id: `${id}-out${index}`, name: `out${index}`, type: 'IMAGE' })),
    ...network(notes, 1, outputs),
  };
}

function typeOf(type: string, name: string): string {
  const entry = known.get(type) as { input?: Record<string, Record<string, unknown[]>> } | undefined;
  const spec = entry?.input?.required?.[name] ?? entry?.input?.optional?.[name];
  const first = spec?.[0];
  return Array.isArray(first) ? 'COMBO' : typeof first === 'string' ? first : '*';
}

function outputsOf(type: string): string[] {
  const entry = known.get(type) as { output?: unknown[] } | undefined;
  return (entry?.output ?? []).map((output) => (typeof output === 'string' ? output : 'COMBO'));
}

function isWidget(type: string, name: string): boolean {
  const bare = { id: '0', type, mode: 'live', inputs: [], outputs: [], widgets: [], properties: {} } as const;
  return slotsOf(known.get(type), bare).some((slot) => slot.role === 'value' && slot.name === name);
}
