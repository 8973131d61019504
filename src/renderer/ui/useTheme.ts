import { useLayoutEffect } from 'react';
import { useAppState, useMedia } from '../store/hooks.js';

/** Puts the theme on the document: the person's choice, else the system's. */
export function useTheme(): void {
  const chosen = useAppState((state) => state.window.theme);
  const light = useMedia('(prefers-color-scheme: light)');
  const theme = chosen === 'system' ? (light ? 'light' : 'dark') : chosen;
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
}
