/** The thread that reads and converts graphs. */
import { readEmbedded } from './embedded/index.js';
import { serveThread } from './threads.js';
import { convertWork } from './workflows/convert-work.js';

serveThread(convertWork(readEmbedded));
