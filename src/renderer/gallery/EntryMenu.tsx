import { ContextMenu } from '@base-ui/react/context-menu';
import { Fragment, memo, useEffect, useRef } from 'react';
import { keyCaps } from '../actions/keys.js';
import { actions, titleOf } from '../actions/registry.js';
import { useApp, useAppState } from '../store/hooks.js';
import overlays from '../ui/overlays.module.css';

/** What can be done with the entry under the pointer. Remembered: the grid it stands in is at every frame of scrolling. */
export const EntryMenu = memo(function EntryMenu() {
  /** It stands in the main part of the page, where screen readers look for what belongs to it. */
  const main = useRef<HTMLElement | null>(null);
  useEffect(() => {
    main.current = document.querySelector('main');
  }, []);
  return (
    <ContextMenu.Portal container={main}>
      <ContextMenu.Positioner className={overlays.layer}>
        <ContextMenu.Popup className={overlays.menu}>
          <Items />
        </ContextMenu.Popup>
      </ContextMenu.Positioner>
    </ContextMenu.Portal>
  );
});

/** Apart, so that nothing is asked of the actions while the menu is closed. */
function Items() {
  const app = useApp();
  const state = useAppState((all) => all);
  const shown = actions.filter((action) => (action.on !== 'app' || action.menu) && action.available(state));
  return shown.map((action, at) => {
    const reason = action.blocked?.(app) ?? null;
    const keys = action.keys?.[0];
    return (
      <Fragment key={action.id}>
        {at > 0 && sectionOf(action.id) !== sectionOf(shown[at - 1]?.id) && (
          <ContextMenu.Separator className={overlays.menuRule} />
        )}
        <ContextMenu.Item className={overlays.menuItem} disabled={reason !== null} onClick={() => action.run(app)}>
          <action.icon aria-hidden />
          <span>
            {titleOf(action, state)}
            {reason !== null && <span className={overlays.menuReason}>{reason}</span>}
          </span>
          {keys !== undefined && (
            <span className={overlays.menuKeys}>
              {keyCaps(keys, app.client.platform).map((cap) => (
                <kbd key={cap}>{cap}</kbd>
              ))}
            </span>
          )}
        </ContextMenu.Item>
      </Fragment>
    );
  });
}

/** What belongs together, between two lines of the menu; what is in none of them stands with what looks at it. */
const sections: readonly (readonly string[])[] = [
  ['asset.remake', 'asset.variations'],
  ['asset.copyPrompt', 'asset.copyLink'],
  ['asset.save', 'asset.publish', 'asset.export'],
  ['asset.album', 'asset.reject', 'asset.delete', 'asset.restore'],
];

const sectionOf = (id: string | undefined) => sections.findIndex((ids) => id !== undefined && ids.includes(id));
