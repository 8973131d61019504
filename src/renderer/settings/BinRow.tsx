import { useEffect, useState } from 'react';
import type { OperationOutput } from '../../shared/contract.js';
import { binDays } from '../../shared/library.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { Confirm } from '../ui/Confirm.js';
import { cx } from '../ui/cx.js';
import { formatCount, plural } from '../ui/format.js';
import { Row } from './Row.js';
import css from './Settings.module.css';

/** How much was deleted; the way back for all of it, and the way out. */
export function BinRow() {
  const app = useApp();
  const [bin, setBin] = useState<OperationOutput<'get_bin'> | null>(null);
  const [asking, setAsking] = useState(false);
  /** What the question is about; it stays while the dialog fades. */
  const [asked, setAsked] = useState<'all' | 'older'>('all');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (busy) return;
    let wanted = true;
    const read = () =>
      app.client.invoke('get_bin', {}).then(
        (answer) => {
          if (wanted) setBin(answer);
        },
        (error: unknown) => app.fail(error),
      );
    void read();
    // What enters or leaves the bin changes the gallery's index.
    const unsubscribe = app.store.subscribe((state, before) => {
      if (state.index !== before.index) void read();
    });
    return () => {
      wanted = false;
      unsubscribe();
    };
  }, [app, busy]);

  const work = async (task: () => Promise<string>) => {
    setBusy(true);
    try {
      app.toast(await task());
    } catch (error) {
      app.fail(error);
    } finally {
      setBusy(false);
    }
  };
  const restore = () =>
    work(async () => {
      const { restored } = await app.client.invoke('restore_bin', {});
      return `${plural(restored, 'asset')} restored.`;
    });
  const empty = (older: boolean) =>
    work(async () => {
      const { emptied } = await app.client.invoke('empty_bin', older ? { older } : {});
      return `${plural(emptied, 'asset')} deleted for good.`;
    });

  const ask = (about: 'all' | 'older') => {
    setAsked(about);
    setAsking(true);
  };
  const count = bin?.count ?? 0;
  const older = bin?.older ?? 0;
  // The row's other buttons do the same for all of it.
  const someOlder = older > 0 && older < count;
  return (
    <Row title="Bin" text="What you or an agent deleted, until you empty it. ComfyUI’s own files are never touched.">
      <div className={css.inline}>
        <span className={css.unit} data-testid="bin-count">
          {bin === null ? '' : count === 0 ? 'Empty' : plural(count, 'asset')}
        </span>
        <Button disabled={busy || count === 0} onClick={() => void restore()}>
          Restore all
        </Button>
        <Button danger disabled={busy || count === 0} onClick={() => ask('all')}>
          Empty…
        </Button>
      </div>
      {older > 0 && (
        <div className={cx(css.inline, css.take)}>
          <span className={css.unit} data-testid="bin-older">
            {older === count ? 'All' : formatCount(older)} for more than {binDays} days
          </span>
          {someOlder && (
            <Button danger disabled={busy} onClick={() => ask('older')}>
              Empty these…
            </Button>
          )}
        </div>
      )}
      <Confirm
        open={asking}
        title={asked === 'all' ? 'Empty the bin?' : `Empty what is older than ${binDays} days?`}
        text={`${plural(asked === 'all' ? count : older, 'asset')} with prompts, stars and tags can’t be had back. ComfyUI’s own files stay.`}
        keep="Keep them"
        go="Delete for good"
        onClose={() => setAsking(false)}
        onGo={() => void empty(asked === 'older')}
      />
    </Row>
  );
}
