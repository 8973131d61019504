import { AudioLines, Brush, Clapperboard, FileUp, ImagePlus, X } from 'lucide-react';
import { type ClipboardEvent, type DragEvent, useRef, useState } from 'react';
import { thumbnailAddress } from '../../shared/bridge.js';
import type { InputMedia } from '../../shared/params.js';
import { subjectOf } from '../actions/asset.js';
import { useApp, useAsset } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import { useDrop } from '../ui/useDrop.js';
import { AssetPicker } from './AssetPicker.js';
import { isAssetId } from './accepting.js';
import { acceptedFiles, giveFile } from './give.js';
import css from './Inputs.module.css';
import { MaskPainter } from './MaskPainter.js';

interface MediaFieldProps {
  id: string;
  label: string;
  media: InputMedia;
  /** An asset's id, the name of a file that ComfyUI has, or nothing. */
  value: string;
  /** The picture that a mask is painted on: the value of the form's first picture. */
  picture: string | undefined;
  invalid: boolean;
  describedBy?: string | undefined;
  first?: boolean;
  onChange(value: string): void;
}

const icons = { image: ImagePlus, mask: Brush, audio: AudioLines, video: Clapperboard };

/** A file for a parameter: dropped, chosen from the gallery or the disk, pasted, and masks painted. */
export function MediaField(props: MediaFieldProps) {
  const { id, label, media, value, picture, invalid, describedBy, first, onChange } = props;
  const app = useApp();
  const file = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [painting, setPainting] = useState(false);
  const give = async (given: File | undefined) => {
    if (given === undefined) return;
    setBusy(true);
    const assetId = await giveFile(app, given);
    setBusy(false);
    if (assetId !== undefined) onChange(assetId);
  };
  const { over, handlers } = useDrop(([given]) => void give(given));
  const onPaste = (event: ClipboardEvent) => {
    const [given] = event.clipboardData.files;
    if (given === undefined) return;
    event.preventDefault();
    void give(given);
  };
  // What is dropped here is not imported by the gallery below.
  const onDrop = (event: DragEvent) => {
    handlers.onDrop(event);
    event.stopPropagation();
  };
  const isAsset = isAssetId(value);
  return (
    <fieldset
      className={cx(css.field, over && css.over)}
      aria-label={label}
      aria-busy={busy || undefined}
      data-media={media}
      {...handlers}
      onDrop={onDrop}
      onPaste={onPaste}
    >
      <Shown value={value} isAsset={isAsset} media={media} busy={busy} />
      <span className={css.actions}>
        <AssetPicker media={media} onChoose={onChange} />
        <Button
          compact
          id={id}
          data-first={first || undefined}
          aria-invalid={invalid || undefined}
          aria-describedby={describedBy}
          aria-label={`${label}: choose a file`}
          onClick={() => file.current?.click()}
        >
          <FileUp aria-hidden />
          File
        </Button>
        {media === 'mask' && (
          <Button compact disabled={picture === undefined} onClick={() => setPainting(true)}>
            <Brush aria-hidden />
            Paint
          </Button>
        )}
        {value !== '' && (
          <IconButton small label={`Take ${label.toLowerCase()} away`} onClick={() => onChange('')}>
            <X />
          </IconButton>
        )}
      </span>
      <input
        ref={file}
        type="file"
        hidden
        accept={acceptedFiles[media]}
        data-testid={`file-${media}`}
        onChange={(event) => {
          void give(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {painting && picture !== undefined && (
        <MaskPainter assetId={picture} onClose={() => setPainting(false)} onMask={onChange} />
      )}
    </fieldset>
  );
}

interface ShownProps {
  value: string;
  isAsset: boolean;
  media: InputMedia;
  busy: boolean;
}

function Shown({ value, isAsset, media, busy }: ShownProps) {
  const asset = useAsset(isAsset ? value : null);
  const Icon = icons[media];
  const drawn = asset != null && asset.media_kind !== 'audio';
  const words = busy
    ? 'Uploading…'
    : value === ''
      ? `Drop or paste ${media === 'image' || media === 'audio' ? 'an' : 'a'} ${media} here`
      : asset == null
        ? value
        : subjectOf(asset) || asset.filename;
  return (
    <span className={css.shown}>
      {drawn ? <img src={thumbnailAddress(value, 256)} alt="" /> : <Icon aria-hidden />}
      <span
        className={css.name}
        data-empty={value === '' || undefined}
        dir="auto"
        title={value === '' ? undefined : words}
      >
        {words}
      </span>
    </span>
  );
}
