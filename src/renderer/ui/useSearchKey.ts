import { type RefObject, useEffect, useRef } from 'react';
import { isTyping, pressed } from '../actions/keys.js';
import { useApp } from '../store/hooks.js';

/** "/" and the find key lead to the search field from anywhere on the screen. */
export function useSearchKey(): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  const { platform } = useApp().client;
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.defaultPrevented) return;
      const asked = pressed(event, 'mod+f', platform) || (event.key === '/' && !isTyping(event.target));
      if (!asked) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [platform]);
  return field;
}
