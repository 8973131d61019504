import { useEffect, useState } from 'react';
import { changeEach } from '../actions/curate.js';
import { useApp, useAppState } from '../store/hooks.js';
import { plural } from '../ui/format.js';
import { NameDialog } from './NameDialog.js';

/** Asks which album the chosen assets are put into; one that is not there is made. */
export function AlbumDialog() {
  const app = useApp();
  const collecting = useAppState((state) => state.collecting);
  const [known, setKnown] = useState<readonly string[]>([]);
  const open = collecting !== null;
  useEffect(() => {
    if (!open) return;
    app.client.invoke('get_collections', {}).then(({ albums }) => setKnown(albums.map(({ name }) => name)), app.fail);
  }, [app, open]);
  return (
    <NameDialog
      open={open}
      title={
        collecting === null || collecting.length === 1 ? 'Put into an album' : `Put ${collecting.length} into an album`
      }
      label="Name of the album"
      initial=""
      action="Put it in"
      known={known}
      onClose={() => app.set({ collecting: null })}
      onName={async (name) => {
        const assets = collecting ?? [];
        const undo = await changeEach(app, assets, 'albums', (before) => [...new Set([...before, name])]);
        app.toast(
          `${plural(assets.length, 'asset')} put into ${name}.`,
          undo === undefined ? {} : { action: { label: 'Undo', run: () => void undo() } },
        );
      }}
    />
  );
}
