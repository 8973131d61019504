/**
 * Checking one literal input: coercion to the declared type, limits, choices.
 * Source of texts and order: ComfyUI 0.3.64, execution.py validate_inputs().
 */
import { PyFloat } from './json.js';
import type { InputSpec } from './node.js';
import { PythonError, repr, str, toBool, toFloat, toInt } from './python.js';

/** One entry of `node_errors[id].errors`. */
export interface InputError {
  type: string;
  message: string;
  details: string;
  extra_info: Record<string, unknown>;
}

export type Checked = { value: unknown; error?: undefined } | { value: unknown; error: InputError };

/** Above this many choices an error doesn't list them. */
const LISTED_CHOICES = 20;

const conversions: Record<string, (value: unknown) => unknown> = {
  INT: toInt,
  FLOAT: toFloat,
  STRING: str,
  BOOLEAN: toBool,
};

/** `[type, options]`, as errors repeat it. */
export function inputConfig(spec: InputSpec): [InputSpec[0], Record<string, unknown>] {
  return [spec[0], spec[1] ?? {}];
}

/** Converts the value; on failure the error says why. */
export function coerce(name: string, spec: InputSpec, received: unknown): Checked {
  const type = typeof spec[0] === 'string' ? spec[0] : '';
  const convert = conversions[type];
  if (!convert) return { value: received };
  try {
    return { value: convert(received) };
  } catch (error) {
    if (!(error instanceof PythonError)) throw error;
    return {
      value: received,
      error: {
        type: 'invalid_input_type',
        message: `Failed to convert an input value to a ${type} value`,
        details: `${name}, ${str(received)}, ${error.message}`,
        extra_info: {
          input_name: name,
          input_config: inputConfig(spec),
          received_value: received,
          exception_message: error.message,
        },
      },
    };
  }
}

/** Checks a coerced value against min, max and the list of choices. `checkV3` includes `COMBO` inputs. */
export function checkValue(name: string, spec: InputSpec, value: unknown, checkV3: boolean): InputError | undefined {
  const [type, options] = inputConfig(spec);
  const extra = { input_name: name, input_config: inputConfig(spec), received_value: value };
  if (isNumber(value)) {
    const text = (limit: number | bigint) => numberText(type, limit);
    if (isNumber(options.min) && value < options.min) {
      const message = `Value ${text(value)} smaller than min of ${text(options.min)}`;
      return { type: 'value_smaller_than_min', message, details: name, extra_info: extra };
    }
    if (isNumber(options.max) && value > options.max) {
      const message = `Value ${text(value)} bigger than max of ${text(options.max)}`;
      return { type: 'value_bigger_than_max', message, details: name, extra_info: extra };
    }
  }
  const choices = Array.isArray(type) ? type : checkV3 ? v3Choices(type, options) : undefined;
  if (!choices || isChoice(choices, value, options.multiselect === true)) return undefined;
  const isLong = choices.length > LISTED_CHOICES;
  const listed = isLong ? `(list of length ${choices.length})` : repr(choices);
  return {
    type: 'value_not_in_list',
    message: 'Value not in list',
    details: `${name}: '${str(value)}' not in ${listed}`,
    extra_info: { ...extra, ...(isLong ? { input_config: null } : {}) },
  };
}

function v3Choices(type: string, options: Record<string, unknown>): unknown[] | undefined {
  return type === 'COMBO' && Array.isArray(options.options) ? options.options : undefined;
}

function isChoice(choices: readonly unknown[], value: unknown, many: boolean): boolean {
  if (many && Array.isArray(value)) return value.every((item) => choices.includes(item));
  return choices.includes(value);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** A FLOAT prints as Python's float does, `2.0` and not `2`. */
function numberText(type: InputSpec[0], value: number | bigint): string {
  return type === 'FLOAT' && typeof value === 'number' ? repr(new PyFloat(value)) : repr(value);
}
