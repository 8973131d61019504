import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useRef, useState } from 'react';
import { useApp, useAppState } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { type Choice, Segments } from '../ui/controls.js';
import { plural } from '../ui/format.js';
import overlays from '../ui/overlays.module.css';
import { type ExportChoice, exportAssets } from './run.js';
import css from './Transfer.module.css';
import { TransferProgress } from './TransferProgress.js';
import { useLast } from './useLast.js';

const targets: readonly Choice<ExportChoice['to']>[] = [
  { value: 'zip', label: 'One zip' },
  { value: 'folder', label: 'Folder' },
];
const metadataChoices: readonly Choice<ExportChoice['metadata']>[] = [
  { value: 'keep', label: 'With' },
  { value: 'strip', label: 'Without' },
];

const notes: Readonly<Record<ExportChoice['metadata'], string>> = {
  keep: 'The files as they are, with prompts and graphs, and a manifest: this app can take the export in again, stars and tags included.',
  strip: 'Only the files, and nothing in them tells how they were made. The app can’t take such an export in again.',
};

/** Asks how the chosen assets are to leave, then shows how far they are. */
export function ExportDialog() {
  const app = useApp();
  const chosen = useAppState((state) => state.exporting);
  const shown = useLast(chosen);
  const close = () => app.set({ exporting: null });
  return (
    <Dialog.Root open={chosen !== null} onOpenChange={(open) => !open && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlays.backdrop} />
        {shown !== null && <Content assetIds={shown} close={close} />}
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Content({ assetIds, close }: { assetIds: readonly string[]; close(): void }) {
  const app = useApp();
  const status = useAppState((state) => state.transfer);
  const canStrip = useCanStrip();
  const go = useRef<HTMLButtonElement>(null);
  const [to, setTo] = useState<ExportChoice['to']>('zip');
  const [metadata, setMetadata] = useState<ExportChoice['metadata']>('keep');
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    const done = await exportAssets(app, assetIds, { to, metadata }).catch((error: unknown) => {
      app.fail(error);
      return false;
    });
    setBusy(false);
    if (done) close();
  };
  const running = status.task === 'export';
  return (
    <Dialog.Popup className={overlays.dialog} initialFocus={go} data-testid="export-dialog">
      <Dialog.Title className={overlays.dialogTitle}>Export {plural(assetIds.length, 'file')}</Dialog.Title>
      {running ? (
        <div className={css.running}>
          <TransferProgress status={status} />
        </div>
      ) : (
        <>
          <div className={css.choices}>
            <span className={css.label}>As</span>
            <span>
              <Segments label="As" value={to} choices={targets} onChange={(next) => setTo(next)} />
            </span>
            {canStrip && (
              <>
                <span className={css.label}>Metadata</span>
                <span>
                  <Segments
                    label="Metadata"
                    value={metadata}
                    choices={metadataChoices}
                    onChange={(next) => setMetadata(next)}
                  />
                </span>
              </>
            )}
          </div>
          <Dialog.Description className={css.note}>{notes[metadata]}</Dialog.Description>
          <div className={overlays.dialogActions}>
            <Dialog.Close render={<Button>Cancel</Button>} />
            <Button ref={go} look="solid" disabled={busy || status.task !== null} onClick={() => void start()}>
              {to === 'zip' ? 'Save as…' : 'Choose a folder…'}
            </Button>
          </div>
        </>
      )}
    </Dialog.Popup>
  );
}

/** Whether files can leave without metadata; not offered until that is known. */
function useCanStrip(): boolean {
  const app = useApp();
  const [can, setCan] = useState(false);
  useEffect(() => {
    let wanted = true;
    app.client.invoke('get_transfer', {}).then(({ can_strip }) => wanted && setCan(can_strip), app.fail);
    return () => {
      wanted = false;
    };
  }, [app]);
  return can;
}
