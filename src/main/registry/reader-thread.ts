/** The thread of the reader: one connection that only reads, one question after the other. */
import { workerData } from 'node:worker_threads';
import { z } from 'zod';
import { serveThread } from '../threads.js';
import { questionsOf } from './reader.js';
import { openReading } from './sqlite.js';

const { file } = z.object({ file: z.string() }).parse(workerData);
serveThread(questionsOf(openReading(file), Date.now));
