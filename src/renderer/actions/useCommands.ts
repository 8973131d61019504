/** What comes from outside of the page: the application menu's choices, and links to assets. */
import { useEffect } from 'react';
import type { WindowCommand } from '../../shared/desktop.js';
import { everything } from '../store/filter.js';
import { useApp } from '../store/hooks.js';
import type { App } from '../store/store.js';
import { isTyping } from './keys.js';
import { menuItems } from './menu.js';
import { actionById, runAction } from './registry.js';

/** Call where the frame is: links wait for the gallery to be known. */
export function useCommands(): void {
  const app = useApp();
  useEffect(() => {
    const take = () =>
      app.client
        .invoke('take_commands', {})
        .then(async ({ commands }) => {
          for (const command of commands) await follow(app, command);
        })
        .catch(app.fail);
    void take();
    return app.client.onCommand(() => void take());
  }, [app]);
}

/** Tells the application menu what can be done now, when that changes. */
export function useMenu(): void {
  const app = useApp();
  useEffect(() => {
    let told = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      const items = menuItems(app.store.getState());
      const next = JSON.stringify(items);
      if (next === told) return;
      told = next;
      app.client.invoke('set_menu', { items }).catch(app.fail);
    };
    tell();
    const unsubscribe = app.store.subscribe(() => {
      timer ??= setTimeout(tell, gatherMs);
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [app]);
}

/** Milliseconds in which several changes are one: a menu is opened by hand. */
const gatherMs = 150;

async function follow(app: App, command: WindowCommand): Promise<void> {
  if (command.kind === 'action') run(app, command.id);
  else await openAsset(app, command.asset_id);
}

function run(app: App, id: string): void {
  const typing = document.activeElement;
  if (isTyping(typing) && (id === 'edit.undo' || id === 'edit.redo')) {
    document.execCommand(id === 'edit.undo' ? 'undo' : 'redo');
    return;
  }
  const action = actionById(id);
  if (action?.available(app.store.getState())) runAction(app, action);
}

/** Opens the asset of a link, in the gallery if it is shown there, else in all of it; or says why not. */
export async function openAsset(app: App, assetId: string | null): Promise<void> {
  const { assets } = await app.client.invoke('get_assets', { asset_ids: assetId === null ? [] : [assetId] });
  const [asset] = assets;
  if (asset === undefined) {
    app.toast('This link leads to nothing in this library. It may be from another one, or deleted for good.', {
      tone: 'bad',
    });
    return;
  }
  const inBin = !app.store.getState().index.ids.includes(asset.asset_id);
  app.set({
    screen: 'gallery',
    filter: inBin ? { ...everything, place: 'bin' } : everything,
    current: asset.asset_id,
    lightbox: true,
    palette: false,
    shortcuts: false,
  });
  app.setWindow({ welcomed: true });
}
