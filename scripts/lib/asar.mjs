import { createHash } from 'node:crypto';

const INTEGRITY_BLOCK = 4 * 1024 * 1024;

/**
 * Makes an asar archive of a few small files, all at its top. The layout is Chromium's Pickle: two length-prefixed
 * records, the second of which is the JSON directory (https://github.com/electron/asar#format).
 *
 * @param {Record<string, string>} files name → text; each under 4 MiB, so that one integrity block covers it
 * @returns {Buffer}
 */
export function packAsar(files) {
  const directory = {};
  const contents = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const bytes = Buffer.from(text);
    if (bytes.length > INTEGRITY_BLOCK) throw new Error(`${name} is too large for this writer`);
    directory[name] = { size: bytes.length, offset: String(offset), integrity: integrityOf(bytes) };
    contents.push(bytes);
    offset += bytes.length;
  }
  return Buffer.concat([header(JSON.stringify({ files: directory })), ...contents]);
}

function integrityOf(bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { algorithm: 'SHA256', hash, blockSize: INTEGRITY_BLOCK, blocks: [hash] };
}

function header(directory) {
  const json = Buffer.from(directory);
  const padding = (4 - (json.length % 4)) % 4;
  const lengths = Buffer.alloc(16);
  lengths.writeUInt32LE(4, 0); // size of the first record's payload: one number
  lengths.writeUInt32LE(8 + json.length + padding, 4); // size of the second record
  lengths.writeUInt32LE(4 + json.length + padding, 8); // its payload
  lengths.writeUInt32LE(json.length, 12); // the string in it
  return Buffer.concat([lengths, json, Buffer.alloc(padding)]);
}
