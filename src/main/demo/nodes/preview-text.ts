/** What PreviewAny shows of a value. */
import { stringifyPythonJson } from '../json.js';
import { str } from '../python.js';
import { Mask, Picture, Sound } from './values.js';

/** What PreviewAny shows: text as it is, numbers and truth as Python prints them, structures as JSON. */
export function previewText(value: unknown): string {
  if (value instanceof Picture) return tensorText(value.frames.length, value.height, value.width, value.channels);
  if (value instanceof Mask) return tensorText(value.frames.length, value.height, value.width);
  if (value instanceof Sound) {
    const first = value.batch[0];
    const shape = tensorText(value.batch.length, first?.length ?? 0, first?.[0]?.length ?? 0);
    return `{'waveform': ${shape}, 'sample_rate': ${value.sampleRate}}`;
  }
  return Array.isArray(value) ? stringifyPythonJson(value) : str(value);
}

function tensorText(...shape: number[]): string {
  return `tensor(..., size=(${shape.join(', ')}))`;
}
