import { useEffect, useState } from 'react';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { Confirm } from '../ui/Confirm.js';
import { plural } from '../ui/format.js';
import { Row } from './Row.js';
import css from './Settings.module.css';

/** How much was deleted; the way back for all of it, and the way out. */
export function BinRow() {
  const app = useApp();
  const [count, setCount] = useState<number | null>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (busy) return;
    let wanted = true;
    const read = () =>
      app.client.invoke('get_bin', {}).then(
        (bin) => {
          if (wanted) setCount(bin.count);
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
  const empty = () =>
    work(async () => {
      const { emptied } = await app.client.invoke('empty_bin', {});
      return `${plural(emptied, 'asset')} deleted for good.`;
    });

  const idle = busy || count === null || count === 0;
  return (
    <Row title="Bin" text="What you or an agent deleted, until you empty it. ComfyUI’s own files are never touched.">
      <div className={css.inline}>
        <span className={css.unit} data-testid="bin-count">
          {count === null ? '' : count === 0 ? 'Empty' : plural(count, 'asset')}
        </span>
        <Button disabled={idle} onClick={() => void restore()}>
          Restore all
        </Button>
        <Button danger disabled={idle} onClick={() => setAsking(true)}>
          Empty…
        </Button>
      </div>
      <Confirm
        open={asking}
        title="Empty the bin?"
        text={`${plural(count ?? 0, 'asset')} with prompts, stars and tags can’t be had back. ComfyUI’s own files stay.`}
        keep="Keep them"
        go="Delete for good"
        onClose={() => setAsking(false)}
        onGo={() => void empty()}
      />
    </Row>
  );
}
