/** The manifest as a stream: a record at a time is written, a line at a time is read. */
import path from 'node:path';
import { AppError } from '../../shared/errors.js';
import { parseJson, stringifyJson } from '../../shared/exact-json.js';
import {
  type ManifestHeader,
  type ManifestRecord,
  manifestHeaderSchema,
  manifestVersion,
} from '../../shared/manifest.js';
import { type Disk, removeQuietly } from './disk.js';
import { invalidBackup } from './faults.js';
import type { Sink } from './sink.js';

export interface ManifestWriter {
  /** Where it is written, until it goes into the export. */
  readonly file: string;
  write(record: ManifestRecord): Promise<void>;
  end(): Promise<void>;
  remove(): Promise<void>;
}

/** Characters gathered before they are written. */
const gathered = 128 * 1024;

export async function createManifest(sink: Sink, disk: Disk, header: ManifestHeader): Promise<ManifestWriter> {
  const file = path.join(sink.scratch, '.manifest.part');
  const handle = await disk.create(file);
  let waiting = `${stringifyJson(header).slice(0, -1)},"records":[\n`;
  let first = true;
  const flush = async () => {
    const text = waiting;
    waiting = '';
    await handle.writeFile(text);
  };
  return {
    file,
    async write(record) {
      waiting += `${first ? '' : ',\n'}${stringifyJson(record)}`;
      first = false;
      if (waiting.length > gathered) await flush();
    },
    async end() {
      waiting += '\n]}\n';
      await flush();
      await handle.close();
    },
    async remove() {
      await handle.close();
      await removeQuietly(file);
    },
  };
}

/** Bytes of one record: a graph of hundreds of nodes with its history is a megabyte. */
export const longestLine = 64 * 1024 * 1024;

export interface Line {
  /** 1 for the first. */
  number: number;
  /** Undefined for one that is too long. */
  text: string | undefined;
}

/** Lines of a text in UTF-8, with bounded memory whatever comes. */
export async function* linesOf(body: AsyncIterable<Uint8Array>, longest = longestLine): AsyncGenerator<Line> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  let number = 1;
  const take = (piece: Uint8Array) => {
    length += piece.byteLength;
    if (length <= longest) pieces.push(piece);
    else pieces = [];
  };
  const line = (): Line => {
    const text = length <= longest ? Buffer.concat(pieces).toString('utf8') : undefined;
    const told = { number, text };
    pieces = [];
    length = 0;
    number += 1;
    return told;
  };
  for await (const chunk of body) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      take(chunk.subarray(start, end));
      yield line();
      start = end + 1;
    }
    if (start < chunk.byteLength) take(chunk.subarray(start));
  }
  if (length > 0) yield line();
}

/**
 * Reads the first line. `file` is what errors call it.
 *
 * @throws AppError BACKUP_INVALID for anything but a manifest, NOT_SUPPORTED for one of a newer program.
 */
export function headerOf(text: string | undefined, file: string): ManifestHeader {
  const [head = ''] = /^\{.*,"records":\[$/.exec(text?.trimEnd() ?? '') ?? [];
  const parsed = head === '' ? undefined : jsonOf(`${head}]}`);
  const header = manifestHeaderSchema.safeParse(parsed);
  if (!header.success) throw invalidBackup(file, 'is no backup or export of this app');
  if (header.data.version > manifestVersion) {
    throw new AppError('NOT_SUPPORTED', `${file} was written by a newer version of the app (${header.data.program}).`, {
      hint: 'Update the app, then restore it.',
      details: { version: header.data.version, newest_known: manifestVersion },
    });
  }
  return header.data;
}

/** The record on a line, unchecked; undefined when it holds none. */
export function valueOn(text: string): { value: unknown } | 'end' | undefined {
  const line = text.trim();
  if (line === ']}') return 'end';
  const value = jsonOf(line.replace(/,$/, ''));
  return value === undefined ? undefined : { value };
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    // The caller tells it in its own words.
    return undefined;
  }
}
