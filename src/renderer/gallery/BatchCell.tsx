import { CircleSlash, Clock, File, ImageOff, Music, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { thumbnailAddress } from '../../shared/bridge.js';
import type { Job } from '../../shared/job.js';
import { thumbnailFor } from '../../shared/thumbnail.js';
import { failureOf, placeWords, stepWords } from '../jobs/words.js';
import { useAsset, usePreview } from '../store/hooks.js';
import css from './BatchGrid.module.css';
import { pixelsOf } from './Picture.js';
import { Words } from './Words.js';

interface BatchCellProps {
  cell: number;
  job: Job | undefined;
  /** The values it was made with. */
  words: string;
  /** Pixels. */
  edge: number;
  /** The one arrow keys start from. */
  here: boolean;
  onStand(cell: number): void;
  onOpen(cell: number): void;
}

/** One cell of a batch: its picture, or in words why there is none. */
export function BatchCell({ cell, job, words, edge, here, onStand, onOpen }: BatchCellProps) {
  const state = job === undefined ? 'Missing' : cellState(job);
  const made = (job?.asset_ids.length ?? 0) > 0;
  return (
    <button
      type="button"
      className={css.cell}
      style={{ width: edge, height: edge }}
      data-cell={cell}
      data-status={job?.status}
      data-bad={state.startsWith('Failed') || undefined}
      aria-label={`${words}: ${state}`}
      aria-current={here}
      tabIndex={here ? 0 : -1}
      onFocus={() => onStand(cell)}
      onClick={() => (made ? onOpen(cell) : onStand(cell))}
    >
      <Inside job={job} edge={edge} />
    </button>
  );
}

function cellState(job: Job): string {
  switch (job.status) {
    case 'completed':
      return job.asset_ids.length > 0 ? 'made' : 'in the bin, or nothing was saved';
    case 'running':
      return `running ${stepWords(job)}`.trim();
    case 'queued':
      return 'waiting';
    case 'cancelled':
      return 'cancelled';
    default:
      return `Failed: ${failureOf(job).title}`;
  }
}

function Inside({ job, edge }: { job: Job | undefined; edge: number }): ReactNode {
  const small = edge < 120;
  if (job === undefined) return <Words icon={<ImageOff />} title="Missing" detail="" small={small} />;
  const [assetId] = job.asset_ids;
  if (assetId !== undefined) return <Picture assetId={assetId} edge={edge} />;
  if (job.status === 'running') return <Running job={job} small={small} />;
  if (job.status === 'queued') return <Words icon={<Clock />} title="Waiting" detail={placeOf(job)} small={small} />;
  if (job.status === 'cancelled') return <Words icon={<CircleSlash />} title="Cancelled" detail="" small={small} />;
  if (job.status === 'completed')
    return <Words icon={<ImageOff />} title="Nothing here" detail="In the bin, or nothing was saved" small={small} />;
  const { title, sentence } = failureOf(job);
  return <Words icon={<TriangleAlert />} title={title} detail={sentence} small={small} />;
}

function placeOf(job: Job): string {
  const words = placeWords(job);
  return words === 'Waiting' ? '' : words;
}

function Running({ job, small }: { job: Job; small: boolean }) {
  const preview = usePreview(job.prompt_id);
  const percent = Math.round(job.progress?.percent ?? 0);
  return (
    <>
      {preview === undefined ? (
        <Words icon={<Clock />} title="Running" detail="" small={small} />
      ) : (
        <img className={css.preview} src={preview} alt="" />
      )}
      <span className={css.step}>{stepWords(job) || `${percent} %`}</span>
      <i className={css.bar} style={{ width: `${percent}%` }} />
    </>
  );
}

function Picture({ assetId, edge }: { assetId: string; edge: number }) {
  const asset = useAsset(assetId);
  if (asset === undefined) return null;
  if (asset === null)
    return <Words icon={<ImageOff />} title="Gone" detail="No longer in the library" small={edge < 120} />;
  if (asset.media_kind === 'image' || asset.media_kind === 'video') {
    return <img src={thumbnailAddress(assetId, thumbnailFor(asset, pixelsOf(edge)))} alt="" draggable={false} />;
  }
  const icon = asset.media_kind === 'audio' ? <Music /> : <File />;
  return <Words icon={icon} title={asset.filename} detail="" small={edge < 120} />;
}
