import { FileText, FlaskConical } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { Asset } from '../../shared/asset.js';
import { originalAddress } from '../../shared/bridge.js';
import { cx } from '../ui/cx.js';
import tile from './Tile.module.css';
import css from './Writing.module.css';

/** Bytes read of a text: more than anybody reads here. */
const readBytes = 256 * 1024;
/** Bytes that fill a tile. */
const tileBytes = 2048;

/** Pixels of a tile that are no room for its words, and of one line. */
const room = 40;
const lineHeight = 18;

/** The beginning of a text asset; undefined until it is there, null when it can't be had. */
function useText(asset: Asset, bytes: number): string | null | undefined {
  const [text, setText] = useState<string | null>();
  const { asset_id } = asset;
  useEffect(() => {
    const leaving = new AbortController();
    readText(asset_id, bytes, leaving.signal).then(setText, () => {
      if (!leaving.signal.aborted) setText(null);
    });
    return () => leaving.abort();
  }, [asset_id, bytes]);
  return text;
}

async function readText(assetId: string, bytes: number, signal: AbortSignal): Promise<string> {
  const headers = { range: `bytes=0-${bytes - 1}` };
  const response = await fetch(originalAddress(assetId), { headers, signal });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.text();
}

/** Words in place of a picture, as many as fit. */
export function TextTile({ asset, cell }: { asset: Asset; cell: number }) {
  const text = useText(asset, tileBytes);
  return (
    <>
      <span className={cx(tile.tag, tile.topLeft, tile.plainTag)}>
        <FileText aria-hidden />
      </span>
      {asset.demo && cell >= 120 && (
        <span className={cx(tile.tag, tile.topRight, tile.plainTag)}>
          <FlaskConical aria-hidden />
        </span>
      )}
      <span className={css.excerpt} style={{ WebkitLineClamp: Math.floor((cell - room) / lineHeight) }}>
        {text === null ? asset.filename : text}
      </span>
    </>
  );
}

/** The text itself, to read and to copy from. */
export function LightboxText({ asset, className }: { asset: Asset; className: string | undefined }) {
  const text = useText(asset, readBytes);
  if (text === null) return <p className={className}>{asset.filename} can’t be read: its file is missing.</p>;
  return (
    <div className={className}>
      {text !== undefined && (
        <section className={css.page} aria-label={asset.filename} data-testid="lightbox-text">
          {text}
        </section>
      )}
    </div>
  );
}
