import { ImageOff } from 'lucide-react';
import { type CSSProperties, useState } from 'react';
import { thumbnailAddress } from '../../shared/bridge.js';
import { goToAsset } from '../actions/go.js';
import { tileTitle } from '../gallery/Tile.js';
import { useApp, useAsset } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import { formatCount, plural } from '../ui/format.js';
import { type Family, familyOf } from './family.js';
import css from './Lineage.module.css';
import { Section } from './Section.js';
import { useLineage } from './useLineage.js';

/** What this one was made from at its left, and what was made from it at its right. */
export function LineagePart({ assetId }: { assetId: string }) {
  const lineage = useLineage(assetId);
  const family = lineage === null ? null : familyOf(lineage);
  const [all, setAll] = useState(false);
  if (family === null) return null;
  const more = hidden(family);
  return (
    <Section title="Lineage" side={<span className={css.place}>{family.place}</span>}>
      {all ? <Tree family={family} assetId={assetId} /> : <Strip family={family} assetId={assetId} />}
      {(all || more > 0) && (
        <Button compact look="plain" className={css.all} aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show the nearest' : `Show ${plural(more, 'more', 'more')} as a tree`}
        </Button>
      )}
    </Section>
  );
}

const shownAncestors = 2;
const shownChildren = 8;

/** How many of a family the strip has no room for. */
function hidden({ ancestors, children, tree }: Family): number {
  return tree.length - 1 - Math.min(shownAncestors, ancestors.length) - Math.min(shownChildren, children.length);
}

function Strip({ family: { ancestors, children }, assetId }: { family: Family; assetId: string }) {
  const above = ancestors.slice(-shownAncestors);
  return (
    <div className={css.strip}>
      {above.length < ancestors.length && <span className={css.rest}>{formatCount(ancestors.length)}</span>}
      {above.map((id) => (
        <span key={id} className={css.step}>
          <Relative assetId={id} of="Made from" />
          <hr />
        </span>
      ))}
      <Relative assetId={assetId} of="This one" here />
      {children.length > 0 && <hr />}
      {children.length === 1 ? (
        <Relative assetId={children[0] ?? ''} of="Made from this" />
      ) : (
        <div className={css.fan}>
          {children.slice(0, shownChildren).map((id) => (
            <Relative key={id} assetId={id} of="Made from this" small />
          ))}
        </div>
      )}
    </div>
  );
}

function Tree({ family, assetId }: { family: Family; assetId: string }) {
  return (
    <ul className={css.tree}>
      {family.tree.map((node) => (
        <li key={node.assetId} style={{ '--depth': Math.min(node.depth, 7) } as CSSProperties}>
          <TreeRow assetId={node.assetId} here={node.assetId === assetId} />
        </li>
      ))}
    </ul>
  );
}

function TreeRow({ assetId, here }: { assetId: string; here: boolean }) {
  const app = useApp();
  const asset = useAsset(assetId);
  return (
    <button
      type="button"
      className={css.row}
      aria-current={here}
      disabled={asset === null}
      onClick={() => goToAsset(app, assetId)}
    >
      <Thumb assetId={assetId} gone={asset === null} />
      <span dir="auto">{asset === null ? 'No longer in the library' : asset && tileTitle(asset).slice(0, 120)}</span>
    </button>
  );
}

interface RelativeProps {
  assetId: string;
  /** How it is related. */
  of: string;
  here?: boolean;
  small?: boolean;
}

function Relative({ assetId, of, here = false, small = false }: RelativeProps) {
  const app = useApp();
  const asset = useAsset(assetId);
  const name = asset === null ? 'no longer in the library' : asset && tileTitle(asset).slice(0, 120);
  return (
    <button
      type="button"
      className={cx(css.relative, here && css.here, small && css.small)}
      aria-label={`${of}: ${name ?? 'not read yet'}`}
      title={name}
      aria-current={here}
      disabled={asset === null}
      onClick={() => goToAsset(app, assetId)}
    >
      <Thumb assetId={assetId} gone={asset === null} />
    </button>
  );
}

function Thumb({ assetId, gone }: { assetId: string; gone: boolean }) {
  const [failed, setFailed] = useState(false);
  if (gone || failed) return <ImageOff className={css.gone} aria-hidden />;
  return <img src={thumbnailAddress(assetId, 256)} alt="" draggable={false} onError={() => setFailed(true)} />;
}
