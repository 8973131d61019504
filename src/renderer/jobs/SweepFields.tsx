import { Plus, TriangleAlert, X } from 'lucide-react';
import { useId } from 'react';
import type { ParamSpec } from '../../shared/params.js';
import { Button, IconButton } from '../ui/Button.js';
import { Chooser } from '../ui/controls.js';
import { modelName, paramLabel } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { SearchList } from '../ui/SearchList.js';
import { type Choices, isLong } from './param-form.js';
import css from './SweepFields.module.css';
import { choicesOf, type Sweep, type SweepAxis, sweepable, ticked } from './sweep.js';

interface SweepFieldsProps {
  params: readonly ParamSpec[];
  choices: Choices;
  axes: readonly SweepAxis[];
  sweep: Sweep;
  /** How many combinations it makes, or why not. */
  words: string;
  tooMany: boolean;
  onChange(axes: readonly SweepAxis[]): void;
}

const places = ['Columns', 'Rows', 'Sheets'] as const;

/** Which parameters are varied, and over what values. */
export function SweepFields({ params, choices, axes, sweep, words, tooMany, onChange }: SweepFieldsProps) {
  const free = sweepable(params, axes);
  const put = (at: number, axis: SweepAxis) => onChange(axes.map((one, place) => (place === at ? axis : one)));
  const next = free[0];
  return (
    <fieldset className={css.sweep} data-testid="sweep">
      <legend className={parts.hidden}>Vary</legend>
      {axes.map((axis, at) => (
        <AxisRow
          key={axis.name}
          axis={axis}
          place={places[at] ?? ''}
          spec={params.find(({ name }) => name === axis.name)}
          free={free}
          choices={choices}
          error={axis.text === '' ? '' : (sweep.errors[axis.name] ?? '')}
          onChange={(changed) => put(at, changed)}
          onRemove={() => onChange(axes.filter((_, place) => place !== at))}
        />
      ))}
      <div className={css.end}>
        {next !== undefined && (
          <Button compact look="plain" onClick={() => onChange([...axes, { name: next.name, text: '' }])}>
            <Plus aria-hidden />
            {axes.length === 0 ? 'Vary a parameter' : 'Vary another'}
          </Button>
        )}
        <output className={css.total} data-bad={tooMany || undefined}>
          {tooMany && <TriangleAlert aria-hidden />}
          {words}
        </output>
      </div>
    </fieldset>
  );
}

interface AxisRowProps {
  axis: SweepAxis;
  place: string;
  spec: ParamSpec | undefined;
  free: readonly ParamSpec[];
  choices: Choices;
  error: string;
  onChange(axis: SweepAxis): void;
  onRemove(): void;
}

function AxisRow({ axis, place, spec, free, choices, error, onChange, onRemove }: AxisRowProps) {
  const id = useId();
  const label = paramLabel(axis.name);
  const names = [axis.name, ...free.map(({ name }) => name)];
  return (
    <div className={css.axis} data-axis={axis.name}>
      <span className={css.place}>{place}</span>
      <Chooser
        label={`${place}: what is varied`}
        value={axis.name}
        choices={names.map((name) => ({ value: name, label: paramLabel(name) }))}
        onChange={(name) => onChange({ name, text: '' })}
      />
      <div className={css.values}>
        {spec !== undefined && <Values id={id} {...{ axis, spec, choices, label, onChange }} bad={error !== ''} />}
        {error !== '' && (
          <p className={css.error} id={`${id}-error`} role="alert">
            <TriangleAlert aria-hidden />
            {error}
          </p>
        )}
      </div>
      <IconButton small label={`Don’t vary ${label}`} side="top" onClick={onRemove}>
        <X />
      </IconButton>
    </div>
  );
}

interface ValuesProps {
  id: string;
  axis: SweepAxis;
  spec: ParamSpec;
  choices: Choices;
  label: string;
  bad: boolean;
  onChange(axis: SweepAxis): void;
}

function Values({ id, axis, spec, choices, label, bad, onChange }: ValuesProps) {
  const list = choicesOf(spec, choices);
  const marks = {
    'aria-label': `Values of ${label}`,
    'aria-invalid': bad,
    'aria-describedby': bad ? `${id}-error` : undefined,
  };
  const type = (text: string) => onChange({ name: axis.name, text });
  if (list.length > 0) return <Picks {...{ axis, label, list }} onChange={type} />;
  if (isLong(spec)) {
    return (
      <textarea
        {...marks}
        className={parts.area}
        rows={2}
        value={axis.text}
        placeholder="One a line"
        onChange={(event) => type(event.target.value)}
        spellCheck={false}
        dir="auto"
      />
    );
  }
  return (
    <input
      {...marks}
      className={parts.field}
      value={axis.text}
      placeholder={spec.type === 'string' ? 'One, two, three' : '4, 7, 10 or 4 to 10 by 2'}
      onChange={(event) => type(event.target.value)}
      spellCheck={false}
      autoComplete="off"
    />
  );
}

interface PicksProps {
  axis: SweepAxis;
  label: string;
  list: readonly string[];
  onChange(text: string): void;
}

/** Several of a list, each a chip that can be taken away. */
function Picks({ axis, label, list, onChange }: PicksProps) {
  const chosen = ticked(axis.text);
  const left = list.filter((choice) => !chosen.includes(choice));
  return (
    <div className={css.picks}>
      {chosen.map((choice) => (
        <span key={choice} className={css.chip} title={choice}>
          <span className={parts.clip}>{choiceWords(choice)}</span>
          <button
            type="button"
            aria-label={`Leave out ${choice}`}
            onClick={() => onChange(chosen.filter((one) => one !== choice).join('\n'))}
          >
            <X aria-hidden />
          </button>
        </span>
      ))}
      {left.length > 0 && (
        <SearchList
          label={`Values of ${label}`}
          items={left.map((choice) => ({ value: choice, label: choiceWords(choice) }))}
          empty="The engine has none."
          side="top"
          onChoose={(choice) => onChange([...chosen, choice].join('\n'))}
          trigger={
            <button type="button" className={css.add} aria-label={`Add a value of ${label}`}>
              <Plus aria-hidden />
              Add
            </button>
          }
        />
      )}
    </div>
  );
}

function choiceWords(choice: string): string {
  if (choice === 'true') return 'On';
  if (choice === 'false') return 'Off';
  return modelName(choice);
}
