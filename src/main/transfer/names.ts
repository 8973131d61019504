/** Names for exported files: those the assets have, made fit for every system, each once. Pure. */

/** Bytes of a name in UTF-8. Most file systems allow 255; this leaves room for ` (2)` and temporary endings. */
const longestName = 200;

/** What Windows refuses, control characters, and characters that turn the direction of what follows. */
const unfit = /[<>:"/\\|?*\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;
/** Devices of Windows, with any ending. */
const reserved = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])$/i;

/** The nearest name that Linux, macOS and Windows can store. */
export function safeName(filename: string): string {
  // Halves of characters become U+FFFD.
  const whole = Buffer.from(filename)
    .toString('utf8')
    .replace(unfit, '_')
    .replace(/[. ]+$/, '');
  const { stem, ending } = split(whole);
  const name = reserved.test(stem.split('.')[0]?.trimEnd() ?? '') ? `_${stem}` : stem;
  return `${cut(name, longestName - Buffer.byteLength(ending)) || 'unnamed'}${ending}`;
}

export interface Names {
  /** A path in the export that no other file has, whatever the case of its letters. `folder` is empty or ends with `/`. */
  take(folder: string, filename: string): string;
}

export function createNames(taken: readonly string[] = []): Names {
  const used = new Set(taken.map(keyOf));
  /** Where the search for a free number begins: a thousand files of one name are not a million tries. */
  const next = new Map<string, number>();
  return {
    take(folder, filename) {
      const name = safeName(filename);
      const { stem, ending } = split(name);
      let path = folder + name;
      const start = keyOf(path);
      for (let number = next.get(start) ?? 2; used.has(keyOf(path)); number += 1) {
        path = `${folder}${stem} (${number})${ending}`;
        next.set(start, number + 1);
      }
      used.add(keyOf(path));
      return path;
    },
  };
}

/** File systems differ in whether case and composition of letters count. */
function keyOf(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function split(name: string): { stem: string; ending: string } {
  const [, stem = name, ending = ''] = /^(.+?)(\.[^. ]{1,16})?$/su.exec(name) ?? [];
  return { stem, ending };
}

/** At most so many bytes, and no half characters. */
function cut(text: string, bytes: number): string {
  let left = bytes;
  let kept = '';
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    kept += character;
  }
  return kept.trimEnd();
}
