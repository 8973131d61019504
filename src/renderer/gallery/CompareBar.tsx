import { Dialog } from '@base-ui/react/dialog';
import {
  ArrowLeft,
  ArrowLeftRight,
  Columns2,
  Lock,
  LockOpen,
  Maximize,
  PanelBottom,
  SquareSplitHorizontal,
  ZoomIn,
} from 'lucide-react';
import type { Asset } from '../../shared/asset.js';
import { Button, Hint, IconButton } from '../ui/Button.js';
import { Segments } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import { plural } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import css from './Compare.module.css';
import lightbox from './Lightbox.module.css';

export type CompareMode = 'side' | 'slider';

interface CompareBarProps {
  assets: readonly Asset[];
  mode: CompareMode;
  /** Two pictures or films can lie on each other. */
  canSlide: boolean;
  onMode(mode: CompareMode): void;
  together: boolean;
  onTogether(together: boolean): void;
  /** Of the current one; null when there is nothing to zoom. */
  scale: number | null;
  zoomed: boolean;
  onZoom(): void;
  onSwap(): void;
  details: boolean;
  onDetails(shown: boolean): void;
  onClose(): void;
}

const modes = [
  { value: 'side', label: 'Side by side', icon: <Columns2 aria-hidden /> },
  { value: 'slider', label: 'Slider', icon: <SquareSplitHorizontal aria-hidden /> },
] as const;

export function CompareBar(props: CompareBarProps) {
  const { assets, mode, canSlide, together, scale, details } = props;
  return (
    <header className={lightbox.bar}>
      <IconButton label="Back" keys="Esc" onClick={props.onClose}>
        <ArrowLeft />
      </IconButton>
      <Dialog.Title className={lightbox.name}>Compare</Dialog.Title>
      <span className={cx(lightbox.count, parts.clip)}>{plural(assets.length, kindOf(assets))}</span>
      <span className={parts.grow} />
      {canSlide && <Segments label="Layout" value={mode} choices={modes} onChange={props.onMode} />}
      {canSlide && <span className={lightbox.rule} />}
      {scale !== null && (
        <>
          {mode === 'side' && (
            <Hint label={together ? 'Each on its own' : 'All show the same part'} keys="T">
              <Button
                look="plain"
                aria-label="Zoom together"
                aria-pressed={together}
                className={css.together}
                onClick={() => props.onTogether(!together)}
              >
                {together ? <Lock aria-hidden /> : <LockOpen aria-hidden />}
                <span className={css.wide}>Zoom together</span>
              </Button>
            </Hint>
          )}
          <span className={lightbox.zoom}>{Math.round(scale * 100)} %</span>
          <IconButton label="Pixels or whole" keys="Z" onClick={props.onZoom}>
            {props.zoomed ? <Maximize /> : <ZoomIn />}
          </IconButton>
        </>
      )}
      <IconButton label="Swap with the next" keys="W" onClick={props.onSwap}>
        <ArrowLeftRight />
      </IconButton>
      <IconButton label="Parameters" keys="I" aria-pressed={details} onClick={() => props.onDetails(!details)}>
        <PanelBottom />
      </IconButton>
    </header>
  );
}

const words = { image: 'picture', video: 'film', audio: 'sound', text: 'text', model: 'model', other: 'file' };

function kindOf(assets: readonly Asset[]): string {
  const kinds = new Set(assets.map((asset) => asset.media_kind));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? words[only] : 'file';
}
