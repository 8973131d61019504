/** Files made to harm, or harmed themselves: every one is read to a result or to one foreseen error, and soon. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile, truncate } from 'node:fs/promises';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import { limits } from './byte-file.js';
import { type Embedded, embeddedParameters } from './findings.js';
import { readEmbedded } from './read.js';
import { stripMetadata } from './strip.js';
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

/** What came of it; undefined for MEDIA_UNSUPPORTED, and any other error fails the test. */
async function tried(bytes: Uint8Array): Promise<Embedded | undefined> {
  const file = await fileOf(bytes);
  const copy = path.join(path.dirname(file), 'copy');
  await stripMetadata(file, copy).catch(expectForeseen);
  return readEmbedded(file).catch(expectForeseen);
}

function expectForeseen(error: unknown): undefined {
  if (error instanceof AppError && ['MEDIA_UNSUPPORTED', 'NOT_SUPPORTED'].includes(error.code)) return undefined;
  throw error;
}

async function samples(): Promise<[string, Buffer][]> {
  const names = readdirSync(fixtures).filter((name) => !name.endsWith('.md'));
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(path.join(fixtures, name))] as const),
  );
  const exif = exifBlock([userComment('a\nSteps: 1, Seed: 2, Model: x')]);
  return [
    ...files.map(([name, bytes]): [string, Buffer] => [name, bytes]),
    ['a.jpeg', await jpegWith(app1(exif), [0xfe, Buffer.from('x')])],
    ['a.webp', await webpWith(['EXIF', exif])],
    ['a.gif', await picture().gif().toBuffer()],
    [
      'a.avif',
      await picture()
        .withExif({ IFD0: { Copyright: 'x' } })
        .avif({ effort: 0 })
        .toBuffer(),
    ],
  ];
}

/** The same numbers in every run. */
function createRandom(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('damaged files', () => {
  it('end at every sixteenth', async () => {
    for (const [name, bytes] of await samples()) {
      for (let part = 1; part < 16; part += 1) {
        const found = await tried(bytes.subarray(0, Math.floor((bytes.length * part) / 16)));
        expect(found === undefined || Array.isArray(found.problems), `${name} ${part}`).toBe(true);
      }
    }
  });

  it('tell that they end early, and what came before that', async () => {
    const png = await readFile(path.join(fixtures, 'comfyui.png'));
    const found = await tried(png.subarray(0, png.indexOf('workflow') + 20));
    expect(found).toMatchObject({ graph: {}, problems: ['The PNG ends inside a chunk (tEXt).'] });
    const webp = await readFile(path.join(fixtures, 'comfyui-animated.webp'));
    expect((await tried(webp.subarray(0, 100)))?.problems).toHaveLength(1);
    const mp4 = await readFile(path.join(fixtures, 'comfyui.mp4'));
    expect((await tried(mp4.subarray(0, 100)))?.problems).toHaveLength(1);
  });

  it('have wrong bytes anywhere', async () => {
    const random = createRandom(7);
    for (const [, bytes] of await samples()) {
      for (let round = 0; round < 25; round += 1) {
        const wrong = Buffer.from(bytes);
        for (let count = 0; count < 1 + round; count += 1)
          wrong[12 + Math.floor(random() * (wrong.length - 12))] = Math.floor(random() * 256);
        await tried(wrong);
      }
    }
  });

  it('claim lengths beyond all bounds', async () => {
    const random = createRandom(11);
    for (const [, bytes] of await samples()) {
      for (let round = 0; round < 50; round += 1) {
        const at = 4 + Math.floor(random() * (Math.min(bytes.length, 800) - 8));
        await tried(Buffer.from(bytes).fill(0xff, at, at + 4));
      }
    }
  });

  it('are random but for their first bytes', async () => {
    const random = createRandom(3);
    for (const [, bytes] of await samples()) {
      for (const kept of [4, 12, 16, 40]) {
        const noise = Buffer.from(Array.from({ length: 2_000 }, () => Math.floor(random() * 256)));
        bytes.copy(noise, 0, 0, kept);
        await tried(noise);
      }
    }
  });
});

describe('files made to harm', () => {
  const head = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

  it('claim chunks of four gigabytes', async () => {
    const chunk = Buffer.concat([Buffer.of(0xff, 0xff, 0xff, 0xff), Buffer.from('tEXt')]);
    expect((await tried(Buffer.concat([head, chunk, Buffer.alloc(100)])))?.problems).toEqual([
      'The PNG ends inside a chunk (tEXt).',
    ]);
    const webp = await webpWith(['EXIF', Buffer.alloc(8)]);
    webp.writeUInt32LE(0xffffffff, webp.length - 12);
    expect((await tried(webp))?.problems).toEqual(['The WebP ends inside a chunk (EXIF).']);
    const id3 = Buffer.concat([
      Buffer.from('ID3\x04\0\0\x7f\x7f\x7f\x7fTXXX\x7f\x7f\x7f\x7f\0\0', 'latin1'),
      Buffer.alloc(500),
    ]);
    expect((await tried(id3))?.problems.length).toBeLessThan(2);
    const flac = Buffer.concat([Buffer.from('fLaC\x84\xff\xff\xff\xff\xff\xff\xff', 'latin1'), Buffer.alloc(200)]);
    expect((await tried(flac))?.problems).toHaveLength(1);
  });

  it('unpack to a hundred times their size', async () => {
    const bomb = deflateSync(Buffer.alloc(100 * 2 ** 20));
    const packed = pngChunk('zTXt', keyed('parameters', Buffer.concat([Buffer.of(0), bomb])));
    const text = pngChunk('tEXt', keyed('Comment', 'still read'));
    expect(await tried(await pngWith([packed, text]))).toEqual({
      comment: 'still read',
      problems: ['A packed text of the PNG is longer than 16 MB.'],
    });
    const many = await tried(await pngWith(Array.from({ length: 50 }, () => packed)));
    expect(many?.problems).toContain(`The metadata is longer than ${limits.total / 2 ** 20} MB.`);
  });

  it('are cut into a million chunks', async () => {
    const empty = Buffer.alloc(12);
    empty.write('abCd', 4);
    const chunks = Array.from({ length: 2 ** 20 }, () => empty);
    expect((await tried(await pngWith(chunks)))?.problems).toEqual([]);
  });

  it('hold huge files with nothing in them', async () => {
    const chunk = Buffer.concat([Buffer.of(0x7f, 0xff, 0xff, 0xf0), Buffer.from('tEXt')]);
    const file = await fileOf(Buffer.concat([head, chunk]));
    await truncate(file, 3 * 2 ** 30);
    expect((await readEmbedded(file)).problems).toContain('A part is longer than 16 MB.');
    const moov = await fileOf(
      Buffer.from(
        '\0\0\0\x10ftypisom\0\0\0\0\x7f\xff\xff\xf0moov\x7f\xff\xff\x00udta\x7f\xff\xfe\x00\xa9cmt',
        'latin1',
      ),
    );
    await truncate(moov, 3 * 2 ** 30);
    expect((await readEmbedded(moov)).problems).toHaveLength(1);
  });

  it('have directories of EXIF that point at each other', async () => {
    const loop = Buffer.from(
      'MM\0*\0\0\0\x08\0\x02\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\x87\x69\0\x04\0\0\0\x01\0\0\0\x16\0\0\0\x08',
      'latin1',
    );
    expect(await tried(await jpegWith(app1(loop)))).toEqual({ problems: [] });
    const all = Buffer.alloc(60_000, 'MM\0*\0\0\0\x08', 'latin1');
    expect(await tried(await jpegWith(app1(all)))).toEqual({ problems: [] });
    // Thousands of comments, all of them the whole block.
    const same = Buffer.alloc(60_000);
    same.write('MM\0*\0\0\0\x08\x10\x00', 'latin1');
    for (let at = 10; at + 12 < 40_000; at += 12) same.write('\x92\x86\0\x07\0\0\xe0\0\0\0\0\0', at, 'latin1');
    expect(await tried(await jpegWith(app1(same)))).toMatchObject({ problems: [] });
  });

  it('hold graphs nobody could have made', async () => {
    const read = async (json: string) => {
      const found = await tried(await pngWith([pngChunk('tEXt', keyed('prompt', json))]));
      return { problems: found?.problems, parameters: found && embeddedParameters(found) };
    };
    expect((await read('['.repeat(100_000) + ']'.repeat(100_000))).problems).toEqual([
      'The prompt in the file is nested too deeply.',
    ]);
    const chain = (length: number) =>
      JSON.stringify(
        Object.fromEntries(
          Array.from({ length }, (_, id) => [
            id,
            id === 0
              ? {
                  class_type: 'KSampler',
                  inputs: { seed: 1, positive: ['1', 0], model: ['1', 0], latent_image: ['1', 0] },
                }
              : {
                  class_type: 'X',
                  inputs: { model: [`${id + 1}`, 0], conditioning: [`${id + 1}`, 0], latent: [`${id + 1}`, 0] },
                },
          ]),
        ),
      );
    expect((await read(chain(3_000))).problems).toEqual(['The graph in the file has more than 2000 nodes.']);
    expect((await read(chain(2_000))).parameters).toMatchObject({ seed: 1 });
    expect((await read('{"__proto__": {"class_type": "A", "inputs": {"__proto__": {"x": 1}}}}')).problems).toEqual([]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('what is no file', () => {
  it('is told at once', async () => {
    await expect(readEmbedded(fixtures)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    await expect(readEmbedded(await fileOf(Buffer.alloc(0)))).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    await expect(readEmbedded(path.join(fixtures, 'missing.png'))).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
    const reason = new Error('enough');
    const file = path.join(fixtures, 'comfyui.mp4');
    await expect(readEmbedded(file, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it.runIf(process.platform !== 'win32')('may be a pipe nobody writes to', async () => {
    const pipe = path.join(await tempFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(readEmbedded(pipe)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
  });
});
