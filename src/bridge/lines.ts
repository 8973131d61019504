/** Bytes cut into lines, wherever the pieces end: a character of several bytes is never torn apart. */

export interface LineReader {
  push(bytes: Buffer): void;
}

const newline = 0x0a;

/**
 * Tells each line without its end; empty ones are left out.
 *
 * @param limit bytes of the longest line; of a longer one only its length is told, and it is not kept
 */
export function createLineReader({
  limit,
  onLine,
  onTooLong,
}: {
  limit: number;
  onLine: (line: string) => void;
  onTooLong: (bytes: number) => void;
}): LineReader {
  let pieces: Buffer[] = [];
  let length = 0;

  const add = (piece: Buffer) => {
    length += piece.length;
    if (length <= limit) pieces.push(piece);
    else pieces = [];
  };
  const end = () => {
    const line = length <= limit ? Buffer.concat(pieces).toString('utf8').trim() : '';
    const tooLong = length > limit ? length : 0;
    pieces = [];
    length = 0;
    if (tooLong > 0) onTooLong(tooLong);
    else if (line !== '') onLine(line);
  };

  return {
    push(bytes) {
      let start = 0;
      for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, start)) {
        add(bytes.subarray(start, at));
        end();
        start = at + 1;
      }
      if (start < bytes.length) add(bytes.subarray(start));
    },
  };
}
