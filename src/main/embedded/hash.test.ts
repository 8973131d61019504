import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fullHash, sampledHash } from './hash.js';
import { examine } from './read.js';
import { fileOf, fixtures, pngWith } from './testing.js';

const sha256 = (...parts: (string | Uint8Array)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};
const sample = 64 * 1024;

describe('the sampled hash', () => {
  it('is over all of a small file', async () => {
    for (const size of [0, 1, 3 * sample]) {
      const bytes = randomBytes(size);
      expect(await sampledHash(await fileOf(bytes), size)).toBe(sha256(`${size}\n`, bytes));
    }
  });

  it('is over the size and three samples of a large one', async () => {
    const bytes = randomBytes(1_000_001);
    const middle = Math.floor((bytes.length - sample) / 2);
    expect(await sampledHash(await fileOf(bytes), bytes.length)).toBe(
      sha256(
        `${bytes.length}\n`,
        bytes.subarray(0, sample),
        bytes.subarray(middle, middle + sample),
        bytes.subarray(bytes.length - sample),
      ),
    );
  });

  it('comes along when a file is examined', async () => {
    const file = await fileOf(await pngWith([]));
    const { size, sampled_hash } = await examine(file);
    expect(sampled_hash).toBe(await sampledHash(file, size));
  });
});

describe('the full hash', () => {
  it('is over every byte', async () => {
    for (const size of [0, 5, 2 ** 20, 2 ** 21 + 7]) {
      const bytes = randomBytes(size);
      expect(await fullHash(await fileOf(bytes))).toBe(sha256(bytes));
    }
  });

  it('ends when nobody wants it any longer', async () => {
    const file = await fileOf(randomBytes(100));
    const reason = new Error('enough');
    await expect(fullHash(file, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('tells of files that are not there', async () => {
    await expect(fullHash('/nowhere/file')).rejects.toMatchObject({ code: 'MEDIA_UNAVAILABLE' });
    await expect(sampledHash(fixtures, 10)).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
  });
});
