/**
 * The one way to sharp. On Linux its own loading is not enough inside Electron: Electron links the system's GLib, sharp's
 * libvips carries another one, and the few GLib functions that sharp's binding asks for are then found in the system's.
 * Objects of one are counted by the other, and sooner or later the process dies (electron/electron#46323). So the binding
 * is made to look into libvips first. libvips itself must be there before: told the same it would also take the C
 * library's allocator instead of Electron's, and free with one what the other gave.
 */
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

type SharpModule = typeof import('sharp').default;

// Not named `require`: the build puts a shim of that name into every chunk.
const fromHere = createRequire(import.meta.url);

function load(): SharpModule {
  // Only Electron brings a GLib of its own, and only glibc's loader can be told where to look first.
  const { RTLD_DEEPBIND, RTLD_NOW } = os.constants.dlopen;
  if (!process.versions.electron || process.platform !== 'linux' || RTLD_DEEPBIND === undefined)
    return fromHere('sharp');
  keepLibvips(RTLD_NOW);
  const { dlopen, emitWarning } = process;
  try {
    process.dlopen = (target, file, flags = RTLD_NOW) =>
      dlopen.call(process, target, file, isBinding(file) ? flags | RTLD_DEEPBIND : flags);
    // sharp warns of just what is mended here.
    process.emitWarning = () => {};
    return fromHere('sharp');
  } finally {
    process.dlopen = dlopen;
    process.emitWarning = emitWarning;
  }
}

/** Maps libvips for good: it is no addon, so Node refuses it, but by its own wish it is never unmapped again. */
function keepLibvips(flags: number): void {
  const file = fromHere.resolve(`@img/sharp-libvips-linux-${process.arch}/binary`);
  try {
    process.dlopen({ exports: {} }, file, flags);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('did not self-register')) throw error;
  }
}

function isBinding(file: string): boolean {
  return /^sharp-linux-\w+-.*\.node$/.test(path.basename(file));
}

export const sharp = load();
