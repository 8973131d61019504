/** ComfyUI's address as a person types it: a missing scheme, `ws:` and the address a server listens on are all fine. Pure. */
import { AppError } from './errors.js';

/** @throws AppError CONFIG_INVALID when it can't be understood; the error never holds credentials. */
export function parseComfyUrl(text: string): URL {
  const plain = text.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(plain) ? plain : `http://${plain}`;
  const usual = withScheme.replace(/^ws(s?):\/\//i, 'http$1://');
  const url = !/\s/.test(plain) && URL.canParse(usual) ? new URL(usual) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    throw new AppError('CONFIG_INVALID', `"${withoutCredentials(plain)}" is not an address of ComfyUI.`, {
      hint: 'Use a form like http://127.0.0.1:8188.',
    });
  }
  // 0.0.0.0 is where a server listens, not where one connects to; some systems refuse it.
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return url;
}

/** Without credentials, query and trailing slash: safe to show. An address that makes no sense comes back as it is, without credentials. */
export function shownComfyUrl(text: string): string {
  try {
    const { protocol, host, pathname } = parseComfyUrl(text);
    return `${protocol}//${host}${pathname.replace(/\/+$/, '')}`;
  } catch {
    return withoutCredentials(text.trim());
  }
}

/** A text in which what stands before an @ of an address is left out. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, '//').replace(/^[^/@\s]*@/, '');
}
