/**
 * ComfyUI's address as a person types it, made usable: a missing scheme, a trailing slash, a path prefix behind a proxy and
 * credentials in the address are all fine. Nothing that is shown or logged ever holds the credentials.
 */
import { parseComfyUrl, shownComfyUrl } from '../../shared/comfy-url.js';

/** Headers that we never send: an Origin makes ComfyUI refuse the request; the others belong to the connection. */
const neverSent = new Set([
  'origin',
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'keep-alive',
]);

export interface ComfyAddress {
  /** Without credentials, query and trailing slash: safe to show. `http://localhost:8188` or `https://host/prefix`. */
  readonly display: string;
  /** Extra headers of every request and of the WebSocket handshake. Keys are lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The full address of a path such as `/queue`. Values of `query` that are undefined are left out. */
  http(path: string, query?: Record<string, string | number | undefined>): URL;
  /** The WebSocket's address for a client id. */
  socket(clientId: string): URL;
}

/**
 * Reads an address. Credentials in it become a Basic `Authorization` header, unless `headers` has one already.
 *
 * @throws AppError CONFIG_INVALID when it can't be understood.
 */
export function parseAddress(baseUrl: string, headers: Readonly<Record<string, string>> = {}): ComfyAddress {
  const url = parseComfyUrl(baseUrl);
  const sent: Record<string, string> = {};
  if (url.username !== '' || url.password !== '') {
    const pair = `${decoded(url.username)}:${decoded(url.password)}`;
    sent.authorization = `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  }
  for (const [name, value] of Object.entries(headers)) {
    const key = name.trim().toLowerCase();
    if (key !== '' && !neverSent.has(key)) sent[key] = value;
  }
  const prefix = url.pathname.replace(/\/+$/, '');
  const display = shownComfyUrl(baseUrl);
  return {
    display,
    headers: sent,
    http(path, query = {}) {
      // Somebody who gave an address ending in /api means the same routes: don't say /api twice.
      const rest = prefix.endsWith('/api') && path.startsWith('/api/') ? path.slice('/api'.length) : path;
      const target = new URL(`${display}${rest}`);
      for (const [key, value] of Object.entries(query)) {
        if (value !== undefined) target.searchParams.set(key, String(value));
      }
      return target;
    },
    socket(clientId) {
      const target = new URL(`${display}/ws`);
      target.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      target.searchParams.set('clientId', clientId);
      return target;
    },
  };
}

/** A password with a plain % in it is what it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
