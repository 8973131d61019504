/** What goes wrong between us and ComfyUI, as errors that a person can act on. */
import { AppError } from '../../shared/errors.js';

/**
 * `details.delivered` of an error: whether the request may have taken effect. False: surely not (never arrived, or refused).
 * 'unknown': it may have; after a submission, look into the queue and the history.
 */
export type Delivered = false | 'unknown';

/** The same error with `details.delivered`, unless it says so already. */
export function withDelivered(error: AppError, delivered: Delivered): AppError {
  if (error.details?.delivered !== undefined) return error;
  const { message, hint, details, cause } = error;
  return new AppError(error.code, message, { hint, details: { ...details, delivered }, cause });
}

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host can not be reached',
  ENETUNREACH: 'the network can not be reached',
  ETIMEDOUT: 'the host does not answer',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  EACCES: 'the connection is not permitted',
  EPROTO: 'the other side does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the other side does not speak TLS',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate can not be verified',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

const hints: Record<string, string> = {
  ECONNREFUSED: 'Start ComfyUI, or set its address in the settings.',
  ENOTFOUND: 'Check the host name in the address of ComfyUI.',
  EPROTO: 'Use http:// instead of https:// in the address of ComfyUI.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'Use http:// instead of https:// in the address of ComfyUI.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Start the app with NODE_EXTRA_CA_CERTS naming the certificate, or use http://.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Start the app with NODE_EXTRA_CA_CERTS naming the certificate, or use http://.',
};

/** COMFYUI_UNREACHABLE. `address` must hold no credentials. */
export function unreachable(address: string, cause: unknown, delivered: Delivered): AppError {
  const code = codeOf(cause);
  const reason = reasons[code] ?? (cause instanceof Error && cause.message !== '' ? cause.message : 'unknown reason');
  return new AppError('COMFYUI_UNREACHABLE', `ComfyUI can't be reached at ${address}: ${reason}.`, {
    hint: hints[code] ?? 'Check that ComfyUI is running and that its address in the settings is right.',
    details: { address, reason: code, delivered },
    cause,
  });
}

/** COMFYUI_TIMEOUT. The request may have arrived. */
export function timedOut(address: string, call: string, timeoutMs: number): AppError {
  return new AppError('COMFYUI_TIMEOUT', `ComfyUI at ${address} did not answer within ${timeoutMs / 1000} seconds.`, {
    hint: 'It may be loading a model or be out of memory. Try again in a moment.',
    details: { address, call, timeout_ms: timeoutMs, delivered: 'unknown' satisfies Delivered },
  });
}

/** COMFYUI_BAD_RESPONSE. `problem` completes the sentence "ComfyUI at … gave an unusable answer: …". */
export function badResponse(
  address: string,
  problem: string,
  details: Record<string, unknown> = {},
  hint = 'Check that the address is that of a ComfyUI server and not of something else.',
): AppError {
  return new AppError('COMFYUI_BAD_RESPONSE', `ComfyUI at ${address} gave an unusable answer: ${problem}.`, {
    hint,
    details: { address, ...details },
  });
}

/** An HTTP status that no call expects. */
export function badStatus(address: string, call: string, status: number, text: string): AppError {
  const details = { call, status, body: text.slice(0, 500) };
  if (status === 401 || status === 407) {
    const hint = 'A proxy in front of ComfyUI wants a login: add its header, such as Authorization, in the settings.';
    return badResponse(address, `it wants a login (HTTP ${status})`, details, hint);
  }
  if (status === 403) {
    const hint = 'A proxy or the server refuses this request: check the extra headers in the settings.';
    return badResponse(address, `it refuses the request (HTTP 403)`, details, hint);
  }
  if (status === 413) {
    const hint = 'Start ComfyUI with a larger --max-upload-size.';
    return badResponse(address, 'the request is too large for it (HTTP 413)', details, hint);
  }
  if (status >= 502 && status <= 504) {
    const hint = 'The proxy answers but ComfyUI behind it does not: start ComfyUI or wait until it is up.';
    return new AppError(
      'COMFYUI_UNREACHABLE',
      `ComfyUI at ${address} can't be reached: its proxy says HTTP ${status}.`,
      {
        hint,
        details: { address, reason: `HTTP ${status}`, delivered: 'unknown' satisfies Delivered },
      },
    );
  }
  const hint = status >= 500 ? 'The log of ComfyUI tells what failed.' : undefined;
  return badResponse(address, `HTTP ${status} to ${call}`, details, hint);
}

/** The system's error code. Node joins the failures of several addresses of one host in an AggregateError. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}
