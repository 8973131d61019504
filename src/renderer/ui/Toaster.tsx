import { TriangleAlert, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { createPortal } from 'react-dom';
import { useApp, useAppState } from '../store/hooks.js';
import { Button, IconButton } from './Button.js';
import css from './Toaster.module.css';

const shownMs = 6_000;

/** One message at a time, bottom centre, six seconds; it stays while hovered or focused. */
export function Toaster() {
  const app = useApp();
  const toast = useAppState((state) => state.toast);
  const raised = useAppState((state) => state.screen === 'gallery' && state.composer && !state.lightbox);
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
    <div role="status" aria-live="polite" className={css.place} data-raised={raised || undefined}>
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
