import { ChevronDown, TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import { isSeedName, type ParamSpec } from '../../shared/params.js';
import { MediaField } from '../inputs/MediaField.js';
import { ModelRow } from '../models/ModelRow.js';
import { areModels } from '../models/model-words.js';
import { Button } from '../ui/Button.js';
import { Chooser, Switch } from '../ui/controls.js';
import controls from '../ui/controls.module.css';
import { cx } from '../ui/cx.js';
import type { Listed } from '../ui/filter-words.js';
import { modelName, paramLabel } from '../ui/format.js';
import parts from '../ui/parts.module.css';
import { SearchList } from '../ui/SearchList.js';
import css from './Composer.module.css';
import { type FieldError, hintWords, isLong } from './param-form.js';
import { SeedField } from './SeedField.js';

interface ParamFieldProps {
  spec: ParamSpec;
  value: string;
  error: FieldError | undefined;
  onChange(value: string): void;
  /** What the engine has to choose from; undefined where anything may be written. */
  choices?: readonly string[];
  /** It is varied: what stands in its field has no effect. */
  varied?: boolean;
  /** The value of the asset that is made again, where the field says another. */
  was?: string;
  stepping: boolean;
  onStepping(stepping: boolean): void;
  /** The field that has the focus when the form opens. */
  first?: boolean;
  /** The form's picture, which a mask is painted on: an asset's id. */
  picture?: string | undefined;
  /** Main fields carry their name inside: there are one or two of them. */
  nameInside?: boolean;
}

/** More choices than these get a field to search in. */
const searchFrom = 9;

/** One parameter as a field, with what is wrong with it below. */
export function ParamField(props: ParamFieldProps) {
  const { spec, error, was, onChange, varied } = props;
  const nameInside = props.nameInside && !varied;
  const id = useId();
  const wide = (isLong(spec) && !nameInside) || isSeedName(spec.name) || (spec.media !== undefined && !nameInside);
  return (
    <div className={wide ? css.wide : undefined} data-param={spec.name}>
      <label
        htmlFor={id}
        className={nameInside && was === undefined && spec.media === undefined ? parts.hidden : css.label}
        title={spec.description}
      >
        {paramLabel(spec.name)}{' '}
        {was === undefined ? <span>{varied ? 'varied below' : hintWords(spec)}</span> : <Was value={was} />}
      </label>
      {varied ? <div className={css.varied} aria-hidden /> : <Input {...props} id={id} />}
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

function Was({ value }: { value: string }) {
  return (
    <span className={css.was} title={value}>
      {value.trim() === '' ? 'was empty' : `was ${modelName(value)}`}
    </span>
  );
}

function Input(props: ParamFieldProps & { id: string }) {
  const { id, spec, value, error, was, onChange, first, nameInside } = props;
  const label = paramLabel(spec.name);
  const standard = spec.default === undefined ? '' : String(spec.default);
  const marks = {
    'aria-invalid': error !== undefined,
    'aria-describedby': error === undefined ? undefined : `${id}-error`,
    'data-changed': was === undefined ? undefined : true,
    'data-first': first || undefined,
  };
  if (spec.media !== undefined) {
    return (
      <MediaField
        id={id}
        label={label}
        media={spec.media}
        value={value}
        picture={props.picture}
        invalid={error !== undefined}
        describedBy={marks['aria-describedby']}
        first={first}
        onChange={onChange}
      />
    );
  }
  if (isLong(spec)) {
    return (
      <textarea
        id={id}
        className={cx(parts.area, css.area, !nameInside && css.line)}
        rows={nameInside ? 2 : 1}
        value={value}
        placeholder={standard === '' ? `${label}${spec.required ? '' : ', optional'}` : standard}
        {...marks}
        onChange={(event) => onChange(event.target.value)}
        spellCheck={false}
        dir="auto"
      />
    );
  }
  if (isSeedName(spec.name)) {
    const { stepping, onStepping } = props;
    const changed = was !== undefined;
    return <SeedField {...{ id, value, stepping, onStepping, onChange, changed }} invalid={error !== undefined} />;
  }
  if (spec.type === 'boolean') {
    const on = (value === '' ? standard : value) === 'true';
    return (
      <span className={css.bool} data-changed={was === undefined ? undefined : true}>
        <Switch label={label} checked={on} onChange={(next) => onChange(String(next))} />
        {on ? 'On' : 'Off'}
      </span>
    );
  }
  const choices = spec.enum?.map(String) ?? props.choices ?? [];
  if (choices.length > 0) return <ChoiceField {...props} choices={choices} standard={standard} label={label} />;
  return (
    <input
      id={id}
      className={cx(parts.field, spec.type !== 'string' && parts.num)}
      value={value}
      placeholder={standard}
      inputMode={spec.type === 'string' ? 'text' : 'decimal'}
      {...marks}
      onChange={(event) => onChange(event.target.value)}
      spellCheck={false}
      autoComplete="off"
    />
  );
}

interface ChoiceFieldProps extends ParamFieldProps {
  id: string;
  label: string;
  standard: string;
  choices: readonly string[];
}

/** One of a list: a menu while it is short, else one to search in. */
function ChoiceField({ id, label, value, standard, choices, error, was, onChange }: ChoiceFieldProps) {
  const shown = value === '' ? standard : value;
  const invalid = error !== undefined;
  const items = labelled(choices).map((label, at) => ({
    value: choices[at] ?? '',
    label,
    detail: folderOf(choices[at] ?? ''),
  }));
  const models = areModels(choices);
  if (choices.length < searchFrom && !models) {
    return (
      <span
        className={css.choice}
        data-set={value !== '' || undefined}
        data-changed={was === undefined ? undefined : true}
      >
        <Chooser id={id} label={label} value={shown} choices={items} onChange={onChange} invalid={invalid} />
      </span>
    );
  }
  return (
    <SearchList
      label={label}
      items={items}
      chosen={shown}
      empty="The engine has none."
      drawRow={models ? drawModel : undefined}
      onChoose={onChange}
      trigger={
        <button
          type="button"
          id={id}
          className={cx(parts.field, controls.chooser)}
          aria-label={label}
          aria-invalid={invalid}
          data-set={value !== '' || undefined}
          data-changed={was === undefined ? undefined : true}
          title={shown}
        >
          <span className={parts.clip}>{modelName(shown)}</span>
          <ChevronDown aria-hidden />
        </button>
      }
    />
  );
}

function drawModel({ value, label, detail }: Listed) {
  return <ModelRow name={value} label={label} detail={detail} />;
}

/** Names without folder and ending, but for files of one name that differ in the ending. */
function labelled(choices: readonly string[]): string[] {
  const names = choices.map(modelName);
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  return names.map((name, at) => (twice.has(name) ? (choices[at]?.split(/[\\/]/).at(-1) ?? name) : name));
}

function folderOf(choice: string): string {
  return choice.split(/[\\/]/).slice(0, -1).join('/');
}
