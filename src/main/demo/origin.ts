/**
 * ComfyUI's guard against pages of other origins that reach for a server on loopback.
 * Source: ComfyUI 0.3.64, server.py create_origin_only_middleware().
 */
import type { IncomingHttpHeaders } from 'node:http';
import type { Profile } from './profiles.js';

/** Whether the request is to be answered 403: it has Host and Origin, Host is loopback, and they differ. */
export function originRefused(headers: IncomingHttpHeaders, profile: Profile): boolean {
  if (profile.fetchSiteCheck && headers['sec-fetch-site'] === 'cross-site') return true;
  const { host, origin } = headers;
  if (!profile.originCheck || host === undefined || origin === undefined) return false;
  const at = splitPort(host.toLowerCase());
  if (!isLoopback(at.name)) return false;
  const netloc = netlocOf(origin.toLowerCase());
  // `null` and `file://` have no host to compare.
  if (netloc === '') return false;
  const from = splitPort(netloc);
  const samePort = at.port === undefined || from.port === undefined || at.port === from.port;
  return at.name !== from.name || !samePort;
}

/**
 * Whether Host names another machine. ComfyUI answers such a request; to an engine that only listens on loopback it
 * can only be a page whose own name was pointed here (DNS rebinding).
 */
export function hostRefused({ host }: IncomingHttpHeaders): boolean {
  return host !== undefined && !isLoopback(splitPort(host.toLowerCase()).name);
}

function netlocOf(origin: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/.exec(origin)?.[1] ?? '';
}

function splitPort(netloc: string): { name: string; port: string | undefined } {
  const match = /^(.*?)(?::(\d+))?$/.exec(netloc);
  return { name: (match?.[1] ?? netloc).replace(/^\[|\]$/g, ''), port: match?.[2] };
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
