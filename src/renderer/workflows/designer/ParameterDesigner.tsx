import { ChevronRight, Search, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { isSeedName } from '../../../shared/params.js';
import { everyWord } from '../../../shared/words.js';
import type { Exposable } from '../../../shared/workflow-params.js';
import { Switch } from '../../ui/controls.js';
import { cx } from '../../ui/cx.js';
import { modelName } from '../../ui/format.js';
import parts from '../../ui/parts.module.css';
import forms from '../Form.module.css';
import { TextField } from '../TextField.js';
import css from './Designer.module.css';
import { type InputDraft, issueOf, keyOf } from './design.js';
import type { EditedDesign } from './useDesign.js';

/** Rows below this many need no field to find them. */
const searchFrom = 9;

/**
 * The inputs of a graph, to choose which are parameters and what rules they have. It only edits `design` (see
 * `useDesign`): whoever shows it saves, and may show `DesignPreview` beside it.
 */
export function ParameterDesigner({ design }: { design: EditedDesign }) {
  const [query, setQuery] = useState('');
  const fits = everyWord(query);
  const found = design.inputs.filter(({ name, node, targets }) =>
    fits(`${name} ${node} ${targets.map(({ input }) => input).join(' ')}`),
  );
  const groups = [
    { title: 'Parameters', inputs: found.filter(({ exposed }) => exposed) },
    { title: 'Proposed', inputs: found.filter(({ exposed, proposed }) => !exposed && proposed) },
    { title: 'Everything else', inputs: found.filter(({ exposed, proposed }) => !exposed && !proposed) },
  ];
  return (
    <fieldset className={css.designer} aria-label="Inputs" onKeyDown={(event) => undoKey(event, design)}>
      {design.inputs.length >= searchFrom && (
        <div className={css.find}>
          <Search aria-hidden />
          <input
            className={parts.field}
            aria-label="Find inputs"
            placeholder={`Find in ${design.inputs.length} inputs`}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            spellCheck={false}
            autoComplete="off"
          />
        </div>
      )}
      {groups.map(
        ({ title, inputs }) =>
          inputs.length > 0 && (
            <section key={title} aria-label={title}>
              <h3 className={forms.section}>{title}</h3>
              {inputs.map((input) => (
                <InputRow key={keyOf(input)} input={input} design={design} />
              ))}
            </section>
          ),
      )}
      {found.length === 0 && (
        <p className={forms.plain}>
          {design.inputs.length === 0 ? 'Its graph has no value that could be a parameter.' : 'Nothing matches.'}
        </p>
      )}
    </fieldset>
  );
}

/** Taking back goes by the whole list, not by the one field that has the focus. */
function undoKey(event: KeyboardEvent, design: EditedDesign): void {
  if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  event.preventDefault();
  event.stopPropagation();
  design.undo();
}

function InputRow({ input, design }: { input: Exposable; design: EditedDesign }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const key = keyOf(input);
  const draft = design.design[key];
  if (draft === undefined) return null;
  const wrong = design.issues.some((issue) => issue.key === key);
  return (
    <div className={css.row} data-input={input.name} data-exposed={draft.exposed || undefined}>
      <div className={css.head}>
        <Switch
          label={`${draft.name || input.name} is a parameter`}
          checked={draft.exposed}
          onChange={(exposed) => {
            design.change(input, { exposed });
            if (!exposed) setOpen(false);
          }}
        />
        <button
          type="button"
          className={css.open}
          aria-expanded={open}
          aria-controls={id}
          disabled={!draft.exposed}
          onClick={() => setOpen(!open)}
        >
          <span className={css.words}>
            <span className={css.name}>
              <bdi>{draft.name || input.name}</bdi>
              <span className={css.type}>{typeOf(input, draft)}</span>
            </span>
            <span className={css.place} title={placeWords(input)}>
              <bdi>{placeWords(input)}</bdi>
            </span>
          </span>
          {wrong && <TriangleAlert className={css.wrong} aria-label="Something is wrong here" />}
          <ChevronRight aria-hidden className={css.arrow} />
        </button>
      </div>
      {open && draft.exposed && (
        <div className={cx(forms.fields, css.rules)} id={id}>
          <Rules input={input} draft={draft} design={design} />
        </div>
      )}
    </div>
  );
}

function Rules({ input, draft, design }: { input: Exposable; draft: InputDraft; design: EditedDesign }) {
  const numeric = input.type === 'integer' || input.type === 'number';
  const field = (
    name: keyof InputDraft & ('name' | 'default' | 'min' | 'max' | 'step' | 'choices' | 'description'),
  ) => ({
    value: draft[name],
    error: issueOf(design.issues, keyOf(input), name),
    onChange: (value: string) => design.change(input, { [name]: value }),
  });
  const seed = isSeedName(draft.name);
  return (
    <>
      <TextField label="Name" beside="what agents send" {...field('name')} />
      {!seed && (
        <div className={cx(forms.field, forms.wide, forms.bool)}>
          <Switch
            label="Needed with every call"
            checked={draft.required}
            onChange={(required) =>
              design.change(input, { required, ...(required ? {} : { default: draft.default || shown(input.value) }) })
            }
          />
          Needed with every call
        </div>
      )}
      {!draft.required && (
        <TextField
          label="Default"
          beside={seed ? 'drawn anew when empty' : ''}
          lines={input.multiline === true ? 2 : undefined}
          placeholder={seed ? 'Random' : shown(input.value)}
          numeric={numeric}
          {...field('default')}
        />
      )}
      {numeric && (
        <>
          <TextField label="Least" half numeric placeholder={shown(input.min)} {...field('min')} />
          <TextField label="Most" half numeric placeholder={shown(input.max)} {...field('max')} />
          <TextField label="Step" half numeric placeholder={shown(input.step)} {...field('step')} />
        </>
      )}
      {input.type !== 'boolean' && (
        <TextField
          label="Choices"
          beside="one a line"
          lines={1}
          placeholder={choiceWords(input)}
          {...field('choices')}
        />
      )}
      <TextField
        label="Description"
        beside="what agents read"
        lines={2}
        placeholder={input.description ?? ''}
        {...field('description')}
      />
    </>
  );
}

const typeWords = { string: 'text', integer: 'whole number', number: 'number', boolean: 'on or off' } as const;

function typeOf({ type, choices }: Exposable, { required, exposed }: InputDraft): string {
  const words = choices !== undefined && type === 'string' ? 'choice' : typeWords[type];
  return exposed && required ? `${words}, needed` : words;
}

/** e.g. `KSampler · steps · 20`. */
function placeWords({ node, targets, value }: Exposable): string {
  const [first] = targets;
  const more = targets.length > 1 ? ` and ${targets.length - 1} more` : '';
  const now = value === undefined || value === '' ? '' : ` · ${modelName(String(value)).slice(0, 80)}`;
  return `${node} · ${first?.input ?? ''}${more}${now}`;
}

function choiceWords({ choices }: Exposable): string {
  return choices === undefined ? 'anything' : `all ${choices.length} that the engine has`;
}

function shown(value: unknown): string {
  return value === undefined ? '' : String(value);
}
