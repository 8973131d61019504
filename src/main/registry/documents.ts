/** Graphs and histories as stored: JSON with exact integers (seeds go up to 2^64), compressed with Brotli at a quality that takes about 2 ms for a megabyte. */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import { parseJson, stringifyJson } from '../../shared/exact-json.js';

/** Above this many bytes speed counts more than size: the event loop must not wait. */
const large = 1 << 20;

export function packDocument(document: unknown): Uint8Array {
  const bytes = Buffer.from(stringifyJson(document));
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: bytes.length > large ? 1 : 4,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

/** The parsed JSON; throws when the bytes are no such document. */
export function unpackDocument(bytes: Uint8Array): unknown {
  return parseJson(brotliDecompressSync(bytes).toString('utf8'));
}
