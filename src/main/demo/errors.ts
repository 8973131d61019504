/** What `execution_error` says of a failed node. Source: ComfyUI 0.3.64, execution.py. */
import { type DemoNode, NodeError } from './node.js';
import { previewText } from './nodes/index.js';
import { PythonError, str } from './python.js';
import type { QueueItem } from './queue.js';

const OOM_TIPS =
  'This error means you ran out of memory on your GPU.\n\n' +
  'TIPS: If the workflow worked before you might have accidentally set the batch_size to a large number.';

export interface FailedNode {
  item: QueueItem;
  classType: string;
  node: DemoNode | undefined;
  inputs: Record<string, unknown>;
}

/** The part of the event that is about the exception. */
export function describeError(error: unknown, { item, classType, node, inputs }: FailedNode): Record<string, unknown> {
  const { type, message } = raised(error);
  const all = { ...inputs, ...hiddenInputs(item, node) };
  return {
    exception_message: `${message}\n${type.endsWith('OutOfMemoryError') ? OOM_TIPS : ''}`,
    exception_type: type,
    traceback: [
      '  File "demo/executor", in execute\n',
      '  File "demo/executor", in anew\n',
      `  File "demo/nodes", in ${classType}.run\n`,
    ],
    current_inputs: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [shown(value)]])),
    current_outputs: Object.keys(item.graph),
  };
}

/** Type and text of what a node threw; a plain JavaScript error counts as Python's RuntimeError. */
function raised(error: unknown): { type: string; message: string } {
  if (error instanceof NodeError) return { type: error.exceptionType, message: error.message };
  if (error instanceof PythonError) return { type: error.type, message: error.message };
  return { type: 'RuntimeError', message: error instanceof Error ? error.message : String(error) };
}

function hiddenInputs(item: QueueItem, node: DemoNode | undefined): Record<string, unknown> {
  const hidden: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(node?.info.input.hidden ?? {})) {
    const type: unknown = Array.isArray(kind) ? kind[0] : kind;
    if (type === 'PROMPT') hidden[name] = item.graph;
    if (type === 'EXTRA_PNGINFO') hidden[name] = item.extraData.extra_pnginfo ?? null;
  }
  return hidden;
}

/** Numbers, truth and nothing as they are, all else as Python would print it. */
function shown(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return value;
  const isPlain =
    typeof value !== 'object' || [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));
  return isPlain ? str(value) : previewText(value);
}
