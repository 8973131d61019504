/** Builds the program that empties the bin: the endpoint offers that to nobody, and the window is no program to kill. */
import fs from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { root } from '../launch.js';

export interface BinScript {
  file: string;
  args: string[];
  remove(): void;
}

export async function buildBinScript(): Promise<BinScript> {
  // Beside the packages, where it finds the native ones.
  const folder = fs.mkdtempSync(path.join(root, 'node_modules', '.bin-program-'));
  await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      target: 'node20.18',
      ssr: path.join(import.meta.dirname, 'bin-program.ts'),
      outDir: folder,
      rollupOptions: { output: { entryFileNames: 'bin-program.mjs' } },
    },
  });
  return {
    file: path.join(folder, 'bin-program.mjs'),
    args: [root],
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}
