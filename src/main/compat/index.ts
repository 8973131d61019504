/**
 * `npm run compat -- --comfyui-url URL [--label NAME] [--header 'Name: value'] [--models-dir FOLDER] [--out FILE]`: checks a ComfyUI server with the app's own
 * client and writes docs/COMPATIBILITY.md. Ends with 1 when a check failed. `--models-dir` is the models folder of a server
 * that serves tests only: for every model that a bundled workflow names and the server lacks, an empty file is made there
 * for as long as its graph is checked. Without it nothing is written there.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../../shared/errors.js';
import { createLogger, systemClock } from '../system.js';
import { updatePage } from './report.js';
import { checkServer } from './run.js';

const usage =
  "npm run compat -- --comfyui-url URL [--label NAME] [--header 'Name: value'] [--models-dir FOLDER] [--out FILE]";

function readArguments() {
  try {
    return parseArgs({
      options: {
        'comfyui-url': { type: 'string', default: process.env.COMFYUI_URL ?? 'http://127.0.0.1:8188' },
        label: { type: 'string' },
        header: { type: 'string', multiple: true, default: [] },
        'models-dir': { type: 'string' },
        out: { type: 'string', default: 'docs/COMPATIBILITY.md' },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nUsage: ${usage}\n`);
    process.exit(2);
  }
}

const values = readArguments();
const headers = Object.fromEntries(
  values.header.map((line) => {
    const [name = '', ...rest] = line.split(':');
    return [name.trim(), rest.join(':').trim()];
  }),
);

try {
  const report = await checkServer({
    baseUrl: values['comfyui-url'],
    headers,
    label: values.label,
    modelsDir: values['models-dir'],
    clock: systemClock,
    logger: createLogger({ level: 'warn', name: 'compat' }),
    onResult: ({ title, outcome, observed, differs }) => {
      const remarks = [...observed, ...differs.map((text) => `differs: ${text}`)];
      process.stdout.write(`${outcome.padEnd(8)} ${title}\n${remarks.map((text) => `         ${text}\n`).join('')}`);
    },
  });
  const page = await readFile(values.out, 'utf8').catch(() => undefined); // the first report makes the page
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(values.out, updatePage(page, report));
  process.stdout.write(`\n${report.label}: written to ${values.out}\n`);
  process.exitCode = report.results.some((result) => result.outcome === 'failed') ? 1 : 0;
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  process.stderr.write(`${error.message}\n${error.hint ?? ''}\n`);
  process.exitCode = 1;
}
