/**
 * A folder that the program watches, in which somebody works: pictures come, are written over, copied, moved, damaged and
 * deleted. The engine's own output folder is linked into it, so that files are found before their jobs are known to have
 * ended, and after.
 */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import type { Random } from './random.js';

/** Name of the link to the engine's results. */
export const engineLink = 'engine';

export interface ImportFolder {
  root: string;
  /** Does one thing to the folder. */
  change(): Promise<void>;
}

const changes = [
  'add',
  'add',
  'add',
  'copy',
  'copy',
  'overwrite',
  'overwrite with a copy',
  'move',
  'move',
  'remove',
  'touch',
  'damage',
] as const;

/** Larger files are compared whole, which needs both of them: a renamed one is another asset, and its copies with it. */
const comparedBySamples = 3 * 64 * 1024;

export function createImportFolder(root: string, engineOutput: string, random: Random): ImportFolder {
  let count = 0;
  fs.mkdirSync(path.join(root, 'deep', 'er'), { recursive: true });
  fs.mkdirSync(engineOutput, { recursive: true });
  fs.symlinkSync(engineOutput, path.join(root, engineLink));

  const folders = ['', 'deep', path.join('deep', 'er')] as const;
  const newName = (extension: string) => {
    count += 1;
    return path.join(root, random.pick(folders), `picture ${count}${extension}`);
  };
  const own = () =>
    mediaBelow(root)
      .filter((file) => !file.startsWith(engineLink + path.sep))
      .map((file) => path.join(root, file));
  const some = () => {
    const [first, ...more] = own();
    return first === undefined ? undefined : random.pick([first, ...more]);
  };
  /** Half of what comes is young enough to be still written to. */
  const date = (file: string) => {
    const time = random.next() < 0.5 ? Date.now() : Date.UTC(2024, 0, 1) + count * 1000;
    fs.utimesSync(file, time / 1000, time / 1000);
  };
  const write = (file: string, bytes: Uint8Array) => {
    count += 1;
    fs.writeFileSync(file, bytes);
    date(file);
  };
  const isSmall = (file: string) => fs.statSync(file).size <= comparedBySamples;

  async function change(): Promise<void> {
    const kind = random.pick(changes);
    const file = some();
    const other = some();
    if (kind === 'add' || file === undefined || other === undefined) {
      const [extension, bytes] = await picture(count, random);
      write(newName(extension), bytes);
    } else if (kind === 'copy') write(newName(path.extname(file)), fs.readFileSync(file));
    else if (kind === 'overwrite') write(file, (await picture(count, random, path.extname(file)))[1]);
    else if (kind === 'overwrite with a copy') write(file, fs.readFileSync(other));
    else if (kind === 'move' && isSmall(file)) fs.renameSync(file, newName(path.extname(file)));
    else if (kind === 'touch' && isSmall(file)) date(file);
    else if (kind === 'remove') fs.rmSync(file);
    else if (kind === 'damage') write(random.next() < 0.5 ? file : newName('.png'), await damaged(count, random));
  }

  return { root, change };
}

/** Media files below a folder, also behind links, relative to it. */
export function mediaBelow(root: string): string[] {
  return fs
    .readdirSync(root)
    .flatMap((name) => {
      const file = path.join(root, name);
      if (fs.statSync(file).isDirectory()) return mediaBelow(file).map((below) => path.join(name, below));
      return /\.(png|webp)$/.test(name) ? [name] : [];
    })
    .sort();
}

/** A picture that is like no other, with the graph it was "made" with, as ComfyUI writes it. */
async function picture(number: number, random: Random, wanted?: string): Promise<[string, Buffer]> {
  const extension = wanted ?? random.pick(['.png', '.png', '.webp']);
  const side = random.next() < 0.15 ? 300 : 24;
  const pixels = sharp(randomBytes(side * side * 3), { raw: { width: side, height: side, channels: 3 } });
  const graph = JSON.stringify({
    1: { class_type: 'CLIPTextEncode', inputs: { text: `field number ${number}`, clip: ['2', 1] } },
    2: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: `painter-${number % 5}.safetensors` } },
  });
  if (extension === '.webp') {
    const bytes = await pixels
      .withExif({ IFD0: { Model: `prompt:${graph}` } })
      .webp({ lossless: true })
      .toBuffer();
    return [extension, bytes];
  }
  return ['.png', withText(await pixels.png().toBuffer(), 'prompt', graph)];
}

/** One that ends in the middle, or that is none. */
async function damaged(number: number, random: Random): Promise<Buffer> {
  if (random.next() < 0.5) return randomBytes(2000);
  const [, bytes] = await picture(number, random, '.png');
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

function withText(png: Buffer, keyword: string, text: string): Buffer {
  const headerEnd = 8 + 25;
  const body = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1');
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(body.length - 4, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([
    png.subarray(0, headerEnd),
    frame.subarray(0, 4),
    body,
    frame.subarray(4),
    png.subarray(headerEnd),
  ]);
}
