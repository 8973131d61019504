/** What an export is read from: a folder with a manifest, or a zip. Nothing in it is written under a name of its own. */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { AppError } from '../../shared/errors.js';
import { manifestName } from '../../shared/manifest.js';
import type { Disk, Source } from './disk.js';
import { invalidBackup, reasonOf } from './faults.js';

export interface ArchivedFile {
  /** Bytes it promises; another number is an error while it is read. */
  size: number;
  open(): Promise<Source>;
}

export interface Archive {
  /** Undefined when there is no such file, or it lies outside. `name` is a path with `/`. */
  file(name: string): Promise<ArchivedFile | undefined>;
  close(): void;
}

/** The files of an archive in memory: a million of them take some hundred megabytes, more are no library. */
const mostEntries = 2_000_000;
/** Above so many bytes, what is packed that much smaller is no media file and no manifest, but made to fill disks. */
const suspicious = { bytes: 64 * 1024 * 1024, ratio: 500 };

/**
 * Opens a zip, a folder, or the manifest in a folder.
 *
 * @throws AppError BACKUP_INVALID for what is neither.
 */
export async function openArchive(place: string, disk: Disk): Promise<Archive> {
  const facts = await stat(place).catch((error: unknown) => {
    throw invalidBackup(place, `can't be opened: ${reasonOf(error)}`, error);
  });
  if (facts.isDirectory()) return openFolder(place, disk);
  if (path.basename(place) === manifestName) return openFolder(path.dirname(place), disk);
  return openZip(place, facts.size);
}

async function openFolder(folder: string, disk: Disk): Promise<Archive> {
  const root = await realpath(folder);
  return {
    async file(name) {
      const wanted = path.resolve(root, ...name.split('/'));
      const real = await realpath(wanted).catch(() => undefined);
      // Also a link that leads out of the folder.
      if (real === undefined || !real.startsWith(root + path.sep)) return undefined;
      const facts = await stat(real);
      return facts.isFile() ? { size: facts.size, open: () => disk.open(real) } : undefined;
    },
    close() {},
  };
}

async function openZip(file: string, fileSize: number): Promise<Archive> {
  let zip: yauzl.ZipFile;
  try {
    zip = await yauzl.openPromise(file, { autoClose: false, strictFileNames: true });
  } catch (error) {
    throw invalidBackup(file, `is no whole zip: ${reasonOf(error)}`, error);
  }
  try {
    const entries = await entriesOf(zip, file, fileSize);
    return {
      async file(name) {
        const entry = entries.get(name);
        return entry && { size: entry.uncompressedSize, open: () => openEntry(zip, entry, name) };
      },
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error instanceof AppError ? error : invalidBackup(file, `is no whole zip: ${reasonOf(error)}`, error);
  }
}

async function entriesOf(zip: yauzl.ZipFile, file: string, fileSize: number): Promise<Map<string, yauzl.Entry>> {
  if (zip.entryCount > mostEntries) throw invalidBackup(file, 'holds more files than a library can have');
  const entries = new Map<string, yauzl.Entry>();
  let packed = 0;
  // Names that lead out of the archive end this with an error.
  for await (const entry of zip.eachEntry()) {
    packed += entry.compressedSize;
    // Entries that share their bytes are how small zips promise enormous contents.
    if (packed > fileSize) throw invalidBackup(file, 'promises more than it can hold');
    const { uncompressedSize, compressedSize } = entry;
    if (uncompressedSize > suspicious.bytes && uncompressedSize > suspicious.ratio * compressedSize) {
      throw invalidBackup(file, `is made to fill disks: ${entry.fileName}`);
    }
    entries.set(entry.fileName, slim(entry));
  }
  return entries;
}

/** An entry with what reading it needs. */
function slim(entry: yauzl.Entry): yauzl.Entry {
  const {
    compressedSize,
    uncompressedSize,
    compressionMethod,
    crc32: sum,
    generalPurposeBitFlag,
    relativeOffsetOfLocalHeader,
  } = entry;
  return Object.assign(new yauzl.Entry(), {
    compressedSize,
    uncompressedSize,
    compressionMethod,
    crc32: sum,
    generalPurposeBitFlag,
    relativeOffsetOfLocalHeader,
  });
}

async function openEntry(zip: yauzl.ZipFile, entry: yauzl.Entry, name: string): Promise<Source> {
  const stream = await zip.openReadStreamPromise(entry);
  async function* checked() {
    let sum = 0;
    for await (const chunk of stream) {
      if (!(chunk instanceof Uint8Array)) throw new Error('no bytes');
      sum = crc32(chunk, sum);
      yield chunk;
    }
    if (sum !== entry.crc32) throw new Error(`the checksum of ${name} is wrong`);
  }
  return {
    body: checked(),
    close: async () => {
      stream.destroy();
    },
  };
}
