/** The thread that looks through folders for the importer. */
import { workerData } from 'node:worker_threads';
import { z } from 'zod';
import { walkWork } from './reading.js';
import { serveThread } from './threads.js';

const { exclude } = z.object({ exclude: z.array(z.string()) }).parse(workerData);
serveThread(walkWork(exclude));
