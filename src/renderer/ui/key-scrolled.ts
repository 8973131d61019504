/**
 * A ref for what may scroll: while it does, the keyboard can go there and scroll it. Chromium would let it by itself,
 * but tells nobody who asks whether it can.
 */
export function keyScrolled(element: HTMLElement): () => void {
  const observer = new ResizeObserver(() => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = element;
    if (scrollHeight > clientHeight || scrollWidth > clientWidth) element.tabIndex = 0;
    else element.removeAttribute('tabindex');
  });
  observer.observe(element);
  return () => observer.disconnect();
}
