import { type RefObject, useLayoutEffect } from 'react';
import { type Box, coverage, type Obstacle, toastPlace } from './toast-place.js';

/** What can be pressed or filled in, its names, and bars that hold it. Tiles are pictures first: a message may lie on them. */
const controls =
  'button, input, textarea, select, label, a[href], [role="slider"], [role="switch"], [role="combobox"], [role="tab"], [data-foot]';
const pictures = '[data-entry], [data-check]';
/** What a form or a page is there for, beside which other controls count little. */
const main = '[data-solid], [type="submit"]';

/** Milliseconds that a page has to come to rest before it is looked at again. */
const restMs = 150;

/**
 * Puts the message where it covers nothing that can be pressed, by `--toast-left` and `--toast-bottom` of `holder`. It
 * moves only where something has come to lie below it.
 */
export function useToastPlace(holder: RefObject<HTMLElement | null>, id: number | undefined, free: boolean): void {
  useLayoutEffect(() => {
    const element = holder.current;
    const message = element?.firstElementChild;
    if (element === null || !(message instanceof HTMLElement) || id === undefined || !free) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let now: { left: number; bottom: number } | undefined;
    const look = () => {
      const size = { width: message.offsetWidth, height: message.offsetHeight };
      const obstacles = obstaclesBeside(element);
      if (now !== undefined && coverage(size, now, obstacles) === 0) return;
      now = toastPlace(size, room(), obstacles);
      element.style.setProperty('--toast-left', `${now.left}px`);
      element.style.setProperty('--toast-bottom', `${window.innerHeight - now.bottom}px`);
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(look, restMs);
    };
    const anew = () => {
      now = undefined;
      look();
    };
    look();
    const mutations = new MutationObserver(soon);
    mutations.observe(document.body, { childList: true, subtree: true });
    const sizes = new ResizeObserver(anew);
    sizes.observe(message);
    window.addEventListener('resize', anew);
    document.addEventListener('scroll', soon, true);
    return () => {
      clearTimeout(timer);
      mutations.disconnect();
      sizes.disconnect();
      window.removeEventListener('resize', anew);
      document.removeEventListener('scroll', soon, true);
    };
  }, [holder, id, free]);
}

/** Where a message may stand: on the page, not on rail and status bar. */
function room(): Box {
  const page = document.querySelector('main')?.getBoundingClientRect();
  return page ?? { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight };
}

function obstaclesBeside(holder: HTMLElement): Obstacle[] {
  return [...document.querySelectorAll<HTMLElement>(controls)].flatMap((control) => {
    if (holder.contains(control) || control.matches(pictures)) return [];
    const box = control.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || !isSeen(control, box, holder)) return [];
    const { left, top, right, bottom } = box;
    return [{ left, top, right, bottom, weight: control.matches(main) ? 100 : 1 }];
  });
}

/** Some of it: not scrolled away, and not behind a dialog. */
function isSeen(control: HTMLElement, box: DOMRect, holder: HTMLElement): boolean {
  return [0.1, 0.5, 0.9].some((part) => {
    const found = document
      .elementsFromPoint(box.left + box.width / 2, box.top + box.height * part)
      .find((element) => !holder.contains(element));
    return found !== undefined && control.contains(found);
  });
}
