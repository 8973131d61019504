/** Looks through a whole cache folder: 200,000 files are seconds of work, which belong in a thread. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

/** Files in the order of their use, oldest first; in columns, because they travel between threads. */
export interface StoredFiles {
  /** Names of files, one in each line. */
  names: string;
  /** Bytes. */
  sizes: Float64Array;
  /** When they were used last, milliseconds since the epoch: the time written to the file. */
  used: Float64Array;
}

/** Milliseconds between folders: nobody waits for it, and where cores are few somebody else could have this one. */
const restMs = 20;
/** Fewer files are looked through at once. */
const restAfter = 2000;

/** Every file in the fan-out folders of `dir`; none when it is not there. What vanishes meanwhile is left out. */
export async function storedFiles(dir: string): Promise<StoredFiles> {
  const found: { name: string; size: number; used: number }[] = [];
  for (const folder of namesIn(dir)) {
    for (const name of namesIn(join(dir, folder))) {
      const facts = statSync(join(dir, folder, name), { throwIfNoEntry: false });
      if (facts?.isFile() === true) found.push({ name, size: facts.size, used: facts.mtimeMs });
    }
    if (found.length > restAfter) await setTimeout(restMs);
  }
  found.sort((a, b) => a.used - b.used);
  return {
    names: found.map(({ name }) => name).join('\n'),
    sizes: Float64Array.from(found, ({ size }) => size),
    used: Float64Array.from(found, ({ used }) => used),
  };
}

function namesIn(folder: string): string[] {
  const facts = statSync(folder, { throwIfNoEntry: false });
  return facts?.isDirectory() === true ? readdirSync(folder) : [];
}
