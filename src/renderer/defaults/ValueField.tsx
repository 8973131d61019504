import type { KeyboardEvent, RefObject } from 'react';
import { Switch } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import css from './Defaults.module.css';
import { NameChooser } from './NameChooser.js';
import { labelOf, nudged, type Place, textOf } from './rows.js';
import type { Editing } from './useEditing.js';

export interface FieldRefs {
  /** The row's own button: where the keyboard stands while nothing is edited. */
  row: RefObject<HTMLButtonElement | null>;
  text: RefObject<HTMLInputElement | HTMLTextAreaElement | null>;
  trigger: RefObject<HTMLButtonElement | null>;
}

interface ValueFieldProps {
  place: Place;
  editing: Editing;
  refs: FieldRefs;
  /** The id of the text that says what is wrong. */
  describedBy: string | undefined;
  tabIndex: 0 | -1;
  onDone(): void;
}

/** How a row's field looks: a list of names, a switch, a number, or text. */
export function fieldKind({ row }: Place): 'names' | 'switch' | 'number' | 'text' {
  if (row.choices !== undefined) return 'names';
  if (row.type === 'boolean') return 'switch';
  return row.type === 'string' ? 'text' : 'number';
}

/** The field of one default. Enter sets what is typed, Escape takes it back; leaving it for another row sets it too. */
export function ValueField({ place, editing, refs, describedBy, tabIndex, onDone }: ValueFieldProps) {
  const { row } = place;
  const label = `${labelOf(row.name)}, ${place.namespace}`;
  const invalid = editing.error !== null;
  const kind = fieldKind(place);
  const shown = editing.draft ?? textOf(row);

  if (kind === 'names') {
    return (
      <NameChooser
        label={label}
        value={shown}
        names={row.choices ?? []}
        invalid={invalid}
        tabIndex={tabIndex}
        trigger={refs.trigger}
        finalFocus={refs.row}
        onChoose={(name) => void editing.commit(name)}
      />
    );
  }
  if (kind === 'switch') {
    const on = shown === 'true';
    return (
      <span className={css.switch}>
        <Switch label={label} checked={on} onChange={(next) => void editing.commit(String(next))} />
        {on ? 'On' : 'Off'}
      </span>
    );
  }
  const onKeyDown = async (event: KeyboardEvent) => {
    const arrow = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : null;
    if (event.key === 'Escape') {
      event.preventDefault();
      editing.cancel();
      onDone();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      if (await editing.commit()) onDone();
    } else if (arrow !== null && kind === 'number') {
      event.preventDefault();
      editing.type(nudged(row, shown, arrow));
    }
  };
  const common = {
    'aria-label': label,
    'aria-invalid': invalid,
    'aria-describedby': describedBy,
    value: shown,
    placeholder: 'none',
    tabIndex,
    spellCheck: false,
    autoComplete: 'off',
    onChange: (event: { target: { value: string } }) => editing.type(event.target.value),
    onKeyDown: (event: KeyboardEvent) => void onKeyDown(event),
  } as const;
  if (kind === 'text' && row.multiline === true) {
    return (
      <textarea
        {...common}
        ref={refs.text as RefObject<HTMLTextAreaElement | null>}
        rows={1}
        dir="auto"
        className={cx(parts.area, css.area)}
      />
    );
  }
  return (
    <input
      {...common}
      ref={refs.text as RefObject<HTMLInputElement | null>}
      dir={kind === 'text' ? 'auto' : undefined}
      inputMode={kind === 'number' ? 'decimal' : 'text'}
      className={cx(parts.field, kind === 'number' && parts.num, kind === 'number' && css.number)}
    />
  );
}
