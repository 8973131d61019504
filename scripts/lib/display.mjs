import { spawn } from 'node:child_process';
import { hasDisplay } from './system.mjs';

/** Large enough for every window size the tests use, in true colour so that screenshots look right. */
const SCREEN = '1600x1200x24';

/**
 * A display for tests: the one that is there, else a private Xvfb on a number that it picks itself, so that several
 * test runs on one machine don't meet.
 *
 * @returns {Promise<{ env: NodeJS.ProcessEnv, stop: () => Promise<void> }>}
 */
export async function openDisplay() {
  if (hasDisplay()) return { env: process.env, stop: async () => {} };
  // -displayfd: the server writes the number it took to this descriptor once it is ready for clients.
  const args = ['-displayfd', '3', '-screen', '0', SCREEN, '-nolisten', 'tcp'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => server.once('close', resolve));
  const number = await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('close', (code) => reject(new Error(`Xvfb ended at once (exit code ${code}).`)));
    let written = '';
    server.stdio[3].on('data', (bytes) => {
      written += bytes;
      if (written.endsWith('\n')) resolve(written.trim());
    });
  });
  const kill = () => server.kill();
  process.once('exit', kill);
  return {
    env: { ...process.env, DISPLAY: `:${number}` },
    stop: async () => {
      process.off('exit', kill);
      kill();
      await ended;
    },
  };
}
