import zlib from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * Walks the central directory of a zip archive held in memory. Zip64 is not read: archives are under 4 GiB here.
 *
 * @param {Buffer} zip
 * @returns {Generator<{ name: string, read: () => Buffer }>} `read` unpacks the entry and checks its CRC-32.
 * @throws {Error} when the buffer is no zip archive; `read` throws on a damaged entry or an unknown method.
 */
export function* zipEntries(zip) {
  const end = findEnd(zip);
  let position = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(position) !== DIRECTORY_ENTRY) throw new Error('damaged zip archive: bad directory entry');
    const nameLength = zip.readUInt16LE(position + 28);
    const name = zip.toString('utf8', position + 46, position + 46 + nameLength);
    const entry = {
      name,
      method: zip.readUInt16LE(position + 10),
      crc: zip.readUInt32LE(position + 16),
      packedSize: zip.readUInt32LE(position + 20),
      headerAt: zip.readUInt32LE(position + 42),
    };
    yield { name, read: () => readEntry(zip, entry) };
    position += 46 + nameLength + zip.readUInt16LE(position + 30) + zip.readUInt16LE(position + 32);
  }
}

/** The end record is the last thing in the file but for a comment of up to 64 KiB: search backwards. */
function findEnd(zip) {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 0xffff); at--) {
    if (zip.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  throw new Error('not a zip archive');
}

function readEntry(zip, { name, method, crc, packedSize, headerAt }) {
  // The local header has its own name and extra lengths, which may differ from the directory's.
  const dataAt = headerAt + 30 + zip.readUInt16LE(headerAt + 26) + zip.readUInt16LE(headerAt + 28);
  const packed = zip.subarray(dataAt, dataAt + packedSize);
  if (method !== STORED && method !== DEFLATED) throw new Error(`${name}: unknown compression method ${method}`);
  const bytes = method === STORED ? packed : zlib.inflateRawSync(packed);
  if (zlib.crc32(bytes) !== crc) throw new Error(`${name}: damaged, its CRC does not match`);
  return bytes;
}
