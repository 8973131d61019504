import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useApp } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import { setDefaults } from './actions.js';
import css from './Defaults.module.css';
import { type Keep, labelOf, missingName, nearestOf, type Place, refusalWords, shortValue } from './rows.js';
import type { Editing } from './useEditing.js';

interface ProblemProps {
  id: string;
  place: Place;
  editing: Editing;
  substitute: string | null;
  keep: Keep;
}

/** Below the field: why what is typed won't do, or why the value in effect doesn't, and what would, to be pressed. */
export function Problem({ id, place, editing, substitute, keep }: ProblemProps) {
  const app = useApp();
  const { namespace, row } = place;
  if (editing.error !== null) {
    const near = nearestOf(editing.error.details);
    return (
      <Note id={id} bad words={refusalWords(row, editing.error)}>
        {near.map((name) => (
          <Fix key={name} name={name} onUse={() => void editing.commit(name)} />
        ))}
      </Note>
    );
  }
  if (editing.draft !== undefined) {
    return editing.unchecked ? (
      <Note id={id} words="ComfyUI is away, so whether it has this can’t be checked." />
    ) : null;
  }
  const missing = missingName(row);
  if (missing === null) return null;
  if (substitute !== null) {
    const use = () => setDefaults(app, namespace, { [row.name]: substitute }, keep === 'config').catch(app.fail);
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
        <Button compact onClick={() => void use()}>
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
        <Fix key={name} name={name} onUse={() => void editing.commit(name)} />
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
