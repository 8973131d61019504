/** Vorbis comments, which FLAC and Ogg share: a vendor, then `name=value` any number of times, lengths little endian. */
import { Unreadable } from './byte-file.js';
import type { Findings } from './findings.js';
import { textOf } from './text.js';

const maxComments = 10_000;

export function addVorbisComments(block: Buffer, findings: Findings): void {
  let at = 0;
  const number = () => {
    if (at + 4 > block.length) throw new Unreadable('The comments of the file end too early.');
    at += 4;
    return block.readUInt32LE(at - 4);
  };
  const bytes = () => {
    const length = number();
    if (at + length > block.length) throw new Unreadable('The comments of the file end too early.');
    at += length;
    return block.subarray(at - length, at);
  };
  bytes();
  const count = Math.min(number(), maxComments);
  for (let index = 0; index < count; index += 1) {
    const comment = bytes();
    const equals = comment.indexOf('=');
    if (equals > 0) findings.named(comment.toString('latin1', 0, equals), textOf(comment.subarray(equals + 1)));
  }
}
