import { type RefObject, useEffect } from 'react';
import { useApp } from '../store/hooks.js';
import type { AppState } from '../store/store.js';
import { startPlaying } from './play.js';
import { transportKey } from './Transport.js';
import { toggleFullscreen } from './useFullscreen.js';

/** Keys that a slider keeps for itself. */
const sliderKeys = /^(Arrow|Home$|End$|Page)/;

/** Whether something lies over the lightbox and has the keys. */
export function isCovered(state: AppState): boolean {
  return (
    state.palette ||
    state.shortcuts ||
    state.exporting !== null ||
    state.publishing !== null ||
    state.collecting !== null ||
    state.usingAsset !== null
  );
}

/** Whether a key means something to the field it is pressed in. */
export function belongsToField({ key, target }: KeyboardEvent): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'range' || sliderKeys.test(key);
  if (target instanceof HTMLTextAreaElement) return true;
  return key === ' ' && target instanceof HTMLButtonElement;
}

/** Letters whatever the shift lock says. */
export function nameOf({ key }: KeyboardEvent): string {
  return key.length === 1 ? key.toLowerCase() : key;
}

interface LightboxKeys {
  stage: RefObject<HTMLElement | null>;
  show(place: number): void;
  at: number;
  count: number;
  onZoom(): void;
  onClose(): void;
}

export function useLightboxKeys({ stage, show, at, count, onZoom, onClose }: LightboxKeys): void {
  const app = useApp();
  useEffect(() => {
    const keys: Record<string, () => void> = {
      ArrowLeft: () => show(at - 1),
      ArrowRight: () => show(at + 1),
      Home: () => show(0),
      End: () => show(count - 1),
      z: onZoom,
      f: () => toggleFullscreen(app.fail),
      ' ': () => playOrClose(stage.current, onClose),
    };
    const onKey = (event: KeyboardEvent) => {
      const state = app.store.getState();
      if (isCovered(state) || event.isComposing) return;
      if (state.slideshow === 'running' && pauses(event)) {
        app.set({ slideshow: 'paused' });
        // These would have paused or left it; it is paused already.
        if (['s', ' ', 'Escape'].includes(event.key)) {
          event.preventDefault();
          event.stopImmediatePropagation();
          return;
        }
      }
      if (event.ctrlKey || event.metaKey || event.altKey || belongsToField(event)) return;
      const run = keys[nameOf(event)];
      if (run === undefined && !transportKey(nameOf(event), stage.current)) return;
      event.preventDefault();
      run?.();
    };
    // While capturing: a dialog keeps arrow keys to itself once they reach it.
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  });
}

/** Any key but those that are only held for another one. */
function pauses({ key }: KeyboardEvent): boolean {
  return !['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'f'].includes(key);
}

/** The film's own error event tells of a damaged file. */
const noop = () => undefined;

/** Space plays or pauses what can be played, and leaves a picture. */
function playOrClose(root: HTMLElement | null, close: () => void): void {
  const play = root?.querySelector<HTMLElement>('[data-play]');
  const video = root?.querySelector('video');
  if (play != null) play.click();
  else if (video?.paused) startPlaying(video, noop);
  else if (video != null) video.pause();
  else close();
}
