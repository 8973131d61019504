/** Where an export goes: a new folder, or one zip. Under its own name it is whole or not there. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { systemFiles } from '../files.js';
import { type Disk, finishAs, isFolder, makeFolderFor, removeQuietly } from './disk.js';

export interface Written {
  /** Bytes. */
  size: number;
  sha256: string;
}

export interface FileFacts {
  /** Path in the export, with `/`. */
  name: string;
  /** Milliseconds since the epoch. */
  modified_ms: number;
  /** Worth compressing: texts are, pictures, sounds and films are already. */
  compress: boolean;
}

export interface Sink {
  /** The place that was asked for, for errors. */
  readonly target: string;
  /** Temporary files of the export may lie here; it goes with the export. */
  readonly scratch: string;
  add(file: FileFacts, body: AsyncIterable<Uint8Array>): Promise<Written>;
  /** Gives the export its name. Answers it. */
  finish(): Promise<string>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** Counts and hashes what passes. */
function measured(body: AsyncIterable<Uint8Array>): { body: AsyncIterable<Uint8Array>; written(): Written } {
  const hash = createHash('sha256');
  let size = 0;
  async function* passing() {
    for await (const chunk of body) {
      hash.update(chunk);
      size += chunk.byteLength;
      yield chunk;
    }
  }
  return { body: passing(), written: () => ({ size, sha256: hash.digest('hex') }) };
}

/** A new folder inside `parent`, called `name` or, where there is one already, `name (2)`. */
export async function createFolderSink(parent: string, name: string, disk: Disk): Promise<Sink> {
  const unfinished = path.join(parent, `.${name}.${process.pid}-${Date.now().toString(36)}.part`);
  await mkdir(unfinished);
  const folders = new Set([unfinished]);
  return {
    target: parent,
    scratch: unfinished,
    async add({ name: file, modified_ms }, body) {
      const target = path.join(unfinished, ...file.split('/'));
      await makeFolderFor(target);
      folders.add(path.dirname(target));
      const { body: passing, written } = measured(body);
      const handle = await disk.create(target);
      try {
        for await (const chunk of passing) await handle.writeFile(chunk);
        const time = new Date(modified_ms);
        await handle.utimes(time, time);
        await handle.sync();
      } finally {
        await handle.close();
      }
      return written();
    },
    async finish() {
      for (const folder of folders) await systemFiles.syncDirectory(folder);
      const final = await freeName(parent, name);
      await finishAs(unfinished, final);
      return final;
    },
    abandon: () => removeQuietly(unfinished),
  };
}

async function freeName(parent: string, name: string): Promise<string> {
  let candidate = path.join(parent, name);
  for (let number = 2; (await isFolder(candidate)) !== undefined; number += 1) {
    candidate = path.join(parent, `${name} (${number})`);
  }
  return candidate;
}

/** A zip, which takes the place of the file that is there when it is whole. */
export async function createZipSink(file: string, disk: Disk): Promise<Sink> {
  const unfinished = `${file}.${process.pid}-${Date.now().toString(36)}.part`;
  const scratch = `${unfinished}.parts`;
  const handle = await disk.create(unfinished);
  await mkdir(scratch);
  const zip = new yazl.ZipFile();
  /** Whatever breaks, breaks the whole zip: who waits hears of it. */
  const broken = new AbortController();
  zip.on('error', (error: unknown) => broken.abort(error));
  const writing = pipeline(zip.outputStream, intoFile(handle), { end: true }).catch((error: unknown) => {
    broken.abort(error);
  });

  const orBroken = <T>(work: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      const onBroken = () => reject(broken.signal.reason);
      if (broken.signal.aborted) onBroken();
      broken.signal.addEventListener('abort', onBroken, { once: true });
      work.then(resolve, reject).finally(() => broken.signal.removeEventListener('abort', onBroken));
    });

  return {
    target: file,
    scratch,
    async add({ name, modified_ms, compress }, body) {
      broken.signal.throwIfAborted();
      const { body: passing, written } = measured(body);
      const stream = Readable.from(passing, { objectMode: false });
      zip.addReadStream(stream, name, { mtime: new Date(modified_ms), mode: 0o100644, compress });
      // The source's own error comes through here; yazl would not hear of it.
      await orBroken(once(stream, 'end'));
      return written();
    },
    async finish() {
      zip.end();
      await orBroken(writing);
      broken.signal.throwIfAborted();
      await handle.sync();
      await handle.close();
      await finishAs(unfinished, file);
      await removeQuietly(scratch);
      return file;
    },
    async abandon() {
      broken.abort(new Error('given up'));
      if (zip.outputStream instanceof Readable) zip.outputStream.destroy();
      await writing;
      await handle.close();
      await removeQuietly(scratch);
      await removeQuietly(unfinished);
    },
  };
}

/** Writes one chunk after the other; the handle stays open, for syncing. */
function intoFile(handle: FileHandle): Writable {
  return new Writable({
    highWaterMark: 1024 * 1024,
    write(chunk: Buffer, _encoding, done) {
      handle.writeFile(chunk).then(() => done(), done);
    },
  });
}
