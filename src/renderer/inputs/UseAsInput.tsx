import { Dialog } from '@base-ui/react/dialog';
import { thumbnailAddress } from '../../shared/bridge.js';
import { subjectOf } from '../actions/asset.js';
import { useApp, useAppState, useAsset } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { paramLabel } from '../ui/format.js';
import overlays from '../ui/overlays.module.css';
import { accepting } from './accepting.js';
import css from './UseAsInput.module.css';

/** Asks which workflow an asset goes into, and opens the composer with it. */
export function UseAsInput() {
  const assetId = useAppState((state) => state.usingAsset);
  return assetId === null ? null : <Choices assetId={assetId} />;
}

function Choices({ assetId }: { assetId: string }) {
  const app = useApp();
  const workflows = useAppState((state) => state.workflows);
  const asset = useAsset(assetId);
  const close = () => app.set({ usingAsset: null });
  const fitting = asset == null ? [] : accepting(workflows, asset.media_kind);
  return (
    <Dialog.Root open onOpenChange={(next) => !next && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlays.backdrop} />
        <Dialog.Popup className={overlays.dialog} data-testid="use-as-input">
          <Dialog.Title className={overlays.dialogTitle}>Use as input for</Dialog.Title>
          <div className={css.subject}>
            {asset != null && asset.media_kind !== 'audio' && <img src={thumbnailAddress(assetId, 256)} alt="" />}
            <span dir="auto">{asset == null ? '' : subjectOf(asset) || asset.filename}</span>
          </div>
          {fitting.length === 0 && asset != null && (
            <p className={css.none}>
              No workflow takes {asset.media_kind === 'image' ? 'an image' : asset.media_kind}.
            </p>
          )}
          <ul className={css.list}>
            {fitting.map(({ workflow, parameter }) => (
              <li key={workflow.id}>
                <button
                  type="button"
                  className={css.row}
                  onClick={() =>
                    app.set({
                      usingAsset: null,
                      screen: 'gallery',
                      lightbox: false,
                      comparing: null,
                      composer: true,
                      remaking: null,
                      given: { workflowId: workflow.id, values: { [parameter]: assetId } },
                    })
                  }
                >
                  <span>{workflow.name}</span>
                  <span className={css.into}>as {paramLabel(parameter).toLowerCase()}</span>
                </button>
              </li>
            ))}
          </ul>
          <div className={overlays.dialogActions}>
            <Dialog.Close render={<Button>Cancel</Button>} />
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
