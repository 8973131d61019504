/**
 * Who may talk to the endpoint. A web page in the person's browser must not: DNS rebinding shows in the Host header, a
 * foreign page in the Origin header. Whole values are compared, ports included, since another program's page on
 * `http://localhost:5173` is foreign too.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

export interface Refusal {
  status: 401 | 403;
  message: string;
  headers?: Record<string, string>;
}

/** The headers a guard looks at, as node:http gives them. */
export interface GuardedHeaders {
  host?: string | undefined;
  origin?: string | undefined;
  authorization?: string | undefined;
}

export interface Guard {
  /** Undefined when Host and Origin are fine. */
  checkAddress(headers: GuardedHeaders): Refusal | undefined;
  /** Undefined when no token is needed or the right one came. */
  checkToken(headers: GuardedHeaders): Refusal | undefined;
}

const loopbackNames = ['127.0.0.1', 'localhost', '[::1]'];
const wildcards = new Set(['0.0.0.0', '::', '']);

/** Whether only this machine can reach a host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** A host as it stands in an address: IPv6 in brackets; for "every interface" the loopback name. */
export function hostInUrl(host: string): string {
  if (wildcards.has(host)) return '127.0.0.1';
  return isIP(host) === 6 ? `[${host}]` : host.toLowerCase();
}

/**
 * @param host what the server listens on
 * @param port the port it really has
 * @param token the bearer token, read for every request; '' = none
 * @param secret of the data directory's owner, accepted as well: whoever can read it can read the token
 * @param allowedOrigins origins of web pages that may call, e.g. `http://localhost:6274`; the endpoint's own always may
 */
export function createGuard({
  host,
  port,
  token,
  secret,
  allowedOrigins = [],
}: {
  host: string;
  port: number;
  token: () => string;
  secret?: string | undefined;
  allowedOrigins?: readonly string[];
}): Guard {
  const names = new Set([...loopbackNames, hostInUrl(host)]);
  if (wildcards.has(host)) names.add(hostname().toLowerCase());
  const hosts = new Set([...names].map((name) => `${name}:${port}`));
  // A browser leaves the default port out of Host and Origin.
  if (port === 80) for (const name of names) hosts.add(name);
  const origins = new Set(allowedOrigins);

  const ownHost = (value: string) => {
    const wanted = value.toLowerCase();
    // Listening on every interface, any address of the machine is its name; a literal address can't be rebound.
    return hosts.has(wanted) || (wildcards.has(host) && isAddressLiteral(wanted, port));
  };

  return {
    checkAddress(headers) {
      if (headers.host === undefined || !ownHost(headers.host)) {
        return { status: 403, message: 'Invalid Host header: this endpoint answers under its own address only.' };
      }
      const { origin } = headers;
      if (origin === undefined || origins.has(origin)) return undefined;
      if (origin.startsWith('http://') && ownHost(origin.slice('http://'.length))) return undefined;
      return { status: 403, message: 'Invalid Origin header: web pages may not call this endpoint.' };
    },
    checkToken(headers) {
      const wanted = token();
      if (wanted === '' && isLoopback(host)) return undefined;
      const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
      if (wanted !== '' && sameSecret(given, wanted)) return undefined;
      if (secret !== undefined && sameSecret(given, secret)) return undefined;
      return {
        status: 401,
        message: 'This endpoint needs its token: send it as "Authorization: Bearer …".',
        headers: { 'www-authenticate': 'Bearer realm="mcp"' },
      };
    },
  };
}

function isAddressLiteral(host: string, port: number): boolean {
  const suffix = `:${port}`;
  if (!host.endsWith(suffix)) return false;
  return isIP(host.slice(0, -suffix.length).replace(/^\[(.*)\]$/, '$1')) !== 0;
}

/** Compares in the same time whatever the difference; hashing first hides the length. */
export function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
