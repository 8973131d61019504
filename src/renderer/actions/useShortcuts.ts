import { useEffect } from 'react';
import { useApp } from '../store/hooks.js';
import { isTyping, pressed } from './keys.js';
import { actions, runAction } from './registry.js';

/** Keys of the registry, anywhere in the window. Parts that take a key themselves mark it as handled. */
export function useShortcuts(): void {
  const app = useApp();
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const state = app.store.getState();
      const { platform } = app.client;
      const withMod = event.ctrlKey || event.metaKey;
      const typing = isTyping(event.target) && (event.target as HTMLElement).getAttribute('type') !== 'range';
      if (typing && !(withMod && /^[k0-9+=-]$/i.test(event.key))) return;
      const busy = state.shortcuts || state.cancelling !== null || state.publishing !== null || state.palette;
      const action = actions.find(
        (one) => one.available(state) && one.keys?.some((keys) => pressed(event, keys, platform)),
      );
      if (action === undefined || (busy && action.id !== 'palette')) return;
      // A focused button has its own Space.
      if (action.id === 'asset.open' && event.target !== document.body) return;
      if (action.id === 'asset.copyPrompt' && window.getSelection()?.isCollapsed === false) return;
      event.preventDefault();
      runAction(app, action);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [app]);
}
