import { Dices, TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import { drawnSeedRange, isSeedName, type ParamSpec } from '../../shared/params.js';
import { MediaField } from '../inputs/MediaField.js';
import { type FieldError, type FormValues, isLong } from '../jobs/param-form.js';
import { Button, IconButton } from '../ui/Button.js';
import { Switch } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import { modelName, paramLabel } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { ChoiceField } from './ChoiceField.js';
import css from './Form.module.css';
import { besideLabel, isChanged, isWide, offered, shownValue, standard } from './run-form.js';

interface RunFieldProps {
  spec: ParamSpec;
  /** The form's picture, which a mask is painted on: an asset's id. */
  picture: string | undefined;
  values: FormValues;
  /** What the engine has to choose from; undefined for what is no choice. */
  choices: readonly string[] | undefined;
  error: FieldError | undefined;
  /** Undefined puts it back to what a call without it gets. */
  onChange(value: string | undefined): void;
}

/** One parameter: its value, what it was where that was changed, and what is wrong with it. */
export function RunField({ spec, picture, values, choices, error, onChange }: RunFieldProps) {
  const id = useId();
  const changed = isChanged(spec, values);
  const list = offered(spec, choices);
  return (
    <div
      className={cx(css.field, isWide(spec, list) && css.wide, changed && css.changed)}
      data-param={spec.name}
      data-changed={changed || undefined}
    >
      <div className={css.label}>
        <label htmlFor={id} title={spec.description}>
          <bdi>{paramLabel(spec.name)}</bdi>
        </label>
        {changed ? (
          <button type="button" className={css.was} title="Put it back" onClick={() => onChange(undefined)}>
            was {wasWords(spec)}
          </button>
        ) : (
          <span title={besideLabel(spec, list)}>{besideLabel(spec, list)}</span>
        )}
      </div>
      <Input
        id={id}
        spec={spec}
        picture={picture}
        value={shownValue(spec, values)}
        choices={list}
        invalid={error !== undefined}
        onChange={onChange}
      />
      {spec.description !== '' && (
        <span id={`${id}-about`} className={parts.hidden}>
          {spec.description}
        </span>
      )}
      {error !== undefined && <Wrong id={`${id}-error`} error={error} onChange={onChange} />}
    </div>
  );
}

function Wrong({ id, error, onChange }: { id: string; error: FieldError; onChange(value: string): void }) {
  return (
    <div className={css.wrong} id={id} role="alert">
      <p className={cx(parts.note, parts.bad)}>
        <TriangleAlert aria-hidden />
        <span>{error.message}</span>
      </p>
      {error.nearest.map((name) => (
        <Button key={name} compact onClick={() => onChange(name)} title={name}>
          {modelName(name)}
        </Button>
      ))}
    </div>
  );
}

interface InputProps {
  id: string;
  spec: ParamSpec;
  picture: string | undefined;
  value: string;
  choices: readonly string[] | undefined;
  invalid: boolean;
  onChange(value: string): void;
}

function Input({ id, spec, picture, value, choices, invalid, onChange }: InputProps) {
  const label = paramLabel(spec.name);
  const described = [spec.description === '' ? '' : `${id}-about`, invalid ? `${id}-error` : ''].filter(Boolean);
  const common = { id, 'aria-invalid': invalid, 'aria-describedby': described.join(' ') || undefined };
  if (spec.media !== undefined) {
    const { 'aria-describedby': describedBy } = common;
    return <MediaField {...{ id, label, media: spec.media, value, picture, invalid, describedBy, onChange }} />;
  }
  if (choices !== undefined && choices.length > 0) {
    return <ChoiceField {...common} label={label} value={value} choices={choices} onChange={onChange} />;
  }
  if (spec.type === 'boolean') {
    const on = value === 'true';
    return (
      <span className={css.bool}>
        <Switch label={label} checked={on} onChange={(next) => onChange(String(next))} />
        {on ? 'On' : 'Off'}
      </span>
    );
  }
  if (isLong(spec)) {
    return (
      <textarea
        {...common}
        className={cx(parts.area, css.area)}
        rows={spec.required ? 3 : 1}
        dir="auto"
        value={value}
        placeholder={standard(spec)}
        onChange={(event) => onChange(event.target.value)}
        spellCheck={false}
      />
    );
  }
  const seed = isSeedName(spec.name);
  const field = (
    <input
      {...common}
      className={cx(parts.field, spec.type !== 'string' && parts.num)}
      dir={spec.type === 'string' ? 'auto' : undefined}
      value={value}
      placeholder={seed ? 'Random' : standard(spec)}
      inputMode={spec.type === 'string' ? 'text' : 'decimal'}
      onChange={(event) => onChange(event.target.value)}
      spellCheck={false}
      autoComplete="off"
    />
  );
  if (!seed) return field;
  return (
    <span className={css.seed}>
      {field}
      <IconButton
        small
        label="Draw a seed and keep it"
        side="top"
        onClick={() => onChange(String(Math.floor(Math.random() * drawnSeedRange)))}
      >
        <Dices />
      </IconButton>
    </span>
  );
}

function wasWords(spec: ParamSpec): string {
  if (isSeedName(spec.name)) return 'random';
  const value = standard(spec);
  if (spec.type === 'boolean') return value === 'true' ? 'on' : 'off';
  return value === '' ? 'empty' : value;
}
