import { Undo2 } from 'lucide-react';
import { type FocusEvent, type KeyboardEvent, useId, useRef } from 'react';
import type { DefaultChange } from '../../shared/default-changes.js';
import { useApp } from '../store/hooks.js';
import { IconButton } from '../ui/Button.js';
import { formatAgo } from '../ui/format.js';
import { resetDefaults } from './actions.js';
import css from './Defaults.module.css';
import { whoWords } from './history.js';
import { Problem } from './Problem.js';
import {
  aboutOf,
  beneath,
  canReset,
  type Keep,
  labelOf,
  type Place,
  shortValue,
  textOf,
  tierNames,
  unitOf,
} from './rows.js';
import { TierBars } from './TierBars.js';
import { useEditing } from './useEditing.js';
import { fieldKind, ValueField } from './ValueField.js';

interface RowProps {
  place: Place;
  keep: Keep;
  current: boolean;
  /** The change that gave the value, where it is known. */
  latest: DefaultChange | undefined;
  /** The model that is used while the built-in one is missing. */
  substitute: string | null;
  now: number;
  onCurrent(): void;
  /** Up or down the list, or to one of its ends. */
  onMove(to: 'next' | 'previous' | 'first' | 'last'): void;
}

const moves = { ArrowDown: 'next', ArrowUp: 'previous', Home: 'first', End: 'last' } as const;

/** One default: its name, its field, the tier that gives it, and the way back to the tier beneath. */
export function Row({ place, keep, current, latest, substitute, now, onCurrent, onMove }: RowProps) {
  const app = useApp();
  const id = useId();
  const { key, namespace, row } = place;
  const editing = useEditing(place, keep);
  const refs = {
    row: useRef<HTMLButtonElement>(null),
    text: useRef<HTMLInputElement | HTMLTextAreaElement>(null),
    trigger: useRef<HTMLButtonElement>(null),
  };
  const tabIndex = current ? 0 : -1;
  const toRow = () => refs.row.current?.focus();
  const reset = () => {
    // Its button goes away with what it takes back.
    toRow();
    void resetDefaults(app, namespace, [row.name], row.source === 'config');
  };

  const edit = () => {
    if (fieldKind(place) === 'switch') void editing.commit(String(row.value !== true));
    refs.text.current?.focus();
    refs.text.current?.select();
    refs.trigger.current?.click();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (Object.hasOwn(moves, event.key)) onMove(moves[event.key as keyof typeof moves]);
    else if (event.key === 'Enter' || event.key === ' ' || event.key === 'F2') edit();
    else if (event.key === 'Escape' && editing.draft !== undefined) editing.cancel();
    else if ((event.key === 'Delete' || event.key === 'Backspace') && canReset(row)) reset();
    else return;
    event.preventDefault();
  };
  const onBlur = ({ target, currentTarget, relatedTarget }: FocusEvent) => {
    // The window itself lost the keyboard, not the field; and what belongs to the row, or says where a change goes, is
    // no leaving.
    if (target !== refs.text.current || document.activeElement === target) return;
    const stays = currentTarget.contains(relatedTarget) || relatedTarget?.closest('[data-keep]');
    if (!stays && editing.draft !== undefined && editing.error === null) void editing.commit();
  };
  const back = beneath(row);
  return (
    <li className={css.row} data-row={key} data-current={current || undefined} onFocus={onCurrent} onBlur={onBlur}>
      <button
        ref={refs.row}
        type="button"
        className={css.label}
        tabIndex={tabIndex}
        aria-label={`${labelOf(row.name)}, ${textOf(row) || 'none'}, ${row.source === null ? 'not set' : tierNames[row.source]}`}
        aria-current={current || undefined}
        title={aboutOf(row) || labelOf(row.name)}
        onKeyDown={onKeyDown}
      >
        {labelOf(row.name)}
      </button>
      <div className={css.slot}>
        <div className={css.field} data-kind={fieldWidth(place)}>
          <ValueField
            place={place}
            editing={editing}
            refs={refs}
            describedBy={editing.error === null ? undefined : `${id}-problem`}
            tabIndex={tabIndex}
            onDone={toRow}
          />
          <RowHint
            place={place}
            keep={keep}
            draft={editing.error === null ? editing.draft : undefined}
            latest={latest}
            now={now}
          />
        </div>
        <Problem id={`${id}-problem`} place={place} editing={editing} substitute={substitute} onDone={toRow} />
      </div>
      <span className={css.tierCell}>
        <TierBars tier={row.source} named />
      </span>
      <span>
        {canReset(row) && (
          <IconButton
            label={back === null ? 'Take it away' : `Back to ${shortValue(textOf(row, back.value))}`}
            side="left"
            tabIndex={tabIndex}
            onClick={reset}
          >
            <Undo2 />
          </IconButton>
        )}
      </span>
    </li>
  );
}

interface RowHintProps {
  place: Place;
  keep: Keep;
  draft: string | undefined;
  latest: DefaultChange | undefined;
  now: number;
}

/** Beside the field: where what is typed will go, who set the value, the variable that gives it, or its unit. */
function RowHint({ place: { row }, keep, draft, latest, now }: RowHintProps) {
  const words = () => {
    if (draft !== undefined && draft !== textOf(row)) {
      return <span className={css.pending}>↵ {keep === 'config' ? 'saves it for good' : 'until the app quits'}</span>;
    }
    if (latest?.by.kind === 'agent' && canReset(row)) {
      return (
        <>
          set by <bdi>{whoWords(latest.by)}</bdi>, {formatAgo(Date.parse(latest.at), now)}
        </>
      );
    }
    if (row.source === 'environment' && row.variable !== null) return row.variable;
    return unitOf(row);
  };
  const shown = words();
  return shown === '' ? null : <span className={css.hint}>{shown}</span>;
}

/** Names of samplers are short and those of models long, also while the field is one to type in. */
function fieldWidth(place: Place): string {
  const { name } = place.row;
  if (name === 'model') return 'model';
  return name === 'sampler_name' || name === 'scheduler' ? 'names' : fieldKind(place);
}
