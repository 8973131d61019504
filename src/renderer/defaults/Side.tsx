import { Lock, TriangleAlert } from 'lucide-react';
import { Fragment, useLayoutEffect, useRef } from 'react';
import type { DefaultChange } from '../../shared/default-changes.js';
import { type DefaultTier, defaultTiers } from '../../shared/defaults.js';
import { useApp, useNow } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { formatAgo } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { resetDefaults, setDefaults } from './actions.js';
import { History } from './History.js';
import { latestByKey, whoWords } from './history.js';
import {
  aboutOf,
  beneath,
  canReset,
  type Details,
  isLongValue,
  labelOf,
  type Place,
  placesOf,
  shortValue,
  textOf,
  tierNames,
} from './rows.js';
import css from './Side.module.css';
import { TierBars } from './TierBars.js';

interface SideProps {
  details: Details;
  changes: readonly DefaultChange[];
  current: string;
  onCurrent(key: string): void;
}

/** Where the value one stands on comes from, tier by tier, and what was changed by whom. */
export function Side({ details, changes, current, onCurrent }: SideProps) {
  const places = placesOf(details);
  const place = places.find(({ key }) => key === current) ?? places[0];
  const panel = useRef<HTMLElement>(null);
  const shown = place?.key;
  useLayoutEffect(() => {
    // Another value is told from its beginning.
    if (shown !== undefined) panel.current?.scrollTo(0, 0);
  }, [shown]);
  if (place === undefined) return null;
  return (
    <aside ref={panel} className={css.side} aria-label="Where the value comes from">
      <Origin place={place} details={details} latest={latestByKey(changes).get(place.key)} />
      <History changes={changes} onCurrent={onCurrent} />
    </aside>
  );
}

interface OriginProps {
  place: Place;
  details: Details;
  latest: DefaultChange | undefined;
}

function Origin({ place, details, latest }: OriginProps) {
  const { row } = place;
  const text = textOf(row);
  const now = useNow(10_000);
  const by = latest === undefined ? null : `set by ${who(latest)} ${formatAgo(Date.parse(latest.at), now)}`;
  return (
    <>
      <p className={css.eyebrow}>Where the value comes from</p>
      <h2 className={css.title}>
        {labelOf(row.name)}
        {/* Long ones stand in the list of tiers, where they have room. */}
        {!isLongValue(row.value) && (
          <>
            , <bdi>{text === '' ? 'none' : text}</bdi>
          </>
        )}
      </h2>
      {aboutOf(row) !== '' && <p className={css.about}>{aboutOf(row)}</p>}
      <ul className={css.tiers} aria-label="Tiers, the strongest first">
        {defaultTiers.map((tier) => (
          <Tier key={tier} tier={tier} place={place} details={details} by={tier === row.source ? by : null} />
        ))}
      </ul>
      <OriginActions place={place} noFile={details.config_file.fault !== null} />
      <p className={css.note}>A value given in a call, or kept in a workflow, wins over this page.</p>
    </>
  );
}

function who({ by }: DefaultChange): string {
  return by.kind === 'person' ? 'you' : whoWords(by);
}

interface TierProps {
  tier: DefaultTier;
  place: Place;
  details: Details;
  by: string | null;
}

function Tier({ tier, place: { row }, details, by }: TierProps) {
  const value = row.tiers[tier];
  const text = value === undefined ? 'none' : textOf(row, value) || 'empty';
  const wins = row.source === tier;
  return (
    <li data-wins={wins || undefined} data-long={isLongValue(value ?? null) || undefined}>
      <TierBars tier={tier} />
      <div className={css.tierText}>
        <b>{tierNames[tier]}</b>
        <p>{placeWords(tier, row, details)}</p>
        {by !== null && <p>{by}</p>}
      </div>
      {value === undefined ? (
        <span className={css.noValue}>{text}</span>
      ) : wins ? (
        <strong className={css.value}>
          <bdi>{text}</bdi>
        </strong>
      ) : (
        <s className={css.value}>
          <bdi>{text}</bdi>
        </s>
      )}
    </li>
  );
}

/** What a tier is and where it lives. */
function placeWords(tier: DefaultTier, row: Place['row'], { config_file: { path, fault } }: Details) {
  switch (tier) {
    case 'runtime':
      return 'until the app quits';
    case 'config':
      if (fault === null) return <Breakable text={path ?? 'no config file'} />;
      return (
        <span className={css.badInk}>
          <TriangleAlert aria-hidden />
          can’t be read: <Breakable text={path ?? ''} />
        </span>
      );
    case 'environment':
      if (row.variable === null) return 'no variable gives this one';
      if (row.tiers.environment === undefined) return <Breakable text={`${row.variable} is not set`} />;
      return (
        <>
          <Breakable text={row.variable} />
          <span className={css.lock}>
            <Lock aria-hidden />
            Read at the start: set it anew where the app is started, or set a value above it here.
          </span>
        </>
      );
    case 'built-in':
      return row.tiers['built-in'] === undefined ? 'nothing for this one' : 'what the product ships with';
  }
}

/** A path or a name of many words, broken where a person would. */
function Breakable({ text }: { text: string }) {
  return (
    <span className={css.path}>
      {partsOf(text).map(({ part, at }) => (
        <Fragment key={at}>
          {part}
          <wbr />
        </Fragment>
      ))}
    </span>
  );
}

/** The text after each slash and underscore, with where each part begins. */
function partsOf(text: string): { part: string; at: number }[] {
  return [...text.matchAll(/[^/\\_]*[/\\_]?/g)].flatMap(({ 0: part, index }) =>
    part === '' ? [] : [{ part, at: index }],
  );
}

function OriginActions({ place: { namespace, row }, noFile }: { place: Place; noFile: boolean }) {
  const app = useApp();
  if (!canReset(row) || row.value === null) return null;
  const { value } = row;
  const back = beneath(row);
  const text = textOf(row);
  const save = () => setDefaults(app, namespace, { [row.name]: value }, true).catch(app.fail);
  return (
    <>
      <div className={css.actions}>
        {row.source === 'runtime' && (
          <Button disabled={noFile} onClick={() => void save()}>
            {isLongValue(value) ? 'Save it for good' : `Save ${shortValue(text)} for good`}
          </Button>
        )}
        <Button
          look={row.source === 'runtime' ? 'plain' : 'outline'}
          onClick={() => void resetDefaults(app, namespace, [row.name], row.source === 'config')}
        >
          {backWords(row, back)}
        </Button>
      </div>
      {noFile && row.source === 'runtime' && (
        <div className={parts.note}>
          <Lock aria-hidden />
          <span>It can’t be saved while the config file is broken.</span>
        </div>
      )}
    </>
  );
}

function backWords(row: Place['row'], back: ReturnType<typeof beneath>): string {
  if (back === null) return 'Take it away';
  if (!isLongValue(back.value)) return `Back to ${shortValue(textOf(row, back.value))}`;
  return back.source === 'built-in'
    ? 'Back to the built-in one'
    : `Back to the ${tierNames[back.source].toLowerCase()}’s`;
}
