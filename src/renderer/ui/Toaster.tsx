import { TriangleAlert, X } from 'lucide-react';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useApp, useAppState } from '../store/hooks.js';
import { Button, IconButton } from './Button.js';
import css from './Toaster.module.css';
import { useToastPlace } from './useToastPlace.js';

const shownMs = 6_000;

/** One message at a time, six seconds; it stays while hovered or focused. Low in the middle, where it covers no control. */
export function Toaster() {
  const app = useApp();
  const toast = useAppState((state) => state.toast);
  const over = useAppState((state) => {
    if (state.screen !== 'gallery') return undefined;
    return state.comparing !== null ? 'compare' : state.lightbox ? 'lightbox' : undefined;
  });
  const place = useRef<HTMLDivElement>(null);
  useToastPlace(place, toast?.id, over === undefined);
  useRoomForMessage(place, toast !== null && over === 'lightbox');
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (toast === null || held) return;
    const timer = setTimeout(() => app.set({ toast: null }), shownMs);
    return () => clearTimeout(timer);
  }, [app, toast, held]);
  const close = () => {
    setHeld(false);
    app.set({ toast: null });
  };
  // Beside the page, not in it: what opens over the page would lie over its messages too.
  return createPortal(
    // Said outright, since what opens over the page hides everything from screen readers but live regions.
    <div
      ref={place}
      role="status"
      aria-live="polite"
      className={css.place}
      data-over={over}
      // What it stands in is always dark.
      data-theme={over === undefined ? undefined : 'dark'}
    >
      {toast !== null && (
        <fieldset
          key={toast.id}
          aria-label="Message"
          className={css.toast}
          data-tone={toast.tone}
          onPointerEnter={() => setHeld(true)}
          onPointerLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
        >
          {toast.tone === 'bad' && <TriangleAlert className={css.bad} aria-hidden />}
          <span className={css.message}>{toast.message}</span>
          {toast.action !== undefined && (
            <Button
              look="plain"
              onClick={() => {
                toast.action?.run();
                close();
              }}
            >
              {toast.action.label}
            </Button>
          )}
          <IconButton label="Close message" side="top" small onClick={close}>
            <X />
          </IconButton>
        </fieldset>
      )}
    </div>,
    document.body,
  );
}

/** Tells how wide a message is, to what gives it room: in the lightbox it stands beside the film strip, not on it. */
function useRoomForMessage(place: RefObject<HTMLElement | null>, wanted: boolean): void {
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null || !wanted) return;
    const root = document.documentElement.style;
    const observer = new ResizeObserver(() => root.setProperty('--message-room', `${element.offsetWidth + 24}px`));
    observer.observe(element);
    return () => {
      observer.disconnect();
      root.removeProperty('--message-room');
    };
  }, [place, wanted]);
}
