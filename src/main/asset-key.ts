import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { errorText, unwritable } from './registry/index.js';

/** Bytes of the key that signs asset addresses. */
const assetKeyBytes = 32;

/** The key that signs asset addresses; made at the first start, readable by the user only. A cut-off one is made anew. */
export function readAssetKey(file: string): Buffer {
  try {
    return readOrMakeKey(file);
  } catch (error) {
    throw unwritable(file, errorText(error), error);
  }
}

function readOrMakeKey(file: string): Buffer {
  const kept = existsSync(file) ? readFileSync(file) : undefined;
  if (kept?.length === assetKeyBytes) return kept;
  const fresh = randomBytes(assetKeyBytes);
  writeFileSync(file, fresh, { mode: 0o600 });
  return fresh;
}
