import { Check, Ellipsis, File, FlaskConical, ImageOff, Layers, Music, Star } from 'lucide-react';
import { type MouseEvent, memo, useEffect, useRef, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { subjectOf } from '../actions/asset.js';
import { useAppState, useAsset, useThumbnail } from '../store/hooks.js';
import { cx } from '../ui/cx.js';
import { formatCount, formatLength } from '../ui/format.js';
import { isPictured, Picture, pixelsOf } from './Picture.js';
import css from './Tile.module.css';
import { useFault } from './useFault.js';
import { Wave } from './Wave.js';
import { Unshown, Words } from './Words.js';
import { TextTile } from './Writing.js';

export interface TileProps {
  assetId: string;
  /** Edge in pixels. */
  cell: number;
  /** The one arrow keys start from. */
  tabbable: boolean;
  /** Ids of all that a closed stack holds, parted by spaces; empty for an asset by itself. */
  members: string;
  /** How many lie in its stack, open or closed; 1 = none. */
  stackSize: number;
  /** Its number in an open stack; 0 = closed. */
  stackPlace: number;
}

/** One asset in the grid. */
export const Tile = memo(function Tile(props: TileProps) {
  const { assetId, cell, tabbable, members, stackSize } = props;
  const asset = useAsset(assetId);
  const ids = members === '' ? [assetId] : members.split(' ');
  const shown = useAppState((state) => state.window.inspector && ids.some((id) => state.current === id));
  const chosen = useAppState((state) => state.selected.size > 0 && ids.some((id) => state.selected.has(id)));
  const thumbnail = useThumbnail(assetId, asset === undefined || isPictured(asset) ? pixelsOf(cell) : null);
  // What comes with the rows is drawn before its details are read.
  const pictured = asset === undefined ? thumbnail != null : isPictured(asset);
  const { hovered, ...pointer } = useHover();
  const name = (asset == null ? 'Not read yet' : tileName(asset)) + (ids.length > 1 ? `, stack of ${ids.length}` : '');
  return (
    <div className={css.holder} {...pointer}>
      <button
        type="button"
        className={cx(css.tile, (asset == null || asset.media_kind !== 'image') && css.blank)}
        data-testid="tile"
        data-asset-id={assetId}
        data-entry={assetId}
        aria-label={chosen ? `${name}, chosen` : name}
        aria-current={shown}
        data-chosen={chosen || undefined}
        data-rejected={asset?.rating === -1 || undefined}
        draggable
        tabIndex={tabbable ? 0 : -1}
      >
        {asset === null && (
          <Words icon={<ImageOff />} title="Gone" detail="No longer in the library" small={cell < 120} />
        )}
        {pictured && (
          <Picture
            // A file that turns up again is asked for again.
            key={asset?.missing === true ? 'missing' : 'there'}
            assetId={assetId}
            asset={asset ?? undefined}
            thumbnail={thumbnail}
            cell={cell}
            hovered={hovered}
          />
        )}
        {asset != null && !pictured && <Inside asset={asset} cell={cell} />}
      </button>
      {asset != null && (chosen || hovered) && (
        <button
          type="button"
          className={css.check}
          data-check={assetId}
          data-on={chosen || undefined}
          aria-label={chosen ? `Leave out ${name}` : `Choose ${name}`}
          aria-pressed={chosen}
          tabIndex={-1}
        >
          <Check />
        </button>
      )}
      {stackSize > 1 && <StackBadge {...props} />}
      {asset != null && asset.rating > 0 && !(hovered && cell >= 120) && cell >= 120 && (
        <Stars rating={asset.rating} className={cx(css.tag, css.bottomLeft, css.rating)} />
      )}
      {asset != null && hovered && cell >= 120 && (
        <div className={css.strip}>
          {asset.rating > 0 ? <Stars rating={asset.rating} className={css.rating} /> : <span>{tileTitle(asset)}</span>}
          <button type="button" className={css.more} aria-label={`More for ${name}`} tabIndex={-1} onClick={openMenu}>
            <Ellipsis />
          </button>
        </div>
      )}
    </div>
  );
});

/** Milliseconds: tiles that only pass below a resting pointer while the grid moves are not drawn anew for it. */
const hoverMs = 50;

/** Whether the pointer stays on it, and the handlers that tell. */
function useHover() {
  const [hovered, setHovered] = useState(false);
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    hovered,
    onPointerEnter() {
      clearTimeout(timer.current);
      timer.current = window.setTimeout(() => setHovered(true), hoverMs);
    },
    onPointerLeave() {
      clearTimeout(timer.current);
      setHovered(false);
    },
  };
}

/** Says that a tile stands for several, or is one of several; a click opens the stack in its place, or closes it. */
function StackBadge({ assetId, stackSize, stackPlace, cell }: TileProps) {
  return (
    <button
      type="button"
      className={css.stack}
      data-stack={assetId}
      data-open={stackPlace > 0 || undefined}
      aria-label={stackPlace > 0 ? `Close the stack of ${stackSize}` : `Open the stack of ${stackSize}`}
      aria-expanded={stackPlace > 0}
      tabIndex={-1}
    >
      {(stackPlace < 2 || cell < 120) && <Layers aria-hidden />}
      {stackPlace > 0 && cell >= 120 ? `${stackPlace} of ${stackSize}` : stackPlace > 0 ? '' : formatCount(stackSize)}
    </button>
  );
}

const stars = [1, 2, 3, 4, 5] as const;

function Stars({ rating, className }: { rating: number; className?: string }) {
  return (
    <span className={className} role="img" aria-label={`${rating} ${rating === 1 ? 'star' : 'stars'}`}>
      {stars.slice(0, rating).map((star) => (
        <Star key={star} className={css.star} aria-hidden />
      ))}
    </span>
  );
}

/** Opens the grid's context menu at the button. */
function openMenu(event: MouseEvent<HTMLElement>): void {
  const { left, bottom } = event.currentTarget.getBoundingClientRect();
  const tile = event.currentTarget.parentElement?.parentElement?.querySelector('[data-entry]');
  tile?.dispatchEvent(
    new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: left, clientY: bottom }),
  );
}

function Inside({ asset, cell }: { asset: Asset; cell: number }) {
  // A sound is nothing without its file.
  if (asset.missing) {
    return <Unshown asset={asset} fault="missing" cell={cell} />;
  }
  if (asset.media_kind === 'audio') return <Sound asset={asset} cell={cell} />;
  if (asset.media_kind === 'text') return <TextTile asset={asset} cell={cell} />;
  return <Words icon={<File />} title={asset.filename} detail={asset.mime_type} small={cell < 120} />;
}

function Sound({ asset, cell }: { asset: Asset; cell: number }) {
  const fault = useFault(asset);
  if (fault !== undefined) return <Unshown asset={asset} fault={fault} cell={cell} />;
  return (
    <>
      <Wave className={css.wave} assetId={asset.asset_id} bars={cell < 120 ? 22 : 44} />
      <span className={cx(css.tag, css.topLeft, css.plainTag)}>
        <Music aria-hidden />
      </span>
      {asset.demo && cell >= 120 && (
        <span className={cx(css.tag, css.topRight, css.plainTag)}>
          <FlaskConical aria-hidden />
        </span>
      )}
      {cell >= 120 && <span className={cx(css.tag, css.bottomLeft, css.plainTag, css.title)}>{tileTitle(asset)}</span>}
      {asset.duration_seconds !== null && cell >= 120 && (
        <span className={cx(css.tag, css.bottomRight, css.plainTag)}>{formatLength(asset.duration_seconds)}</span>
      )}
    </>
  );
}

/** What a tile is called by: the prompt's words, else the file's name. */
export function tileTitle(asset: Asset): string {
  return subjectOf(asset) || asset.filename;
}

const kindNames: Partial<Record<Asset['media_kind'], string>> = {
  image: 'Picture',
  audio: 'Sound',
  video: 'Film',
  text: 'Text',
};

function tileName(asset: Asset): string {
  const kind = kindNames[asset.media_kind] ?? 'File';
  const state = asset.missing ? ', its file is missing' : '';
  return `${asset.demo ? `${kind} of the demo engine` : kind}, ${tileTitle(asset).slice(0, 160)}${state}`;
}
