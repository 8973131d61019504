/** Zips as they come from a broken disk, or from somebody who means ill. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import yazl from 'yazl';
import { openArchive } from './archive.js';
import { realDisk } from './disk.js';
import { createZipSink } from './sink.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'archive-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const place = () => path.join(dir, 'x.zip');

/** A zip of these files, changed by hand. */
async function zipOf(files: Record<string, Buffer>, compress = false, change = (bytes: Buffer) => bytes) {
  const zip = new yazl.ZipFile();
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(bytes, name, { compress });
  zip.end();
  writeFileSync(place(), change(await buffer(zip.outputStream)));
}

async function read(name: string): Promise<Buffer> {
  const archive = await openArchive(place(), realDisk);
  try {
    const file = await archive.file(name);
    if (file === undefined) throw new Error('not there');
    const source = await file.open();
    const chunks: Uint8Array[] = [];
    for await (const chunk of source.body) chunks.push(chunk);
    await source.close();
    return Buffer.concat(chunks);
  } finally {
    archive.close();
  }
}

/** Where each file begins in the table at the end of the zip. */
function centralEntry(bytes: Buffer): number {
  return bytes.indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
}

const refused = (why: RegExp) =>
  expect.objectContaining({ code: 'BACKUP_INVALID', message: expect.stringMatching(why) });

describe('a zip', () => {
  it.each([true, false])('is read, compressed or not: %s', async (compress) => {
    const bytes = Buffer.from('some words '.repeat(10_000));
    await zipOf({ 'für später.txt': bytes, 'b.txt': Buffer.from('b') }, compress);
    expect((await read('für später.txt')).equals(bytes)).toBe(true);
    await expect(read('c.txt')).rejects.toThrow('not there');
  });

  it.each([
    ['../', /relative path/],
    ['/ab', /absolute path/],
    ['C:/', /absolute path/],
    ['..\\', /characters|relative/],
  ])('whose names lead out of it is refused: %s', async (start, why) => {
    await zipOf({ 'aaa/x.txt': Buffer.from('x'), 'b.txt': Buffer.from('b') }, false, (bytes) =>
      Buffer.from(bytes.toString('latin1').replaceAll('aaa/', start.padEnd(4, 'x')).replaceAll('aaa', start), 'latin1'),
    );
    await expect(read('b.txt')).rejects.toEqual(refused(why));
  });

  it('with a changed byte is told when the file is read', async () => {
    await zipOf({ 'a.txt': Buffer.from('original') }, false, (bytes) => {
      bytes[bytes.indexOf('original')] = 0x4f;
      return bytes;
    });
    await expect(read('a.txt')).rejects.toThrow('checksum of a.txt is wrong');
  });

  it('that was cut off is refused', async () => {
    await zipOf({ 'a.txt': Buffer.alloc(1000) }, false, (bytes) => bytes.subarray(0, 500));
    await expect(read('a.txt')).rejects.toEqual(refused(/no whole zip/));
  });

  it('that promises more than it holds is refused', async () => {
    await zipOf({ 'a.txt': Buffer.from('a'), 'b.txt': Buffer.from('b') }, true, (bytes) => {
      bytes.writeUInt32LE(10_000_000, centralEntry(bytes) + 20);
      return bytes;
    });
    await expect(read('a.txt')).rejects.toEqual(refused(/more than it can hold/));
  });

  it('that holds more than it says is told when the file is read', async () => {
    await zipOf({ 'a.txt': Buffer.alloc(5000) }, true, (bytes) => {
      bytes.writeUInt32LE(10, centralEntry(bytes) + 24);
      return bytes;
    });
    await expect(read('a.txt')).rejects.toThrow(/too many bytes/);
  });

  it('that is made to fill disks is refused', async () => {
    await zipOf({ 'a.txt': Buffer.alloc(80_000_000) }, true);
    await expect(read('a.txt')).rejects.toEqual(refused(/fill disks/));
  });
});

it('keeps to its folder, also where a link leads out', async () => {
  writeFileSync(path.join(dir, 'secret'), 'x');
  const folder = path.join(dir, 'export');
  mkdirSync(path.join(folder, 'files'), { recursive: true });
  writeFileSync(path.join(folder, 'files', 'a.png'), 'a');
  symlinkSync(path.join(dir, 'secret'), path.join(folder, 'link.png'));
  const archive = await openArchive(folder, realDisk);
  expect(await archive.file('files/a.png')).toMatchObject({ size: 1 });
  for (const name of ['../secret', 'link.png', 'files', 'files/../../secret', path.join(dir, 'secret'), '', 'none']) {
    expect(await archive.file(name), name).toBeUndefined();
  }
});

it('stores files as they are, under their own names', async () => {
  const sink = await createZipSink(place(), realDisk);
  async function* body() {
    yield Buffer.from('one ');
    yield Buffer.from('two');
  }
  const file = { name: 'a/ü.txt', modified_ms: Date.UTC(2025, 0, 2), compress: false };
  expect(await sink.add(file, body())).toMatchObject({ size: 7, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  await sink.finish();
  expect(String(await read('a/ü.txt'))).toBe('one two');
  // Stored as it is.
  expect(readFileSync(place()).includes('one two')).toBe(true);
});

it('hears of a source that fails halfway, and leaves nothing behind', async () => {
  const sink = await createZipSink(place(), realDisk);
  async function* body() {
    yield Buffer.alloc(100_000);
    throw new Error('the disk is gone');
  }
  const file = { name: 'a', modified_ms: 0, compress: false };
  await expect(sink.add(file, body())).rejects.toThrow('the disk is gone');
  await sink.abandon();
  await expect(read('a')).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
});
