/** The thread that reads sounds and films. */
import { serveThread } from '../threads.js';
import { mediaWork } from './reader.js';

serveThread(mediaWork);
