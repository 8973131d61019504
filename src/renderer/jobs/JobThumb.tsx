import { AudioLines, Clapperboard, Image } from 'lucide-react';
import { useState } from 'react';
import { thumbnailAddress } from '../../shared/bridge.js';
import { useAsset } from '../store/hooks.js';
import css from './Queue.module.css';

/** What kind of thing a tool makes. */
export function KindIcon({ tool }: { tool: string | null }) {
  if (tool !== null && /song|audio|music|sound/.test(tool)) return <AudioLines aria-hidden />;
  if (tool !== null && /video|film/.test(tool)) return <Clapperboard aria-hidden />;
  return <Image aria-hidden />;
}

/** What a job made or is made from, small; the kind of thing where there is no picture. */
export function JobThumb({ assetId, tool }: { assetId: string | null; tool: string | null }) {
  const asset = useAsset(assetId);
  const [failed, setFailed] = useState(false);
  const pictured = asset != null && !failed && (asset.media_kind === 'image' || asset.media_kind === 'video');
  if (assetId === null || !pictured) {
    return (
      <span className={css.thumb}>
        <KindIcon tool={tool} />
      </span>
    );
  }
  return <img className={css.thumb} src={thumbnailAddress(assetId, 256)} alt="" onError={() => setFailed(true)} />;
}
