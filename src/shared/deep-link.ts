/** Addresses that open a place in the app from anywhere else on this machine: `comfyui-mcp://asset/ID`. */

/** The scheme that is registered with the system. */
export const linkScheme = 'comfyui-mcp';

export function assetLink(assetId: string): string {
  return `${linkScheme}://asset/${encodeURIComponent(assetId)}`;
}

/** The asset a link leads to; null when it is no link of this app or leads nowhere it knows. */
export function assetOfLink(link: string): string | null {
  // Browsers and systems add a slash or change the case of scheme and host; an id keeps its own.
  const found = /^comfyui-mcp:\/{2}asset\/([^/?#\s]{1,300})\/?$/i.exec(link.trim());
  if (found?.[1] === undefined) return null;
  try {
    const assetId = decodeURIComponent(found[1]);
    return /^[\w-]{2,64}$/.test(assetId) ? assetId : null;
  } catch {
    return null;
  }
}

/** Whether it was meant for this app, whatever it leads to. */
export function isLink(text: string): boolean {
  return text.toLowerCase().startsWith(`${linkScheme}:`);
}
