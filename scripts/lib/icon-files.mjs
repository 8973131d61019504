/**
 * A Windows icon file: a directory of 16 bytes per picture, then the pictures as PNG (allowed since Vista).
 *
 * @param {{ size: number, png: Buffer }[]} pictures edges of at most 256 pixels
 * @returns {Buffer}
 */
export function packIco(pictures) {
  const directory = Buffer.alloc(6 + 16 * pictures.length);
  directory.writeUInt16LE(1, 2); // type: icon
  directory.writeUInt16LE(pictures.length, 4);
  let offset = directory.length;
  pictures.forEach(({ size, png }, index) => {
    const at = 6 + 16 * index;
    directory.writeUInt8(size % 256, at); // 0 stands for 256
    directory.writeUInt8(size % 256, at + 1);
    directory.writeUInt16LE(1, at + 4); // colour planes
    directory.writeUInt16LE(32, at + 6); // bits per pixel
    directory.writeUInt32LE(png.length, at + 8);
    directory.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([directory, ...pictures.map(({ png }) => png)]);
}

/**
 * An Apple icon file: chunks of a four-letter type, their length with this header, and a PNG.
 *
 * @param {{ type: string, png: Buffer }[]} chunks
 * @returns {Buffer}
 */
export function packIcns(chunks) {
  const parts = chunks.map(({ type, png }) => Buffer.concat([chunkHeader(type, png.length), png]));
  const body = Buffer.concat(parts);
  return Buffer.concat([chunkHeader('icns', body.length), body]);
}

function chunkHeader(type, length) {
  const header = Buffer.alloc(8);
  header.write(type, 'latin1');
  header.writeUInt32BE(8 + length, 4);
  return header;
}
