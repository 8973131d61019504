/** The thread that reads files for the importer. */
import { readWork } from './reading.js';
import { serveThread } from './threads.js';

serveThread(readWork());
