import { Copy, TriangleAlert } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { OldFolder } from '../../../shared/data-move.js';
import type { SettingsView } from '../../../shared/settings.js';
import { copyText } from '../../actions/asset.js';
import { useApp } from '../../store/hooks.js';
import { Button, IconButton } from '../../ui/Button.js';
import { Confirm } from '../../ui/Confirm.js';
import { cx } from '../../ui/cx.js';
import { formatBytes, plural } from '../../ui/format.js';
import parts from '../../ui/parts.module.css';
import { Row } from '../Row.js';
import css from '../Settings.module.css';
import { lockWords } from '../source.js';
import move from './Move.module.css';
import { MoveDialog } from './MoveDialog.js';
import { useMove } from './useMove.js';

/** Where everything lies, the way to another folder, and the old one after that. */
export function DataFolderRow({ settings }: { settings: SettingsView }) {
  const app = useApp();
  const { step, choose, go, cancel, close } = useMove();
  const lock = lockWords(settings, 'data_dir');
  return (
    <Row title="Data folder" text="The library, its cache, these settings and your workflows." lock={lock}>
      <div className={css.inline}>
        <span className={css.path} data-testid="data-dir">
          {settings.data_dir}
        </span>
        <IconButton
          label="Copy: Data folder"
          side="left"
          onClick={() => void copyText(app, settings.data_dir, 'Path copied.')}
        >
          <Copy />
        </IconButton>
        {lock === null && <Button onClick={() => void choose()}>Move…</Button>}
      </div>
      <Old />
      <MoveDialog step={step} choose={() => void choose()} go={(plan) => void go(plan)} cancel={cancel} close={close} />
    </Row>
  );
}

function Old() {
  const app = useApp();
  const [old, setOld] = useState<OldFolder | null>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const read = useCallback(
    () => app.client.invoke('get_old_data_dir', {}).then((answer) => setOld(answer.old), app.fail),
    [app],
  );
  useEffect(() => void read(), [read]);
  if (old === null) return null;
  const act = async (work: () => Promise<unknown>, told: string) => {
    setBusy(true);
    try {
      await work();
      app.toast(told);
    } catch (error) {
      app.fail(error);
    }
    setBusy(false);
    await read();
  };
  return (
    <div className={move.old} data-testid="old-data-dir">
      <div className={css.unit}>The old folder is still there, {formatBytes(old.bytes)}:</div>
      <div className={css.path}>{old.path}</div>
      {old.problem !== null && (
        <div className={cx(parts.note, parts.bad)}>
          <TriangleAlert aria-hidden />
          <span>
            {old.problem.message} {old.problem.hint}
          </span>
        </div>
      )}
      <div className={move.oldActions}>
        <Button onClick={() => void app.client.invoke('show_in_folder', { path: old.path }).catch(app.fail)}>
          Show it
        </Button>
        <Button
          disabled={busy}
          onClick={() => void act(() => app.client.invoke('keep_old_data_dir', {}), 'The old folder stays.')}
        >
          Keep it
        </Button>
        {old.problem === null && (
          <Button danger disabled={busy} onClick={() => setAsking(true)}>
            Remove it…
          </Button>
        )}
      </div>
      <Confirm
        open={asking}
        title="Remove the old data folder?"
        text={`${plural(old.files, 'file')}, ${formatBytes(old.bytes)}, in ${old.path} can’t be had back. They were copied into the new folder, which stays; what else lies there stays too.`}
        keep="Keep it"
        go="Remove it"
        onClose={() => setAsking(false)}
        onGo={() => void act(() => app.client.invoke('remove_old_data_dir', {}), 'The old folder is gone.')}
      />
    </div>
  );
}
