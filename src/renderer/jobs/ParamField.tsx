import { Dices, TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import { drawnSeedRange, isSeedName, type ParamSpec } from '../../shared/params.js';
import { Button, IconButton } from '../ui/Button.js';
import { Chooser, Switch } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import { modelName, paramLabel } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import css from './Composer.module.css';
import { type FieldError, hintWords, isLong } from './param-form.js';

interface ParamFieldProps {
  spec: ParamSpec;
  value: string;
  error: FieldError | undefined;
  onChange(value: string): void;
  /** The field that has the focus when the form opens. */
  first?: boolean;
  /** Main fields carry their name inside: there are one or two of them. */
  nameInside?: boolean;
}

/** One parameter as a field, with what is wrong with it below. */
export function ParamField({ spec, value, error, onChange, first, nameInside }: ParamFieldProps) {
  const id = useId();
  const label = paramLabel(spec.name);
  const long = isLong(spec);
  return (
    <div className={long && !nameInside ? css.wide : undefined}>
      <label htmlFor={id} className={nameInside ? parts.hidden : css.label} title={spec.description}>
        {label} <span>{hintWords(spec)}</span>
      </label>
      <Input
        id={id}
        spec={spec}
        value={value}
        invalid={error !== undefined}
        onChange={onChange}
        first={first}
        roomy={nameInside}
      />
      {error !== undefined && (
        <div className={css.error} id={`${id}-error`} role="alert">
          <span>
            <TriangleAlert aria-hidden />
            {error.message}
          </span>
          {error.nearest.map((name) => (
            <Button key={name} compact onClick={() => onChange(name)} title={name}>
              {modelName(name)}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

interface InputProps {
  id: string;
  spec: ParamSpec;
  value: string;
  invalid: boolean;
  onChange(value: string): void;
  first?: boolean;
  /** Long text has two lines from the start. */
  roomy?: boolean;
}

function Input({ id, spec, value, invalid, onChange, first, roomy }: InputProps) {
  const label = paramLabel(spec.name);
  const standard = spec.default === undefined ? '' : String(spec.default);
  if (isLong(spec)) {
    return (
      <textarea
        id={id}
        className={cx(parts.area, css.area, !roomy && css.line)}
        rows={roomy ? 2 : 1}
        value={value}
        placeholder={standard === '' ? `${label}${spec.required ? '' : ', optional'}` : standard}
        aria-invalid={invalid}
        aria-describedby={invalid ? `${id}-error` : undefined}
        data-first={first || undefined}
        onChange={(event) => onChange(event.target.value)}
        spellCheck={false}
      />
    );
  }
  if (spec.type === 'boolean') {
    const on = (value === '' ? standard : value) === 'true';
    return (
      <span className={css.bool}>
        <Switch label={label} checked={on} onChange={(next) => onChange(String(next))} />
        {on ? 'On' : 'Off'}
      </span>
    );
  }
  if (spec.enum !== undefined && spec.enum.length > 0) {
    const choices = spec.enum.map((choice) => ({ value: String(choice), label: String(choice) }));
    return (
      <Chooser
        id={id}
        label={label}
        value={value === '' ? standard : value}
        choices={choices}
        onChange={onChange}
        invalid={invalid}
      />
    );
  }
  const seed = isSeedName(spec.name);
  const field = (
    <input
      id={id}
      className={cx(parts.field, spec.type !== 'string' && parts.num)}
      value={value}
      placeholder={seed ? 'Random' : standard}
      inputMode={spec.type === 'string' ? 'text' : 'decimal'}
      aria-invalid={invalid}
      aria-describedby={invalid ? `${id}-error` : undefined}
      data-first={first || undefined}
      onChange={(event) => onChange(event.target.value)}
      spellCheck={false}
      autoComplete="off"
    />
  );
  if (!seed) return field;
  return (
    <span className={css.seed}>
      {field}
      <IconButton label="Draw a seed and keep it" side="top" onClick={() => onChange(String(drawSeed()))}>
        <Dices />
      </IconButton>
    </span>
  );
}

function drawSeed(): number {
  return Math.floor(Math.random() * drawnSeedRange);
}
