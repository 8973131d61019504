import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import css from './Defaults.module.css';
import { labelOf, missingName, nearestOf, type Place, refusalWords, shortValue } from './rows.js';
import type { Editing } from './useEditing.js';

interface ProblemProps {
  id: string;
  place: Place;
  editing: Editing;
  substitute: string | null;
  /** Something was pressed here and goes away: the keyboard needs another place. */
  onDone(): void;
}

/** Below the field: why what is typed won't do, or why the value in effect doesn't, and what would, to be pressed. */
export function Problem({ id, place, editing, substitute, onDone }: ProblemProps) {
  const { row } = place;
  const use = (name: string) => {
    onDone();
    void editing.commit(name);
  };
  if (editing.error !== null) {
    const near = nearestOf(editing.error.details);
    return (
      <Note id={id} bad words={refusalWords(row, editing.error)}>
        {near.map((name) => (
          <Fix key={name} name={name} onUse={() => use(name)} />
        ))}
      </Note>
    );
  }
  if (editing.draft !== undefined) {
    return editing.unchecked ? (
      <Note id={id} words="ComfyUI is away, so this can’t be checked. It can be set all the same." />
    ) : null;
  }
  const missing = missingName(row);
  if (missing === null) return null;
  if (substitute !== null) {
    return (
      <Note
        id={id}
        words={
          <>
            Not installed.{' '}
            <b>
              <bdi>{substitute}</bdi>
            </b>{' '}
            is used in its place.
          </>
        }
      >
        <Button compact onClick={() => use(substitute)}>
          Make this the default
        </Button>
      </Note>
    );
  }
  const what = labelOf(row.name).toLowerCase();
  const words =
    row.source === 'built-in' && row.name === 'model'
      ? 'Not installed, and nothing installed can take its place. Workflows with a model of their own still run.'
      : `ComfyUI does not have this ${what}. What needs it will fail.`;
  return (
    <Note id={id} bad={row.source !== 'built-in'} words={words}>
      {missing.nearest.map((name) => (
        <Fix key={name} name={name} onUse={() => use(name)} />
      ))}
    </Note>
  );
}

function Fix({ name, onUse }: { name: string; onUse(): void }) {
  return (
    <Button compact title={name} className={css.fix} onClick={onUse}>
      <bdi className={parts.clip}>{shortValue(name)}</bdi>
    </Button>
  );
}

interface NoteProps {
  id: string;
  bad?: boolean;
  words: ReactNode;
  children?: ReactNode;
}

function Note({ id, bad, words, children }: NoteProps) {
  return (
    <div className={cx(css.problem, bad && css.bad)} id={id} role={bad ? 'alert' : undefined}>
      <span>
        <TriangleAlert aria-hidden />
        {words}
      </span>
      {children}
    </div>
  );
}
