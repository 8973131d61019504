/**
 * Errors are values: a stable code, a sentence, a hint that says what to do next, and details.
 * The same object reaches an agent, a dialog and the log.
 */
import { z } from 'zod';

export const errorCodes = [
  'VALIDATION_ERROR', // the caller's input is wrong; details.issues says where
  'NOT_FOUND',
  'ASSET_NOT_FOUND',
  'ASSET_EXPIRED',
  'JOB_NOT_FOUND',
  'WORKFLOW_NOT_FOUND',
  'WORKFLOW_INVALID', // the workflow file can't be used; details.problem says why
  'MODEL_NOT_FOUND', // details: node_id, class_type, input, value, source, nearest[]
  'INVALID_VALUE', // sampler, scheduler, size …; same details
  'NODE_NOT_FOUND', // ComfyUI has no such node class
  'PROMPT_REJECTED', // ComfyUI refused the graph; details.node_errors
  'EXECUTION_FAILED', // a node failed; details: node_id, class_type, message
  'SENDING_PAUSED', // of a job that waits here: it is sent when sending is resumed
  'SENDING_LATER', // of a job of a batch that waits here: it is sent when others of its batch have ended
  'BATCH_NOT_FOUND',
  'BATCH_TOO_LARGE', // details: total, limit
  'JOB_CANCELLED',
  'JOB_LOST',
  'COMFYUI_UNREACHABLE',
  'COMFYUI_TIMEOUT',
  'COMFYUI_BAD_RESPONSE',
  'MEDIA_UNSUPPORTED', // e.g. view_image on audio
  'MEDIA_UNAVAILABLE', // the bytes can't be had: not cached and ComfyUI is down, or the file is gone
  'TARGET_UNWRITABLE', // the place that was asked for can't be written; details: path
  'BACKUP_INVALID', // no export of this program, or a damaged one; details: path
  'PORT_IN_USE',
  'DATA_DIR_UNWRITABLE',
  'DATA_DIR_IN_USE',
  'DATA_DIR_MISSING', // the library was moved to a folder that is not there now, e.g. a drive that is not connected
  'DATA_DIR_UNFINISHED', // half a copy of a library that lies elsewhere; details.from says where
  'LIBRARY_DAMAGED', // the library's file can't be read; the next start sets it aside and restores a copy
  'CONFIG_INVALID',
  'UNAUTHORIZED',
  'CANCELLED', // the caller gave up waiting
  // Publishing, named as in the seed.
  'ASSET_NOT_FOUND_OR_EXPIRED',
  'INVALID_TARGET_FILENAME',
  'INVALID_MANIFEST_KEY',
  'MANIFEST_KEY_REQUIRED',
  'SOURCE_PATH_OUTSIDE_ROOT', // a link leads from ComfyUI's output folder to elsewhere
  'PATH_TRAVERSAL_DETECTED', // a link leads from the project to elsewhere
  'COMFYUI_OUTPUT_ROOT_NOT_FOUND', // ComfyUI is away, the file is not cached, and its folder is not known
  'PUBLISH_ROOT_NOT_WRITABLE', // or there is no folder to publish into
  'PUBLISH_FAILED',
  'COMFYUI_OUTPUT_ROOT_PATH_NOT_FOUND',
  'COMFYUI_OUTPUT_ROOT_NOT_DIRECTORY',
  'COMFYUI_OUTPUT_ROOT_INVALID', // does not look like ComfyUI's output folder
  'CONFIG_SAVE_FAILED',
  'INVALID_PATH',
  'NOT_SUPPORTED',
  'INTERNAL_ERROR',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export const errorValueSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  hint: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});

/** The plain form of an error, as it crosses every door. */
export type ErrorValue = z.infer<typeof errorValueSchema>;

/** An error the product foresees. Everything else is a bug and becomes INTERNAL_ERROR at the door. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  toValue(): ErrorValue {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.details === undefined ? {} : { details: this.details }),
    };
  }
}

/** Any thrown thing as an error value. Unforeseen ones keep their message but no stack: that goes to the log. */
export function toErrorValue(error: unknown): ErrorValue {
  if (error instanceof AppError) return error.toValue();
  if (error instanceof z.ZodError) {
    return {
      code: 'VALIDATION_ERROR',
      message: error.issues.map((issue) => `${issue.path.join('.') || 'input'}: ${issue.message}`).join('; '),
      hint: 'Correct what it names and call again; the schema of the arguments tells what fits.',
      details: { issues: error.issues },
    };
  }
  return {
    code: 'INTERNAL_ERROR',
    message: error instanceof Error ? error.message : String(error),
    hint: 'This is a fault of the app, not of your call. The log has more.',
  };
}

/** What a person reads of an error or a notice: what is wrong, and what to do about it. */
export function inWords({ message, hint }: Pick<ErrorValue, 'message' | 'hint'>): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** Rebuilds a throwable error from its value, on the far side of a door. */
export function fromErrorValue(value: ErrorValue): AppError {
  return new AppError(value.code, value.message, { hint: value.hint, details: value.details });
}
