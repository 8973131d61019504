import { type RefObject, useLayoutEffect, useState } from 'react';
import { type View, whole } from './together.js';
import type { Size } from './zoom.js';

export interface Views {
  together: boolean;
  of(id: string): View;
  set(id: string, view: View): void;
  setTogether(together: boolean): void;
}

/** What is seen of each: the same of all, or of each its own. Parting begins from what all show. */
export function useViews(current: string): Views {
  const [together, setTogether] = useState(true);
  const [shared, setShared] = useState<View>(whole);
  const [own, setOwn] = useState<ReadonlyMap<string, View>>(new Map());
  const of = (id: string) => (together ? shared : (own.get(id) ?? shared));
  return {
    together,
    of,
    set: (id, view) => (together ? setShared(view) : setOwn(new Map(own).set(id, view))),
    setTogether(next) {
      if (next) setShared(of(current));
      else setOwn(new Map());
      setTogether(next);
    },
  };
}

/** Size of an element's inside, in pixels. */
export function useSize(ref: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return size;
}
