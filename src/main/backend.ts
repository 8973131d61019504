/**
 * The name of an engine in the registry: part of an asset's identity, so that two servers' `ComfyUI_00001_.png` stay
 * apart, while one server under its several loopback names stays one.
 */
export function backendOf(address: string): string {
  const url = new URL(address);
  const loopback = url.hostname === 'localhost' || url.hostname === '[::1]' || url.hostname.startsWith('127.');
  const host = loopback ? 'localhost' : url.hostname;
  const port = url.port === '' ? '' : `:${url.port}`;
  return `${url.protocol}//${host}${port}${url.pathname.replace(/\/+$/, '')}`;
}
