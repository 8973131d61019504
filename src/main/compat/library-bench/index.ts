/**
 * The parts of `npm run bench:library`, each in a process of its own, so that memory is that of one library:
 * `generate FILE ROWS SEED` writes one; `measure FILE` opens it as the program does and prints what was measured as JSON.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateLibrary } from './generate.js';
import { measureLibrary } from './measure.js';

const [task, file = '', rows = '0', seed = '1'] = process.argv.slice(2);
const readerScript = join(fileURLToPath(new URL('.', import.meta.url)), 'reader-thread.js');

if (task === 'generate') {
  generateLibrary({
    file,
    rows: Number(rows),
    seed: Number(seed),
    now: Date.now(),
    onProgress: (done) => process.stderr.write(`\r${done} of ${rows} assets`),
  });
  process.stderr.write('\n');
} else if (task === 'measure') {
  process.stdout.write(`${JSON.stringify(await measureLibrary({ file, readerScript }))}\n`);
} else {
  process.stderr.write('Usage: library-bench generate FILE ROWS SEED | measure FILE\n');
  process.exitCode = 2;
}
