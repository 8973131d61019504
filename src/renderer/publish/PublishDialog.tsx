import { Dialog } from '@base-ui/react/dialog';
import { useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { thumbnailAddress } from '../../shared/bridge.js';
import type { OperationOutput } from '../../shared/contract.js';
import { useApp, useAppState, useAsset } from '../store/hooks.js';
import overlays from '../ui/overlays.module.css';
import css from './Publish.module.css';
import { PublishedView } from './PublishedView.js';
import { PublishForm } from './PublishForm.js';

export type Published = OperationOutput<'publish_asset'>;

/** Puts a picture into a web project: asks where to and under which name, then tells its address. */
export function PublishDialog() {
  const app = useApp();
  const assetId = useAppState((state) => state.publishing);
  // What is shown stays while the dialog fades; opened again, also for the same picture, it begins anew.
  const [opening, setOpening] = useState({ open: false, shown: assetId, count: 0 });
  const open = assetId !== null;
  if (open !== opening.open) {
    setOpening({ open, shown: assetId ?? opening.shown, count: opening.count + (open ? 1 : 0) });
  }
  const asset = useAsset(opening.shown);
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) app.set({ publishing: null });
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className={overlays.backdrop} />
        <Dialog.Popup className={`${overlays.dialog} ${css.dialog}`} data-testid="publish">
          {asset != null && <Inside key={opening.count} asset={asset} />}
          {asset === null && <Dialog.Title>This one is no longer in the library.</Dialog.Title>}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Inside({ asset }: { asset: Asset }) {
  const [published, setPublished] = useState<Published | null>(null);
  return (
    <div className={css.inside}>
      <Dialog.Title className={overlays.dialogTitle}>
        {published === null ? 'Publish this picture' : 'Published'}
      </Dialog.Title>
      <img className={css.picture} src={thumbnailAddress(asset.asset_id, 256)} alt="" />
      {published === null ? (
        <PublishForm asset={asset} onDone={setPublished} />
      ) : (
        <PublishedView published={published} />
      )}
    </div>
  );
}
