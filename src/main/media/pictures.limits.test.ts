/** Files that would like to take the program down: each is refused, or drawn, in bounded time and memory. */
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import { containerFacts } from './containers.js';
import { pictureFacts, thumbnailOf } from './pictures.js';
import type { Media } from './ports.js';
import { assetOf, createStudio, type Studio } from './testing.js';
import { apng, flac, gif, jpegOf, mp4, png, pngChunk, tiff, wave, webm } from './testing-files.js';

let studio: Studio;
let media: Media;
beforeEach(() => {
  studio = createStudio();
  media = studio.open();
});
afterEach(() => studio.dispose());

/** Bytes by which memory may ever grow: two decoders at work on the largest picture that is drawn. */
const mostGrowth = 700 * 1024 ** 2;

/** The high-water mark of this process, in bytes. */
const highWater = () => process.resourceUsage().maxRSS * 1024;

interface Case {
  name: string;
  bytes: () => Uint8Array | Promise<Uint8Array>;
  /** What drawing says; undefined where a thumbnail comes. */
  fault?: string;
  /** What probing says; a fault where the file can't be read at all. */
  facts: Record<string, unknown> | 'damaged' | 'vector' | 'format';
}

const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1);
const bomb = (side: number, rowBytes: number) => deflateSync(Buffer.alloc(side * (rowBytes + 1)), { level: 9 });
const red = (side: number) => sharp({ create: { width: side, height: side, channels: 3, background: 'red' } });

/** Distinct frames: encoders join equal ones. */
async function frames(count: number) {
  const side = 16;
  const pixels = Buffer.alloc(side * side * 3 * count);
  for (let frame = 0; frame < count; frame += 1) {
    pixels.fill(frame & 255, frame * side * side * 3, (frame + 1) * side * side * 3);
  }
  return sharp(pixels, { raw: { width: side, height: side * count, channels: 3, pageHeight: side } });
}

const svg =
  '<?xml version="1.0"?>\n<!-- made -->\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

const cases: Case[] = [
  {
    name: 'claims-60000.png',
    bytes: () => png({ width: 60_000, height: 60_000, data: deflateSync(Buffer.alloc(100)) }),
    fault: 'too_large',
    facts: { width: 60_000, height: 60_000 },
  },
  {
    name: 'one-bit-20000.png',
    bytes: () => png({ width: 20_000, height: 20_000, bits: 1, colour: 0, data: bomb(20_000, 2500) }),
    fault: 'too_large',
    facts: { width: 20_000, height: 20_000 },
  },
  {
    name: 'zeros.png',
    bytes: () => png({ width: 11_000, height: 11_000, data: bomb(11_000, 44_000) }),
    facts: { width: 11_000, height: 11_000 },
  },
  {
    name: 'comment-bomb.png',
    bytes: () => {
      const text = Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(200 * 1024 ** 2))]);
      return png({ width: 4, height: 4, data: bomb(4, 16), before: pngChunk('zTXt', text) });
    },
    facts: { width: 4 },
  },
  { name: 'cut.png', bytes: async () => half(await noisy('png')), fault: 'damaged', facts: { width: 400 } },
  { name: 'cut.jpg', bytes: async () => half(await noisy('jpeg')), fault: 'damaged', facts: { width: 400 } },
  { name: 'cut.webp', bytes: async () => half(await noisy('webp')), fault: 'damaged', facts: 'damaged' },
  { name: 'really.jpg', bytes: () => red(40).png().toBuffer(), facts: { width: 40, height: 40 } },
  { name: 'page.png', bytes: () => Buffer.from('<html>not found</html>'), fault: 'damaged', facts: 'damaged' },
  { name: 'script.svg', bytes: () => Buffer.from(svg), fault: 'vector', facts: 'vector' },
  { name: 'script.png', bytes: () => Buffer.from(svg), fault: 'vector', facts: 'vector' },
  { name: 'zip.png', bytes: () => zipped(), fault: 'damaged', facts: 'damaged' },
  {
    name: 'old.bmp',
    bytes: () => Buffer.concat([Buffer.from('BM'), Buffer.alloc(60)]),
    fault: 'format',
    facts: 'format',
  },
  {
    name: 'long.webp',
    bytes: async () => (await frames(2000)).webp({ delay: Array<number>(2000).fill(50), effort: 0 }).toBuffer(),
    facts: { width: 16, height: 16, animated: true },
  },
  {
    name: 'wide.gif',
    bytes: () => gif({ screen: [65_535, 65_535], image: [65_535, 65_535] }),
    fault: 'too_large',
    facts: { width: 65_535, height: 65_535 },
  },
  { name: 'screen.gif', bytes: () => gif({ screen: [65_535, 65_535], image: [1, 1] }), facts: { animated: false } },
  { name: 'cyclic.tiff', bytes: () => tiff({ next: 8 }), facts: { width: 4, height: 4 } },
  { name: 'garbage.avif', bytes: () => garbled(), fault: 'damaged', facts: 'damaged' },
  { name: 'moving.png', bytes: () => apng([100, 200, 300]), facts: { animated: true, duration_seconds: 0.6 } },
];

async function noisy(format: 'png' | 'jpeg' | 'webp'): Promise<Buffer> {
  const pixels = Buffer.from(Array.from({ length: 400 * 400 * 3 }, (_, at) => (at * at * 31 + at) & 255));
  return sharp(pixels, { raw: { width: 400, height: 400, channels: 3 } })
    .toFormat(format)
    .toBuffer();
}

/** The head of a ZIP archive with one entry of zeros. */
function zipped(): Buffer {
  return Buffer.concat([Buffer.from('PK\x03\x04\x14\0\0\0\x08\0', 'latin1'), deflateRawSync(Buffer.alloc(1024 ** 2))]);
}

async function garbled(): Promise<Buffer> {
  const bytes = await red(64).avif({ effort: 0 }).toBuffer();
  for (let at = 40; at < bytes.length; at += 1) bytes[at] = (at * 7919) & 255;
  return bytes;
}

const faultOf = (error: unknown) =>
  error instanceof AppError && error.code === 'MEDIA_UNSUPPORTED' ? error.details?.fault : error;

describe('a hostile or broken picture', () => {
  it.each(cases)('$name is read, or refused, in bounded memory', async ({ name, bytes, fault, facts }) => {
    studio.files.set(name, await bytes());
    const asset = assetOf(name);
    await media.original(asset);
    const before = highWater();
    const drawn = await media.thumbnail(asset, 256).catch(faultOf);
    if (fault === undefined) expect(drawn).toMatchObject({ mime_type: 'image/webp' });
    else expect(drawn).toBe(fault);
    const probed = await media.probe(asset).catch(faultOf);
    if (typeof facts === 'string') expect(probed).toBe(facts);
    else expect(probed).toMatchObject(facts);
    expect(highWater() - before).toBeLessThan(mostGrowth);
  });

  it('is told by its size alone when it is empty', async () => {
    const media = studio.open({ fetchOriginal: async () => ({ body: noBytes(), size: 0 }) });
    await expect(media.thumbnail(assetOf('empty.png'), 256)).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
  });
});

async function* noBytes(): AsyncGenerator<Uint8Array> {}

describe('a cut film or sound', () => {
  it('is damaged, or has the facts of its head', async () => {
    const films = { 'cut.webm': half(await webm()), 'none.mp4': Buffer.alloc(64), 'cut.flac': flac(7).subarray(0, 30) };
    for (const [name, bytes] of Object.entries(films)) {
      studio.files.set(name, bytes);
      const facts = await media.adopt(assetOf(name));
      expect(facts.bytes_size, name).toBe(bytes.length);
    }
  });
});

describe('facts of a very large file', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'large-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  /** A file whose rest is a hole of some gigabytes: reading it whole would show. */
  function large(name: string, head: Uint8Array): string {
    const path = join(dir, name);
    writeFileSync(path, head);
    truncateSync(path, 3 * 1024 ** 3);
    return path;
  }

  it.each([
    ['a.wav', () => wave(100_000), { duration_seconds: 100_000 }],
    ['a.flac', () => flac(7), { duration_seconds: 7 }],
  ] as const)('%s comes from its head', async (name, head, facts) => {
    const path = large(name, head().subarray(0, 4096));
    const before = bytesRead();
    expect(await containerFacts(path)).toMatchObject(facts);
    expect(bytesRead() - before).toBeLessThan(8 * 1024 ** 2);
  });

  it('picture comes from its head', async () => {
    const whole = png({ width: 9000, height: 9000, data: bomb(100, 100) });
    // The length of the pixels' chunk says that they go on to the end.
    whole.writeUInt32BE(2 ** 31 - 1, 33);
    const path = large('a.png', whole);
    const before = bytesRead();
    expect(await pictureFacts(path)).toMatchObject({ width: 9000, height: 9000, animated: false });
    expect(bytesRead() - before).toBeLessThan(8 * 1024 ** 2);
  });

  it('film whose index stands at the end is read in two places', async () => {
    const path = join(dir, 'a.mp4');
    const file = openSync(path, 'w');
    const size = 2 * 1024 ** 3;
    const film = Buffer.from(await mp4());
    const mdat = film.indexOf('mdat') - 4;
    const moov = film.indexOf('moov') - 4;
    const head = Buffer.from(film.subarray(0, mdat));
    writeSync(file, head);
    const box = Buffer.alloc(16);
    box.writeUInt32BE(1, 0);
    box.write('mdat', 4);
    box.writeBigUInt64BE(BigInt(size), 8);
    writeSync(file, box, 0, 16, mdat);
    writeSync(file, film.subarray(moov), 0, film.length - moov, mdat + size);
    closeSync(file);
    const before = bytesRead();
    expect(await containerFacts(path)).toMatchObject({ width: 320, height: 240, duration_seconds: 3 });
    expect(bytesRead() - before).toBeLessThan(8 * 1024 ** 2);
  });
});

/** Bytes this process has read so far, by any call; 0 where the system does not tell. */
function bytesRead(): number {
  try {
    return Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

describe('thumbnails', () => {
  /** The same thumbnail, made of all pixels of a picture. */
  async function fromWhole(bytes: Uint8Array): Promise<Buffer> {
    const { data, info } = await sharp(bytes).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const path = join(studio.dir, 'whole.png');
    writeFileSync(
      path,
      await sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 1 }).toBuffer(),
    );
    return Buffer.from(await thumbnailOf(path, 256));
  }

  it.each([1, 6])('of JPEG are decoded small already, turned %i', async (orientation) => {
    const bytes = await jpegOf(2048, orientation);
    const path = join(studio.dir, 'a.jpg');
    writeFileSync(path, bytes);
    // Decoding at an eighth and shrinking afterwards are different arithmetic: they can't agree to the last bit.
    expect(Buffer.compare(Buffer.from(await thumbnailOf(path, 256)), await fromWhole(bytes))).not.toBe(0);
  });

  it('of PNG are not, which shows that the measure measures', async () => {
    const bytes = await sharp(await jpegOf(2048, 1))
      .png()
      .toBuffer();
    const path = join(studio.dir, 'a.png');
    writeFileSync(path, bytes);
    expect(Buffer.compare(Buffer.from(await thumbnailOf(path, 256)), await fromWhole(bytes))).toBe(0);
  });
});
