import { type RefObject, useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import type { ModelFacts } from '../../shared/contract-models.js';
import { useApp } from '../store/hooks.js';

/** Whether it is in view for a moment: what is scrolled past costs nothing. Once seen it stays so. */
function useSeen(element: RefObject<Element | null>): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const at = element.current;
    if (at === null || seen) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(([entry]) => {
      clearTimeout(timer);
      if (entry?.isIntersecting === true) timer = setTimeout(() => setSeen(true), seenMs);
    });
    observer.observe(at);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [element, seen]);
  return seen;
}

const seenMs = 120;

/** What is known of a model, asked for when `element` comes into view; undefined until then. */
export function useModelFacts(name: string, element: RefObject<Element | null>): ModelFacts | undefined {
  const { models } = useApp();
  const seen = useSeen(element);
  const subscribe = useCallback((listener: () => void) => models.subscribe(name, listener), [models, name]);
  useEffect(() => {
    if (seen) models.want(name);
  }, [models, name, seen]);
  return useSyncExternalStore(subscribe, () => models.get(name));
}
