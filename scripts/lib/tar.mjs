const BLOCK = 512;

/**
 * Walks an uncompressed tar archive held in memory. Names longer than 100 characters are not joined: npm packages of
 * the kind read here have none.
 *
 * @param {Buffer} tar
 * @returns {Generator<{ name: string, bytes: Buffer }>} views into `tar`, not copies.
 * @throws {Error} when a header carries no readable size or an entry is cut short.
 */
export function* tarEntries(tar) {
  // Two empty blocks end the archive; an empty name is enough to see them.
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0; ) {
    const name = tar.toString('utf8', at, at + 100).split('\0', 1)[0];
    const size = Number.parseInt(tar.toString('latin1', at + 124, at + 136), 8);
    const start = at + BLOCK;
    if (!Number.isFinite(size) || start + size > tar.length) throw new Error('damaged tar archive');
    yield { name, bytes: tar.subarray(start, start + size) };
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}
