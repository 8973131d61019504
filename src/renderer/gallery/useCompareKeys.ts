import { type RefObject, useEffect } from 'react';
import { useApp } from '../store/hooks.js';
import { transportKey } from './Transport.js';
import { belongsToField, isCovered, nameOf } from './useLightboxKeys.js';

interface CompareKeys {
  root: RefObject<HTMLElement | null>;
  /** The one with that letter. */
  choose(at: number): void;
  chooseNext(by: 1 | -1): void;
  replace(by: 1 | -1): void;
  swap(): void;
  zoom(): void;
  drop(): void;
  keep(): void;
  toggleDetails(): void;
  toggleMode(): void;
  toggleTogether(): void;
}

export function useCompareKeys(does: CompareKeys): void {
  const app = useApp();
  useEffect(() => {
    const keys: Record<string, () => void> = {
      a: () => does.choose(0),
      b: () => does.choose(1),
      c: () => does.choose(2),
      d: () => does.choose(3),
      ArrowLeft: () => does.replace(-1),
      ArrowRight: () => does.replace(1),
      ArrowUp: () => does.chooseNext(-1),
      ArrowDown: () => does.chooseNext(1),
      w: does.swap,
      z: does.zoom,
      '-': does.drop,
      k: does.keep,
      i: does.toggleDetails,
      v: does.toggleMode,
      t: does.toggleTogether,
      ' ': () => does.root.current?.querySelector<HTMLElement>('[data-play]')?.click(),
    };
    const onKey = (event: KeyboardEvent) => {
      if (isCovered(app.store.getState()) || event.isComposing || belongsToField(event)) return;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const run = keys[nameOf(event)];
      if (run === undefined && !transportKey(nameOf(event), does.root.current)) return;
      event.preventDefault();
      run?.();
    };
    // While capturing: a dialog keeps arrow keys to itself once they reach it.
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  });
}
