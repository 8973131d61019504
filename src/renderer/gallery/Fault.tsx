import { File, FileX2, Film, ImageOff, Music } from 'lucide-react';
import type { Asset } from '../../shared/asset.js';
import type { Fault } from '../store/faults.js';
import css from './Fault.module.css';
import { faultWords } from './fault-words.js';

/** What stands for a file by its kind where it can't be shown itself. */
export function FaultIcon({ asset, fault }: { asset: Asset; fault: Fault }) {
  if (fault === 'missing') return <FileX2 aria-hidden />;
  if (asset.media_kind === 'image') return <ImageOff aria-hidden />;
  if (asset.media_kind === 'video') return <Film aria-hidden />;
  if (asset.media_kind === 'audio') return <Music aria-hidden />;
  return <File aria-hidden />;
}

/** In the lightbox: why it is not to be seen, and what can be done with it all the same. */
export function FaultPanel({ asset, fault }: { asset: Asset; fault: Fault }) {
  const { reason, hint } = faultWords(asset.media_kind, fault);
  return (
    <div className={css.panel} role="img" aria-label={reason} data-testid="fault-panel">
      <FaultIcon asset={asset} fault={fault} />
      <b>{reason}</b>
      <p>{hint}</p>
    </div>
  );
}

/** In the inspector: one line under the file's name. */
export function FaultLine({ asset, fault }: { asset: Asset; fault: Fault }) {
  return (
    <p className={css.line} data-testid="fault-line">
      <FaultIcon asset={asset} fault={fault} />
      {faultWords(asset.media_kind, fault).reason}
    </p>
  );
}
