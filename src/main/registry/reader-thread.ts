/** The thread of the reader: one connection that only reads, one question after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { answer, type Question } from './reader.js';
import { openReading } from './sqlite.js';

const { file } = z.object({ file: z.string() }).parse(workerData);
const database = openReading(file);
parentPort?.on('message', (question: Question) => parentPort?.postMessage(answer(database, question)));
