/** What every saved file tells about its making: the graph, as ComfyUI embeds it, and that no model was at work. */

import { stringifyPythonJson } from '../json.js';
import type { NodeContext } from '../node.js';

/** Value of the key `demo` in every file. */
export const DEMO_NOTE = 'Made by the demo engine of ComfyUI MCP Desktop, not by a model';

/** `prompt` and one entry per key of extra_pnginfo (normally `workflow`), as JSON, in ComfyUI's order. */
export function graphTexts(context: NodeContext): [key: string, json: string][] {
  return [
    ['prompt', stringifyPythonJson(context.prompt)],
    ...Object.entries(context.extraPnginfo ?? {}).map(([key, value]): [string, string] => [
      key,
      stringifyPythonJson(value),
    ]),
  ];
}

/** The same, and the note of the demo engine. */
export function allTexts(context: NodeContext): [key: string, text: string][] {
  return [...graphTexts(context), ['demo', DEMO_NOTE]];
}
