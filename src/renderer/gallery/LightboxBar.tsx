import { Dialog } from '@base-ui/react/dialog';
import { ArrowLeft, Columns2, Download, Expand, Maximize, PanelRight, Pause, Play, Shrink, ZoomIn } from 'lucide-react';
import type { Asset } from '../../shared/asset.js';
import { saveAsset } from '../actions/asset.js';
import { actionById } from '../actions/registry.js';
import { useApp, useAppState } from '../store/hooks.js';
import { slideSeconds } from '../store/store.js';
import { IconButton } from '../ui/Button.js';
import { Segments } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import { formatCount } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import css from './Lightbox.module.css';
import { Stars } from './Stars.js';
import { toggleFullscreen, useFullscreen } from './useFullscreen.js';

/** How a picture is seen; null where there is none to look into. */
export type PictureView = { scale: number; zoomed: boolean } | null;

interface LightboxBarProps {
  asset: Asset | null | undefined;
  at: number;
  count: number;
  view: PictureView;
  onZoom(): void;
  onClose(): void;
}

/** The one bar of the lightbox: where one is, and what can be done. */
export function LightboxBar({ asset, at, count, view, onZoom, onClose }: LightboxBarProps) {
  const app = useApp();
  const slideshow = useAppState((state) => state.slideshow);
  const running = slideshow === 'running';
  return (
    <header className={css.bar}>
      <IconButton label="Back to the gallery" keys="Esc" onClick={onClose}>
        <ArrowLeft />
      </IconButton>
      <Dialog.Title className={cx(css.name, parts.clip)}>{asset?.filename ?? ''}</Dialog.Title>
      {at >= 0 && (
        <span className={css.count}>
          {formatCount(at + 1)} of {formatCount(count)}
        </span>
      )}
      <span className={parts.grow} />
      {asset != null && !running && <Stars asset={asset} />}
      {view !== null && !running && (
        <>
          <span className={css.rule} />
          <span className={css.zoom}>{Math.round(view.scale * 100)} %</span>
          <IconButton label="Pixels or whole" keys="Z" onClick={onZoom}>
            {view.zoomed ? <Maximize /> : <ZoomIn />}
          </IconButton>
        </>
      )}
      {!running && <span className={css.rule} />}
      {slideshow !== 'off' && <Interval />}
      {count > 1 && (
        <IconButton
          label={running ? 'Pause the slideshow' : 'Slideshow'}
          keys="S"
          onClick={() => actionById('slideshow')?.run(app)}
        >
          {running ? <Pause /> : <Play />}
        </IconButton>
      )}
      <FullscreenButton />
      {!running && asset != null && <Others asset={asset} comparable={count > 1} />}
    </header>
  );
}

function Others({ asset, comparable }: { asset: Asset; comparable: boolean }) {
  const app = useApp();
  const inspector = useAppState((state) => state.window.inspector);
  return (
    <>
      {comparable && (
        <IconButton label="Compare with its neighbour" keys="C" onClick={() => actionById('compare')?.run(app)}>
          <Columns2 />
        </IconButton>
      )}
      <IconButton label="Save as…" keys="Ctrl S" onClick={() => void saveAsset(app, asset.asset_id)}>
        <Download />
      </IconButton>
      <IconButton
        label="Inspector"
        keys="I"
        aria-pressed={inspector}
        onClick={() => app.setWindow({ inspector: !inspector })}
      >
        <PanelRight />
      </IconButton>
    </>
  );
}

const intervals = slideSeconds.map((seconds) => ({ value: String(seconds), label: `${seconds} s` }));

/** How long a slide stays. */
function Interval() {
  const app = useApp();
  const chosen = useAppState((state) => state.slideSeconds);
  return (
    <Segments
      label="Time for each"
      value={String(chosen)}
      choices={intervals}
      onChange={(value) => {
        const seconds = slideSeconds.find((one) => String(one) === value);
        if (seconds !== undefined) app.set({ slideSeconds: seconds });
      }}
    />
  );
}

function FullscreenButton() {
  const full = useFullscreen();
  const app = useApp();
  return (
    <IconButton label={full ? 'Leave full screen' : 'Full screen'} keys="F" onClick={() => toggleFullscreen(app.fail)}>
      {full ? <Shrink /> : <Expand />}
    </IconButton>
  );
}
