/** Marks the fuse wire in an Electron binary (https://www.electronjs.org/docs/latest/tutorial/fuses). */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const VERSION_1 = 1;
const ON = '1'.charCodeAt(0);
const OFF = '0'.charCodeAt(0);

/** Positions on the version 1 wire, in the order of Electron's own `FuseV1Options`. */
export const Fuse = Object.freeze({
  runAsNode: 0,
  cookieEncryption: 1,
  nodeOptions: 2,
  nodeCliInspect: 3,
  asarIntegrity: 4,
  onlyLoadAppFromAsar: 5,
  browserProcessSnapshot: 6,
});

/**
 * Sets fuses of an Electron binary in place.
 *
 * @param {Buffer} binary the whole executable
 * @param {Partial<Record<keyof typeof Fuse, boolean>>} wanted
 * @throws {Error} when the binary has no version 1 fuse wire, or a fuse is not on it
 */
export function setFuses(binary, wanted) {
  const sentinelAt = binary.indexOf(SENTINEL);
  const versionAt = sentinelAt + SENTINEL.length;
  if (sentinelAt < 0 || binary[versionAt] !== VERSION_1) throw new Error('no version 1 fuse wire in this binary');
  const length = binary[versionAt + 1];
  for (const [name, on] of Object.entries(wanted)) {
    const position = Fuse[name];
    if (position === undefined || position >= length) throw new Error(`this binary has no fuse "${name}"`);
    binary[versionAt + 2 + position] = on ? ON : OFF;
  }
}
