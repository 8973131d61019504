import { useSyncExternalStore } from 'react';

/** Whether the page fills the screen. */
export function useFullscreen(): boolean {
  return useSyncExternalStore(subscribe, () => document.fullscreenElement !== null);
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

/** The whole page, not a part of it: menus and messages stand beside the part. */
export function toggleFullscreen(onError: (error: unknown) => void): void {
  if (document.fullscreenElement === null) document.documentElement.requestFullscreen().catch(onError);
  else leaveFullscreen(onError);
}

export function leaveFullscreen(onError: (error: unknown) => void): void {
  if (document.fullscreenElement !== null) document.exitFullscreen().catch(onError);
}
