import { Plus, X } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useId, useState } from 'react';
import { changeEach } from '../actions/curate.js';
import { useApp } from '../store/hooks.js';
import { cx } from '../ui/cx.js';
import { formatCount } from '../ui/format.js';
import css from './Labels.module.css';
import { type Known, type LabelShare, suggested } from './labels.js';

interface LabelsProps {
  list: 'tags' | 'albums';
  assetIds: readonly string[];
  /** What at least one of them has. */
  labels: readonly LabelShare[];
}

const words = {
  tags: { one: 'tag', add: 'Add a tag' },
  albums: { one: 'album', add: 'Add to an album' },
} as const;

/** Tags or albums of one asset or of several, to be changed on the spot, with what there is already to choose from. */
export function Labels({ list, assetIds, labels }: LabelsProps) {
  const app = useApp();
  const { one, add } = words[list];
  const change = (name: string, on: boolean) =>
    void changeEach(app, assetIds, list, (before) =>
      on ? [...new Set([...before, name])] : before.filter((label) => label !== name),
    );
  return (
    <div className={css.labels}>
      {labels.map(({ name, share }) => (
        <span key={name} className={cx(css.label, share < 1 && css.partly)}>
          <span className={css.word} title={name} dir="auto">
            {name}
          </span>
          {share < 1 && (
            <button type="button" aria-label={`Give all of them the ${one} ${name}`} onClick={() => change(name, true)}>
              <Plus aria-hidden />
            </button>
          )}
          <button type="button" aria-label={`Remove the ${one} ${name}`} onClick={() => change(name, false)}>
            <X aria-hidden />
          </button>
        </span>
      ))}
      <AddLabel
        list={list}
        label={add}
        had={labels.filter(({ share }) => share === 1).map(({ name }) => name)}
        onAdd={(name) => change(name, true)}
      />
    </div>
  );
}

interface AddLabelProps {
  list: 'tags' | 'albums';
  label: string;
  /** What all of them have already. */
  had: readonly string[];
  onAdd(name: string): void;
}

function AddLabel({ list, label, had, onAdd }: AddLabelProps) {
  const [draft, setDraft] = useState('');
  const [focused, setFocused] = useState(false);
  const [at, setAt] = useState(-1);
  const known = useKnown(list, focused);
  const id = useId();
  const options = focused ? suggested(known, had, draft) : [];
  const add = (name: string) => {
    setDraft('');
    setAt(-1);
    if (name.trim() !== '' && !had.includes(name.trim())) onAdd(name.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const picked = options[at] ?? (event.key === 'Tab' && draft.trim() !== '' ? options[0] : undefined);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setAt(Math.min(options.length - 1, Math.max(-1, at + step)));
    } else if ((event.key === 'Enter' || event.key === 'Tab') && picked !== undefined && !event.shiftKey) {
      event.preventDefault();
      add(picked.name);
    } else if (event.key === 'Escape' && (draft !== '' || at >= 0)) {
      event.preventDefault();
      event.stopPropagation();
      setDraft('');
      setAt(-1);
    }
  };
  return (
    <form
      className={css.add}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        add(draft);
      }}
    >
      <Plus aria-hidden />
      <input
        role="combobox"
        aria-label={label}
        aria-expanded={options.length > 0}
        aria-controls={id}
        aria-activedescendant={at < 0 ? undefined : `${id}-${at}`}
        placeholder={label}
        maxLength={100}
        autoComplete="off"
        dir="auto"
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          setAt(-1);
        }}
        onKeyDown={onKeyDown}
        onFocus={() => setFocused(true)}
        onBlur={() => {
          setFocused(false);
          add(draft);
        }}
      />
      <div id={id} role="listbox" aria-label="Suggestions" className={cx(css.popup, options.length === 0 && css.none)}>
        {options.map((option, place) => (
          <div
            key={option.name}
            id={`${id}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            className={cx(css.option, place === at && css.current)}
            // The field keeps the focus.
            onPointerDown={(event) => {
              event.preventDefault();
              add(option.name);
            }}
          >
            <span className={css.word} dir="auto">
              {option.name}
            </span>
            <i>{formatCount(option.count)}</i>
          </div>
        ))}
      </div>
    </form>
  );
}

/** What there is already, read anew each time the field gets the focus. */
function useKnown(list: 'tags' | 'albums', wanted: boolean): readonly Known[] {
  const app = useApp();
  const [known, setKnown] = useState<readonly Known[]>([]);
  useEffect(() => {
    if (!wanted) return;
    const reading =
      list === 'albums'
        ? app.client.invoke('get_collections', {}).then(({ albums }) => albums)
        : app.client
            .invoke('get_facets', {})
            .then(({ tag }) => tag.map(({ value, count }) => ({ name: value, count })));
    reading.then(setKnown, app.fail);
  }, [app, list, wanted]);
  return known;
}
