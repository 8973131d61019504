import { type RefObject, useCallback, useRef } from 'react';

export interface Landmark {
  /** Goes to what opens the list. */
  opener: (element: HTMLElement | null) => void;
  /** Goes to the list's portal. */
  container: RefObject<HTMLElement | null>;
}

/**
 * Where a list that opens stands in the page: in the part of it that its opener is in, so that screen readers find it
 * there. Over the page, in dialogs, there is no such part, and what opens there stands beside them.
 */
export function useLandmark(): Landmark {
  const container = useRef<HTMLElement | null>(null);
  const opener = useCallback((element: HTMLElement | null) => {
    if (element !== null) container.current = element.closest('main') ?? document.body;
  }, []);
  return { opener, container };
}
