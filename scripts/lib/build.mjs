import { root, runCommand } from './project.mjs';
import { clearStamp, isCurrent, stampOf, writeStamp } from './stamp.mjs';

/**
 * Builds `out/` with electron-vite, and the stdio bridge with vite, unless it is up to date. The Electron runtime is not needed: targets are fixed in
 * electron.vite.config.ts, so the result is the same whichever runtime is at hand.
 *
 * @param {object} [options]
 * @param {boolean} [options.force] build in any case
 * @throws {Error} when the build fails; electron-vite has told why
 */
export async function build({ force = false } = {}) {
  const stamp = stampOf(root);
  if (!force && isCurrent(root, stamp)) return;
  clearStamp(root);
  const quiet = ['build', '--logLevel', 'warn'];
  for (const [command, args] of [
    ['electron-vite', quiet],
    ['vite', [...quiet, '--config', 'vite.bridge.config.ts']],
  ]) {
    const code = await runCommand(command, args);
    if (code !== 0) throw new Error(`The build failed (exit code ${code}).`);
  }
  // The stamp of the sources as they were at the start: what changed meanwhile makes the next build.
  writeStamp(root, stamp);
}
