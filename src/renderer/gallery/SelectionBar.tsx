import { BookImage, Columns2, FolderOutput, RefreshCw, Star, ThumbsDown, Trash2, Undo2, X } from 'lucide-react';
import { type ComponentType, type RefObject, useLayoutEffect, useRef } from 'react';
import { rateAssets } from '../actions/curate.js';
import { keyCaps } from '../actions/keys.js';
import { actionById } from '../actions/registry.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { formatCount } from '../ui/format.js';
import css from './SelectionBar.module.css';
import { nothingSelected } from './selection.js';

const words: readonly [string, string, ComponentType<{ 'aria-hidden'?: boolean }>][] = [
  ['compare', 'Compare', Columns2],
  ['asset.remake', 'Regenerate', RefreshCw],
  ['asset.album', 'Album', BookImage],
  ['asset.export', 'Export', FolderOutput],
  ['asset.restore', 'Restore', Undo2],
];

/** What can be done with the chosen assets; it takes its own place below the grid. */
export function SelectionBar() {
  const app = useApp();
  const state = useAppState((all) => all);
  const count = state.selected.size;
  const bar = useRef<HTMLDivElement>(null);
  useRoomForBar(bar, count > 0);
  if (count === 0) return null;
  const bin = actionById('asset.delete');
  return (
    <div
      ref={bar}
      className={css.bar}
      data-foot
      role="toolbar"
      aria-label={`${count} chosen`}
      data-testid="selection-bar"
    >
      <b className={css.count}>{formatCount(count)} selected</b>
      <span className={css.rule} />
      <span className={css.stars}>
        {[1, 2, 3, 4, 5].map((stars) => (
          <IconButton
            key={stars}
            small
            side="top"
            label={`Rate all of them ${stars}`}
            keys={String(stars)}
            onClick={() => void rateAssets(app, [...state.selected], stars)}
          >
            <Star />
          </IconButton>
        ))}
        <IconButton
          small
          side="top"
          label="Reject all of them"
          keys="X"
          onClick={() => void rateAssets(app, [...state.selected], -1)}
        >
          <ThumbsDown />
        </IconButton>
      </span>
      <span className={css.rule} />
      {words.map(([id, label, Icon]) => {
        const action = actionById(id);
        if (action === undefined || !action.available(state)) return null;
        const keys = action.keys?.[0];
        const reason = action.blocked?.(app) ?? null;
        return (
          <Button
            key={id}
            look="plain"
            disabled={reason !== null}
            title={reason ?? undefined}
            onClick={() => action.run(app)}
            {...(keys === undefined ? {} : { keys: keyCaps(keys, app.client.platform).join(' ') })}
          >
            <Icon aria-hidden />
            {label}
          </Button>
        );
      })}
      <span className={css.grow} />
      {bin?.available(state) && (
        <IconButton label="Move them to the bin" keys="Del" side="top" onClick={() => bin.run(app)}>
          <Trash2 />
        </IconButton>
      )}
      <IconButton label="Choose nothing" keys="Esc" side="top" onClick={() => app.set(nothingSelected)}>
        <X />
      </IconButton>
    </div>
  );
}

/** Tells how high the bar is, to what lies over the grid: messages and the inspector of a narrow window end above it. */
function useRoomForBar(bar: RefObject<HTMLElement | null>, shown: boolean): void {
  useLayoutEffect(() => {
    if (!shown || bar.current === null) return;
    const root = document.documentElement.style;
    root.setProperty('--selection-height', `${bar.current.offsetHeight}px`);
    return () => {
      root.removeProperty('--selection-height');
    };
  }, [bar, shown]);
}
