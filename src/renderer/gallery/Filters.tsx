import { useEffect, useLayoutEffect, useRef } from 'react';
import { useApp, useAppState, useMedia } from '../store/hooks.js';
import css from './Filters.module.css';
import { filtersShown, narrowWindow } from './filters-place.js';
import { Sidebar } from './Sidebar.js';

/** What belongs to the filters although it stands elsewhere: their button, and what they open. */
const ours = '[data-filters-toggle], [role=menu], [role=dialog], [role=alertdialog]';

/** Beside the grid, or over it: there a press beside them and Escape put them away. */
export function Filters() {
  const app = useApp();
  const narrow = useMedia(narrowWindow);
  const shown = useAppState(filtersShown);
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => app.set({ narrow, filtersOver: false }), [app, narrow]);
  const over = narrow && shown;
  useEffect(() => {
    if (!over) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      app.set({ filtersOver: false });
    };
    const onPress = ({ target }: PointerEvent) => {
      if (!(target instanceof Element) || place.current?.contains(target) || target.closest(ours) !== null) return;
      app.set({ filtersOver: false });
    };
    window.addEventListener('keydown', onKey);
    window.addEventListener('pointerdown', onPress);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener('pointerdown', onPress);
    };
  }, [app, over]);
  if (!over) return shown && <Sidebar />;
  return (
    <div ref={place} className={css.place}>
      <Sidebar />
    </div>
  );
}
