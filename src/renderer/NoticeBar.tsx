import { TriangleAlert, X } from 'lucide-react';
import { useMemo } from 'react';
import type { Notice } from '../shared/notice.js';
import { restart } from './actions/restart.js';
import css from './NoticeBar.module.css';
import { useApp, useAppState } from './store/hooks.js';
import type { App } from './store/store.js';
import { Button, IconButton } from './ui/Button.js';

/** What went wrong outside of what one is doing, one at a time, in a place of its own: it stays until it is put away. */
export function NoticeBar() {
  const app = useApp();
  const notices = useAppState((state) => state.notices);
  const read = useAppState((state) => state.readNotices);
  const open = useMemo(
    () => notices.filter(({ level, message }) => level !== 'info' && !read.has(message)),
    [notices, read],
  );
  const [notice] = open;
  if (notice === undefined) return null;
  return (
    <section className={css.bar} aria-label="Notice" role="status">
      <TriangleAlert aria-hidden />
      <p>
        <b>{notice.message}</b> {notice.hint}
      </p>
      <div className={css.actions}>
        {open.length > 1 && <span className={css.more}>{open.length - 1} more</span>}
        {notice.remedy === 'restart' && (
          <Button onClick={() => void restart(app)} look="outline">
            Start again
          </Button>
        )}
        <IconButton label="Put this notice away" side="left" onClick={() => putAway(app, notice)}>
          <X />
        </IconButton>
      </div>
    </section>
  );
}

function putAway(app: App, { message }: Notice): void {
  app.set({ readNotices: new Set([...app.store.getState().readNotices, message]) });
}
