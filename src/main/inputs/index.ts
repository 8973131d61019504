/** The inputs room's door. */
export { type Content, contentOfBase64, contentOfFile } from './content.js';
export { createInputRoom, type Inputs } from './inputs.js';
