import { readdirSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createDemoNodes } from '../demo/nodes/index.js';
import { startEngine } from '../demo/test-engine.js';
import { embeddedParameters, readEmbedded } from './index.js';
import {
  app1,
  exifBlock,
  fileOf,
  fixtures,
  jpegWith,
  keyed,
  picture,
  pngChunk,
  pngWith,
  tempFolder,
  userComment,
  webpWith,
} from './testing.js';

const at = (name: string) => path.join(fixtures, name);
const seed = 18446744073709551615n;
const infotext =
  'a fox, 日本\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 123, Size: 512x768, Model: v1-5';
const made = {
  prompt: 'a fox, 日本',
  negative_prompt: 'blurry',
  steps: 20,
  seed: 123,
  width: 512,
  sampler_name: 'euler_ancestral',
};

describe('files of a real ComfyUI', () => {
  it.each([
    ['comfyui.png', 'SaveImage'],
    ['comfyui-animated.png', 'SaveAnimatedPNG'],
    ['comfyui-animated.webp', 'SaveAnimatedWEBP'],
    ['comfyui.flac', 'SaveAudio'],
    ['comfyui.mp3', 'SaveAudioMP3'],
    ['comfyui.opus', 'SaveAudioOpus'],
    ['comfyui.mp4', 'SaveVideo'],
    ['comfyui-sound.mp4', 'SaveVideo'],
    ['comfyui.webm', 'SaveWEBM'],
  ])('%s', async (name, saver) => {
    const { graph = {}, workflow, problems, ...rest } = await readEmbedded(at(name));
    expect(problems).toEqual([]);
    expect(rest).toEqual({});
    expect(Object.values(graph).map((node) => node.class_type)).toContain(saver);
    expect(Object.values(graph).some((node) => 'is_changed' in node)).toBe(false);
    expect(workflow).toMatchObject({
      nodes: [{ widgets_values: [16, 16, 1, seed] }, { type: saver, title: 'Grüße, 日本' }],
    });
  });

  it('have no trace of what the server noted in the graph', async () => {
    expect((await readFile(at('comfyui-loaded.png'))).includes('is_changed')).toBe(true);
    const { graph } = await readEmbedded(at('comfyui-loaded.png'));
    expect(graph?.['1']).toEqual({ class_type: 'LoadImage', inputs: { image: 'embedded-dot.png' } });
  });

  it('are known by their bytes, not by their names', async () => {
    const copy = path.join(await tempFolder(), 'picture.mp3');
    await copyFile(at('comfyui.png'), copy);
    expect((await readEmbedded(copy)).graph).toEqual((await readEmbedded(at('comfyui.png'))).graph);
  });
});

describe('files of libav', () => {
  it.each(readdirSync(fixtures).filter((name) => /^(vhs|keys|audio|vorbis|wave)\./.test(name)))('%s', async (name) => {
    const embedded = await readEmbedded(at(name));
    expect(embedded.problems).toEqual([]);
    expect(embedded.comment).toBeUndefined();
    expect(embedded.graph?.['3']?.inputs.seed).toBe(seed);
    expect(embedded.workflow).toMatchObject({ nodes: [{ id: 3, title: '日本' }] });
    expect(embeddedParameters(embedded)).toMatchObject({
      prompt: 'a fox, = ; # \\ "quoted"\nsecond line',
      negative_prompt: 'blurry',
      seed: String(seed),
      steps: 20,
      model: 'sd15.safetensors',
    });
  });
});

describe('files of the demo engine', () => {
  const extra_data = { extra_pnginfo: { workflow: { nodes: [{ id: 1 }], links: [] } } };

  it('of every kind are read', async () => {
    const engine = await startEngine({ nodes: createDemoNodes() });
    await engine.run(
      {
        1: { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 2, color: 255 } },
        2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'a' } },
        3: {
          class_type: 'SaveAnimatedPNG',
          inputs: { images: ['1', 0], filename_prefix: 'b', fps: 6, compress_level: 4 },
        },
        4: {
          class_type: 'SaveAnimatedWEBP',
          inputs: { images: ['1', 0], filename_prefix: 'c', fps: 6, lossless: true, quality: 80, method: 'default' },
        },
        5: { class_type: 'EmptyAudio', inputs: { duration: 0.2, sample_rate: 48_000, channels: 1 } },
        6: { class_type: 'SaveAudio', inputs: { audio: ['5', 0], filename_prefix: 'd' } },
        7: { class_type: 'SaveAudioMP3', inputs: { audio: ['5', 0], filename_prefix: 'e', quality: 'V0' } },
      },
      { extra_data },
    );
    const folder = path.join(engine.dataRoot, 'output');
    const names = readdirSync(folder);
    expect(names.map((name) => path.extname(name)).sort()).toEqual(['.flac', '.mp3', '.png', '.png', '.png', '.webp']);
    for (const name of names) {
      const { graph, workflow, problems } = await readEmbedded(path.join(folder, name));
      expect(problems, name).toEqual([]);
      expect(graph?.['1'], name).toMatchObject({ class_type: 'EmptyImage', inputs: { color: 255 } });
      expect(workflow, name).toEqual(extra_data.extra_pnginfo.workflow);
    }
  });
});

describe('PNG', () => {
  const read = async (before: Buffer[], behind: Buffer[] = []) =>
    readEmbedded(await fileOf(await pngWith(before, behind)));
  const graph = { 1: { class_type: 'A', inputs: {} } };

  it('tells of AUTOMATIC1111 in every kind of text chunk, before and behind the pixels', async () => {
    const text = Buffer.from(infotext);
    const chunks = [
      pngChunk('tEXt', keyed('parameters', text)),
      pngChunk('zTXt', keyed('parameters', Buffer.concat([Buffer.of(0), deflateSync(text)]))),
      pngChunk('iTXt', keyed('parameters', Buffer.concat([Buffer.from('\0\0en\0\0'), text]))),
      pngChunk('iTXt', keyed('parameters', Buffer.concat([Buffer.from('\x01\0\0\0'), deflateSync(text)]))),
      pngChunk('eXIf', exifBlock([userComment(infotext)])),
    ];
    for (const chunk of chunks) {
      expect((await read([chunk])).parameters).toMatchObject(made);
      expect((await read([], [chunk])).parameters).toMatchObject(made);
    }
  });

  it('tells it behind large pictures too, however their pixels are cut', async () => {
    const text = pngChunk('tEXt', keyed('parameters', infotext));
    const picture = (size: number) =>
      Array.from({ length: 2 ** 20 / size }, () => pngChunk('IDAT', Buffer.alloc(size)));
    for (const size of [2 ** 13, 2 ** 16, 2 ** 20])
      expect((await read(picture(size), [text])).parameters).toMatchObject(made);
    // What looks like pixels in a text is none.
    const fake = pngChunk('tEXt', keyed('Comment', `IDAT${'x'.repeat(200)}IDAT`));
    expect((await read(picture(2 ** 16), [text, fake])).parameters).toMatchObject(made);
    expect((await read(picture(2 ** 16), [text, pngChunk('zzZz', Buffer.alloc(2 ** 18))])).parameters).toMatchObject(
      made,
    );
  });

  it('has texts in Latin-1 as well', async () => {
    const { comment } = await read([pngChunk('tEXt', keyed('Comment', Buffer.from('Grüße', 'latin1')))]);
    expect(comment).toBe('Grüße');
  });

  it('with NaN in the graph is read, and the graph goes before the text', async () => {
    const json = '{"1": {"class_type": "A", "inputs": {"x": NaN, "seed": 18446744073709551615}, "is_changed": [NaN]}}';
    const embedded = await read([
      pngChunk('tEXt', keyed('parameters', infotext)),
      pngChunk('tEXt', keyed('prompt', json)),
    ]);
    expect(embedded.graph).toEqual({ 1: { class_type: 'A', inputs: { x: Number.NaN, seed } } });
    expect(embedded.parameters).toMatchObject(made);
    expect(embeddedParameters(embedded)).not.toHaveProperty('negative_prompt');
  });

  it('with broken parts tells why, and reads the others', async () => {
    const { problems, graph: found } = await read([
      pngChunk('tEXt', keyed('workflow', '{"nodes": [')),
      pngChunk('zTXt', keyed('parameters', Buffer.from('\0nonsense'))),
      pngChunk('tEXt', Buffer.from('no key')),
      pngChunk('tEXt', keyed('prompt', JSON.stringify(graph))),
    ]);
    expect(found).toEqual(graph);
    expect(problems).toEqual([
      'The workflow in the file is not JSON that can be read.',
      'A packed text of the PNG is damaged.',
      'A text chunk of the PNG has no key.',
    ]);
  });

  it('of other programs has comments, and what is no graph is told', async () => {
    expect(await read([pngChunk('tEXt', keyed('prompt', 'a fox'))])).toEqual({
      problems: ['The prompt in the file is not JSON that can be read.'],
    });
    expect(await read([pngChunk('tEXt', keyed('prompt', '[1]'))])).toEqual({
      problems: ['The prompt in the file is not a graph in API format.'],
    });
    const fooocus = '{"prompt": "a fox", "steps": 30}';
    expect((await read([pngChunk('tEXt', keyed('Description', '{red|blue} house'))])).comment).toBe('{red|blue} house');
    expect(await read([pngChunk('tEXt', keyed('parameters', fooocus))])).toEqual({ comment: fooocus, problems: [] });
  });
});

describe('EXIF', () => {
  const graph = { 1: { class_type: 'A', inputs: { text: 'ü' } } };
  const text = (tag: number, value: string) => ({ tag, type: 2, data: Buffer.from(`${value}\0`) });

  it.each(['II', 'MM'] as const)('in byte order %s of JPEG and WebP', async (order) => {
    for (const comment of [userComment(infotext, 'be'), userComment(infotext, 'le')]) {
      const block = exifBlock([text(0x0131, 'some program'), comment], order);
      expect((await readEmbedded(await fileOf(await jpegWith(app1(block))))).parameters).toMatchObject(made);
      expect((await readEmbedded(await fileOf(await webpWith(['EXIF', block])))).parameters).toMatchObject(made);
    }
    const ascii = { tag: 0x9286, type: 7, data: Buffer.from(`ASCII\0\0\0${infotext}`) };
    expect(
      (await readEmbedded(await fileOf(await jpegWith(app1(exifBlock([ascii], order)))))).parameters,
    ).toMatchObject(made);
  });

  it('of ComfyUI in tags of cameras', async () => {
    const block = exifBlock([text(0x010f, 'Workflow:{"nodes":[]}'), text(0x0110, `prompt:${JSON.stringify(graph)}`)]);
    for (const bytes of [await jpegWith(app1(block)), await webpWith(['EXIF', block])]) {
      expect(await readEmbedded(await fileOf(bytes))).toEqual({ graph, workflow: { nodes: [] }, problems: [] });
    }
  });

  it('that sharp wrote', async () => {
    const pipeline = () => picture().withExif({ IFD0: { ImageDescription: infotext.replace('日本', 'x') } });
    for (const bytes of [
      await pipeline().jpeg().toBuffer(),
      await pipeline().webp().toBuffer(),
      await pipeline().png().toBuffer(),
      await pipeline().avif({ effort: 0 }).toBuffer(),
    ])
      expect((await readEmbedded(await fileOf(bytes))).parameters).toMatchObject({ steps: 20, seed: 123 });
  });
});

describe('comments', () => {
  it('of JPEG and GIF', async () => {
    const jpeg = await fileOf(await jpegWith([0xfe, Buffer.from('made with love')], [0xfe, Buffer.from(infotext)]));
    expect(await readEmbedded(jpeg)).toMatchObject({ comment: 'made with love', parameters: made });
    const gif = await picture().gif().toBuffer();
    const note = Buffer.concat([
      Buffer.of(0x21, 0xfe, 5),
      Buffer.from('hello'),
      Buffer.of(6),
      Buffer.from(' world'),
      Buffer.of(0),
    ]);
    const place = 13 + ((gif[10] ?? 0) & 0x80 ? 3 * 2 ** (((gif[10] ?? 0) & 7) + 1) : 0);
    const file = await fileOf(Buffer.concat([gif.subarray(0, place), note, gif.subarray(place)]));
    expect(await readEmbedded(file)).toEqual({ comment: 'hello world', problems: [] });
  });

  it('of XMP', async () => {
    const packet = `<x:xmpmeta><rdf:Description><exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">${infotext.replace('a fox', 'a &lt;fox&gt; &#38;')}</rdf:li></rdf:Alt></exif:UserComment></rdf:Description></x:xmpmeta>`;
    for (const bytes of [
      await webpWith(['XMP ', Buffer.from(packet)]),
      await jpegWith([0xe1, keyed('http://ns.adobe.com/xap/1.0/', packet)]),
      await pngWith([pngChunk('iTXt', keyed('XML:com.adobe.xmp', Buffer.from(`\0\0\0\0${packet}`)))]),
    ])
      expect((await readEmbedded(await fileOf(bytes))).parameters).toMatchObject({
        ...made,
        prompt: 'a <fox> &, 日本',
      });
  });
});
