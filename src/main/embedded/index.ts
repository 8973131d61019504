/** The room that reads what programs write into files, and takes it out of copies. */
export { type A1111, parseA1111 } from './a1111.js';
export { type Embedded, embeddedParameters } from './findings.js';
export { fullHash, sampledHash } from './hash.js';
export { type Examined, examine, type ReadOptions, readEmbedded } from './read.js';
export { stripMetadata } from './strip.js';
