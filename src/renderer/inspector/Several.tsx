import { BookImage, FolderOutput } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import type { Asset } from '../../shared/asset.js';
import { actionById } from '../actions/registry.js';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { formatCount } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import css from './Inspector.module.css';
import { Labels } from './Labels.js';
import { LongText } from './LongText.js';
import { sharesOf } from './labels.js';
import { Rating } from './Rating.js';
import { CopyLine, Differs, Section } from './Section.js';
import { commonOf, type Shared } from './several.js';

/** So many are compared: more would be read for minutes and would differ in everything. */
const compared = 500;

/** What the chosen assets share, and what is decided about all of them at once. */
export function Several({ assetIds }: { assetIds: readonly string[] }) {
  const app = useApp();
  const first = useMemo(() => assetIds.slice(0, compared), [assetIds]);
  const assets = useAssets(first);
  const common = useMemo(() => (assets.length === 0 ? null : commonOf(assets)), [assets]);
  const shares = useMemo(() => [sharesOf(assets, 'tags'), sharesOf(assets, 'albums')] as const, [assets]);
  return (
    <>
      <header>
        <div className={css.title}>
          <h2>{formatCount(assetIds.length)} selected</h2>
        </div>
        <div className={css.facts}>
          <span className={css.factWords}>
            {common !== null && <span>{common.kinds}</span>}
            {common !== null && assets.length === assetIds.length && <span>{common.bytes}</span>}
          </span>
          <Rating assetIds={assetIds} rating={common?.rating ?? null} />
        </div>
        <div className={css.actions}>
          <Button onClick={() => actionById('asset.album')?.run(app)}>
            <BookImage aria-hidden />
            Album…
          </Button>
          <Button onClick={() => actionById('asset.export')?.run(app)}>
            <FolderOutput aria-hidden />
            Export…
          </Button>
        </div>
        {assetIds.length > compared && (
          <p className={parts.note}>Only the first {compared} are compared below; changes are made to all.</p>
        )}
      </header>
      {common !== null && (
        <>
          {common.prompt !== '' && (
            <Section title="Prompt">
              {common.prompt === null ? <p className={parts.quiet}>differs</p> : <LongText text={common.prompt} />}
            </Section>
          )}
          <SharedLines title="Parameters" lines={common.parameters} />
          <SharedLines title="Models" lines={common.models} />
          <Section title="Tags">
            <Labels list="tags" assetIds={assetIds} labels={shares[0]} />
          </Section>
          <Section title="Albums">
            <Labels list="albums" assetIds={assetIds} labels={shares[1]} />
          </Section>
          <SharedLines title="File and origin" lines={common.facts} />
        </>
      )}
    </>
  );
}

function SharedLines({ title, lines }: { title: string; lines: readonly Shared[] }) {
  if (lines.length === 0) return null;
  return (
    <Section title={title}>
      {lines.map(({ name, label, line }) =>
        line === null ? <Differs key={name} label={label} /> : <CopyLine key={name} line={line} />,
      )}
    </Section>
  );
}

/** Details of several assets, as far as they are read. */
function useAssets(assetIds: readonly string[]): readonly Asset[] {
  const { details } = useApp();
  const known = useRef<readonly Asset[]>([]);
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = assetIds.map((assetId) => details.subscribe(assetId, listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [details, assetIds],
  );
  useEffect(() => details.want(assetIds), [details, assetIds]);
  return useSyncExternalStore(subscribe, () => {
    const next = assetIds.flatMap((assetId) => details.get(assetId) ?? []);
    const changed = next.length !== known.current.length || next.some((asset, at) => asset !== known.current[at]);
    if (changed) known.current = next;
    return known.current;
  });
}
