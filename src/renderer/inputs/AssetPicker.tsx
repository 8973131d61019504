import { Popover } from '@base-ui/react/popover';
import { AudioLines, Images } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { thumbnailAddress } from '../../shared/bridge.js';
import type { InputMedia } from '../../shared/params.js';
import { subjectOf } from '../actions/asset.js';
import { kindAt } from '../store/gallery-index.js';
import { useAppState, useAsset } from '../store/hooks.js';
import type { AppState } from '../store/store.js';
import { Button } from '../ui/Button.js';
import overlays from '../ui/overlays.module.css';
import css from './Inputs.module.css';

/** So many of the newest are offered; what lies further back is used from the gallery's menu. */
const offered = 60;
const columns = 5;

/** The newest assets of a kind, as a grid to choose from. */
export function AssetPicker({ media, onChoose }: { media: InputMedia; onChoose(assetId: string): void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        render={
          <Button compact>
            <Images aria-hidden />
            Gallery
          </Button>
        }
      />
      <Popover.Portal>
        <Popover.Positioner className={overlays.layer} sideOffset={4} side="top" align="start">
          <Popover.Popup className={css.picker} aria-label="Choose from the gallery">
            <Grid
              media={media}
              onChoose={(assetId) => {
                setOpen(false);
                onChoose(assetId);
              }}
            />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Grid({ media, onChoose }: { media: InputMedia; onChoose(assetId: string): void }) {
  const index = useAppState((state) => state.index);
  const ids = newestOf(index, media);
  const grid = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  useEffect(() => grid.current?.querySelector<HTMLElement>('button')?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(ids.length - 1, Math.max(0, at + step));
    setAt(next);
    grid.current?.querySelectorAll<HTMLElement>('button')[next]?.focus();
  };
  if (ids.length === 0) return <p className={css.none}>There is none in the gallery yet.</p>;
  return (
    <div className={css.grid} ref={grid} role="toolbar" aria-label={`Newest ${media}s`} onKeyDown={onKeyDown}>
      {ids.map((assetId, position) => (
        <Choice
          key={assetId}
          assetId={assetId}
          current={position === at}
          onChoose={() => onChoose(assetId)}
          onFocus={() => setAt(position)}
        />
      ))}
    </div>
  );
}

function newestOf(index: AppState['index'], media: InputMedia): string[] {
  const kind = media === 'mask' ? 'image' : media;
  const found: string[] = [];
  for (let at = 0; at < index.ids.length && found.length < offered; at += 1) {
    const assetId = index.ids[at];
    if (assetId !== undefined && kindAt(index, at) === kind) found.push(assetId);
  }
  return found;
}

interface ChoiceProps {
  assetId: string;
  current: boolean;
  onChoose(): void;
  onFocus(): void;
}

function Choice({ assetId, current, onChoose, onFocus }: ChoiceProps) {
  const asset = useAsset(assetId);
  const name = asset == null ? 'Asset' : subjectOf(asset) || asset.filename;
  return (
    <button
      type="button"
      className={css.choice}
      tabIndex={current ? 0 : -1}
      title={name}
      aria-label={name}
      data-asset={assetId}
      onClick={onChoose}
      onFocus={onFocus}
    >
      {asset?.media_kind === 'audio' ? <AudioLines aria-hidden /> : <img src={thumbnailAddress(assetId, 256)} alt="" />}
    </button>
  );
}
