/** Keys as the registry writes them ("mod+k", "Space", "?"), matched and shown. */
import type { Bridge } from '../../shared/bridge.js';

type Platform = Bridge['platform'];

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey?: boolean;
}

/** Signs that take Shift on some keyboards and on others not. */
const signs = /^[+=-]$/;

/** Whether a key press is that combination. Shift counts through the character it makes, and beside `mod` by itself. */
export function pressed(event: KeyPress, keys: string, platform: Platform): boolean {
  const wantsMod = keys.startsWith('mod+');
  const wantsShift = keys.startsWith('mod+shift+');
  const wanted = keys.slice(wantsShift ? 10 : wantsMod ? 4 : 0);
  const mod = platform === 'darwin' ? event.metaKey : event.ctrlKey;
  const other = platform === 'darwin' ? event.ctrlKey : event.metaKey;
  if (mod !== wantsMod || other || event.altKey) return false;
  if (wantsMod && !signs.test(wanted) && (event.shiftKey ?? false) !== wantsShift) return false;
  const key = event.key === ' ' ? 'Space' : event.key;
  return key.length === 1 ? key.toLowerCase() === wanted.toLowerCase() : key === wanted;
}

/** As they stand on keyboards. */
const shortKeys: Readonly<Record<string, string>> = { Escape: 'Esc', Delete: 'Del' };

/** The caps to draw: ["Ctrl", "K"]. */
export function keyCaps(keys: string, platform: Platform): string[] {
  return keys.split(/\+(?=.)/).map((part) => {
    if (part === 'mod') return platform === 'darwin' ? '⌘' : 'Ctrl';
    if (part === 'shift') return platform === 'darwin' ? '⇧' : 'Shift';
    return part.length === 1 ? part.toUpperCase() : (shortKeys[part] ?? part);
  });
}

/** Whether typing there means text, so that single keys are no commands. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);
}
