/** The thread that decodes sounds for their waveforms: one path in, peaks or the reason out, in the order asked. */
import { parentPort } from 'node:worker_threads';
import { toErrorValue } from '../../shared/errors.js';
import type { PeaksAnswer } from './peaks-thread.js';
import { readPeaks } from './sound.js';

const port = parentPort;
port?.on('message', (path: string) => {
  readPeaks(path).then(
    (peaks) => port.postMessage({ ok: true, peaks } satisfies PeaksAnswer),
    (error: unknown) => port.postMessage({ ok: false, error: toErrorValue(error) } satisfies PeaksAnswer),
  );
});
