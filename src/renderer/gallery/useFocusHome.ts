import { type RefObject, useEffect } from 'react';

/** What had the focus may be gone with what was shown before: then the place itself takes it. */
export function useFocusHome(home: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (document.activeElement === document.body) home.current?.focus();
  }, [home]);
}
