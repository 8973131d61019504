import zlib from 'node:zlib';

/**
 * Makes a zip archive for tests. Extra fields differ between local headers and the directory, as real tools write them.
 *
 * @param {{ name: string, bytes: Buffer, stored?: boolean }[]} entries
 * @param {string} [comment]
 */
export function makeZip(entries, comment = '') {
  const locals = [];
  const directory = [];
  let offset = 0;
  for (const { name, bytes, stored = false } of entries) {
    const packed = stored ? bytes : zlib.deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    const localExtra = Buffer.alloc(6);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(nameBytes.length, 26);
    local.writeUInt16LE(localExtra.length, 28);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(stored ? 0 : 8, 10);
    entry.writeUInt32LE(zlib.crc32(bytes), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(bytes.length, 24);
    entry.writeUInt16LE(nameBytes.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, nameBytes, localExtra, packed);
    directory.push(entry, nameBytes);
    offset += local.length + nameBytes.length + localExtra.length + packed.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, directoryBytes, end, Buffer.from(comment)]);
}

/** Makes an uncompressed tar archive for tests. */
export function makeTar(entries) {
  const parts = entries.map(({ name, bytes }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
    return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** A stand-in for an Electron binary: some code, then a version 1 fuse wire with every fuse off but `runAsNode`. */
export function makeBinary(wire = '10000000') {
  const head = 'code dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
  return Buffer.concat([Buffer.from(head), Buffer.from([1, wire.length]), Buffer.from(`${wire} more code`)]);
}
