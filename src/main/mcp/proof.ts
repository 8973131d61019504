/** How an endpoint proves that it belongs to the owner of a data directory, to whoever can read that directory. */
import { createHmac } from 'node:crypto';

/** Where it is asked: `/owner?nonce=…`. */
export const ownerPath = '/owner';
/** Where it is asked to give its data directory and its port to the desktop app. */
export const handoverPath = '/handover';

/** What a nonce may look like: enough that no answer of before fits, and no more. */
export const noncePattern = /^[\w-]{22,64}$/;

/**
 * The answer to a nonce. It says nothing of the secret, so it may be asked for by anybody, also by a program that is
 * not sure yet whom it speaks with.
 *
 * @param secret as `owner.json` in the data directory holds it
 */
export function proofOf(secret: string, nonce: string): string {
  return createHmac('sha256', secret).update(`owner:${nonce}`).digest('base64url');
}
