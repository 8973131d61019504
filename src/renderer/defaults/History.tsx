import { ArrowRight, Undo2 } from 'lucide-react';
import type { DefaultChange } from '../../shared/default-changes.js';
import type { ParamValue } from '../../shared/params.js';
import { useApp, useNow } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { formatMoment, formatTime, plural, startOfDay } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { undoValues } from './actions.js';
import { type ChangedValue, type ChangeRun, runsOf, undoWords, whoWords } from './history.js';
import { labelOf, namespaceLabels } from './rows.js';
import css from './Side.module.css';

/** Runs that are shown; older ones are of no use, as what they changed was changed again. */
const shownRuns = 12;

interface HistoryProps {
  changes: readonly DefaultChange[];
  onCurrent(key: string): void;
}

/** What agents and the person changed, newest first, each to be taken back. */
export function History({ changes, onCurrent }: HistoryProps) {
  const now = useNow(60_000);
  const runs = runsOf(changes).slice(0, shownRuns);
  if (runs.length === 0) {
    return (
      <section className={css.history} aria-label="Changes">
        <p className={css.note}>Nobody has changed a value yet. What an agent sets shows here, to be undone.</p>
      </section>
    );
  }
  return (
    <>
      {runs.map((run) => (
        <Run key={run.id} run={run} now={now} onCurrent={onCurrent} />
      ))}
    </>
  );
}

interface RunProps {
  run: ChangeRun;
  now: number;
  onCurrent(key: string): void;
}

function Run({ run, now, onCurrent }: RunProps) {
  const app = useApp();
  const open = run.values.filter(({ undoable }) => undoable);
  const undo = (values: readonly ChangedValue[]) => void undoValues(app, values);
  const who = whoWords(run.by);
  const what = `changed ${plural(run.values.length, 'value')}`;
  return (
    <section className={css.history} aria-label={`${who} ${what}`} data-testid="change-run">
      <h3 title={who}>
        <bdi className={css.who}>{who}</bdi> <span>{what}</span>
      </h3>
      <p className={css.when}>
        {spanWords(run, now)}
        {open.length === 0 && ', changed again since'}
      </p>
      <ul className={css.changes}>
        {run.values.map((value) => (
          <Changed
            key={value.key}
            value={value}
            single={run.values.length === 1}
            onCurrent={onCurrent}
            onUndo={() => undo([value])}
          />
        ))}
      </ul>
      {open.length > 0 && (
        <Button onClick={() => undo(open)}>
          <Undo2 aria-hidden />
          {undoWords(open.length)}
        </Button>
      )}
    </section>
  );
}

function spanWords({ from, to }: ChangeRun, now: number): string {
  const start = formatMoment(from, now);
  if (formatTime(from) === formatTime(to) && startOfDay(from) === startOfDay(to)) return start;
  return startOfDay(from) === startOfDay(to) ? `${start} to ${formatTime(to)}` : `${start} to ${formatMoment(to, now)}`;
}

interface ChangedProps {
  value: ChangedValue;
  /** The run's own button does the same. */
  single: boolean;
  onCurrent(key: string): void;
  onUndo(): void;
}

function Changed({ value, single, onCurrent, onUndo }: ChangedProps) {
  const { key, namespace, name, before, after, undoable } = value;
  const label = labelOf(name);
  return (
    <li>
      <button
        type="button"
        className={css.change}
        title={`${namespaceLabels[namespace]}: ${label}`}
        onClick={() => onCurrent(key)}
      >
        <span>
          {label}
          {namespace !== 'image' && <span className={parts.quiet}>, {namespace}</span>}
        </span>
        <bdi>{words(before)}</bdi>
        <ArrowRight aria-label="to" />
        <bdi data-new>{words(after)}</bdi>
      </button>
      {undoable && !single && (
        <IconButton label={`Undo ${label}, ${namespace}`} side="left" small onClick={onUndo}>
          <Undo2 />
        </IconButton>
      )}
    </li>
  );
}

function words(value: ParamValue | null): string {
  if (value === null) return 'none';
  return value === '' ? 'empty' : String(value);
}
