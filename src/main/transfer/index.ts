/** The transfer room's door. */
export type { Bytes, Records, Strip } from './ports.js';
export type { Target, TransferRoom } from './transfer.js';
export { createTransferRoom } from './transfer.js';
