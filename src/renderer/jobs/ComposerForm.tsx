import { RotateCcw, SlidersHorizontal, TriangleAlert, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef } from 'react';
import { inWords } from '../../shared/errors.js';
import { isSeedName, type ParamSpec, type ParamValue } from '../../shared/params.js';
import { keyCaps } from '../actions/keys.js';
import { pictureOf } from '../inputs/accepting.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { Chooser } from '../ui/controls.js';
import parts from '../ui/parts.module.css';
import css from './Composer.module.css';
import { type ComposerMemory, withoutRecent, withRecent, withValues } from './composer-memory.js';
import { EngineLine } from './EngineLine.js';
import { ParamField } from './ParamField.js';
import { Presets } from './Presets.js';
import { type Choices, type FormValues, isLong, parseForm, splitParams } from './param-form.js';
import { RecentPrompts } from './RecentPrompts.js';
import { changedParams, isChanged } from './remake.js';
import { SweepFields } from './SweepFields.js';
import { useRun } from './useRun.js';
import { useSweep } from './useSweep.js';
import { VaryButton } from './VaryButton.js';

interface ComposerFormProps {
  /** Under which the memory keeps what is typed. */
  formKey: string;
  /** Whose presets and recent prompts are offered; null where the workflow is not known. */
  workflowId: string | null;
  params: readonly ParamSpec[];
  choices: Choices;
  /** The values an asset was made with; null where something new is made. */
  originals: FormValues | null;
  memory: ComposerMemory;
  onMemory(change: (memory: ComposerMemory) => ComposerMemory): void;
  /** `seedText` is the seed's field, empty for a drawn one; null where there is none. */
  queue(overrides: Record<string, ParamValue>, how: { seedText: string | null; count: number }): Promise<unknown>;
  /** Runs every combination of a grid; absent where that can't be. */
  queueGrid?(overrides: Record<string, ParamValue>, grid: Record<string, ParamValue[]>): Promise<unknown>;
  /** What it is made of. */
  subject: ReactNode;
}

const counts = ['1', '2', '3', '4', '5', '6', '7', '8'] as const;

export function ComposerForm(props: ComposerFormProps) {
  const { formKey, workflowId, params, choices, originals, memory, onMemory } = props;
  const app = useApp();
  const ready = useAppState((state) => state.engine?.state === 'ready');
  const form = useRef<HTMLFormElement>(null);
  const typed: FormValues = memory.values[formKey] ?? {};
  const values: FormValues = { ...originals, ...typed };
  const { main, more } = splitParams(params);
  const seed = params.find(({ name }) => isSeedName(name));
  const stepping = memory.stepping.includes(formKey);
  const sweep = useSweep(formKey, params, choices);
  const varied = (name: string) => sweep.axes.some((axis) => axis.name === name);
  const count = seed === undefined || varied(seed.name) ? 1 : memory.count;
  const counted = sweep.count(count);
  const changed = originals === null ? [] : changedParams(params, values, originals);
  const sent = originals === null ? values : Object.fromEntries(changed.map(({ name }) => [name, values[name] ?? '']));
  const seedText = seed === undefined ? null : (values[seed.name] ?? '');
  // Only what an asset is made again with differently is sent: the rest stays as its graph has it.
  const asked = (originals === null ? params : changed.map((spec) => ({ ...spec, required: false }))).filter(
    ({ name }) => !varied(name),
  );
  const run = useRun(asked, (overrides) => {
    if (sweep.axes.length === 0 || props.queueGrid === undefined) {
      return props.queue(withEmptied(overrides, changed, values), { seedText, count });
    }
    const named = seed === undefined ? null : { name: seed.name, text: seedText ?? '' };
    return props.queueGrid(overrides, sweep.gridOf(named, count));
  });
  const live = parseForm(asked, sent, choices).errors;
  const errorOf = (name: string) => run.errors[name] ?? ((values[name] ?? '').trim() === '' ? undefined : live[name]);

  const put = (next: FormValues) => onMemory((before) => withValues(before, formKey, next));
  const change = (name: string, value: string) => {
    run.clear(name);
    put({ ...typed, [name]: value });
  };
  /** What was typed can be had back. */
  const replace = (next: FormValues, message: string) => {
    run.clear();
    put(next);
    app.toast(message, { action: { label: 'Undo', run: () => put(typed) } });
  };
  const step = (on: boolean) =>
    onMemory((before) => ({
      ...before,
      stepping: [...before.stepping.filter((one) => one !== formKey), ...(on ? [formKey] : [])],
    }));
  const send = async () => {
    if (sweep.axes.length > 0 && !counted.ready) return;
    if (!(await run.send(sent))) return;
    if (workflowId !== null) onMemory((before) => withRecent(before, workflowId, only(main, values)));
    if (stepping && seed !== undefined && seedText !== null && seedText.trim() !== '') {
      put({ ...typed, [seed.name]: String(Number(seedText) + count) });
    }
  };
  const away = run.whole?.code === 'COMFYUI_UNREACHABLE' && !ready;
  const close = () => app.set({ composer: false, remaking: null });
  const hiddenError = !memory.more && more.some(({ name }) => errorOf(name) !== undefined);
  const showMore = memory.more || hiddenError || originals !== null;
  const firstField = () => form.current?.querySelector<HTMLElement>('[data-first]') ?? null;
  useEffect(() => form.current?.querySelector<HTMLElement>('[data-first]')?.focus(), []);

  const onKeyDown = (event: KeyboardEvent) => {
    // Keys of a list that lies over the window come here too.
    if (event.defaultPrevented || !(event.target instanceof Node) || !form.current?.contains(event.target)) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!event.repeat) void send();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      close();
    }
  };
  const field = (spec: ParamSpec, place: { first?: boolean; nameInside?: boolean } = {}) => (
    <ParamField
      key={spec.name}
      spec={originals === null ? spec : { ...spec, required: false }}
      value={values[spec.name] ?? ''}
      varied={varied(spec.name)}
      error={varied(spec.name) ? undefined : errorOf(spec.name)}
      choices={choices[spec.name]}
      was={originals !== null && isChanged(spec, values[spec.name], originals) ? originals[spec.name] : undefined}
      picture={pictureOf(params, values)}
      stepping={stepping}
      onStepping={step}
      onChange={(value) => change(spec.name, value)}
      {...place}
    />
  );
  const settings = only(more, values);
  return (
    <form
      ref={form}
      className={css.form}
      aria-label={originals === null ? 'Generate' : 'Regenerate with changes'}
      data-testid="composer"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div className={css.fields}>
        <div className={css.main}>{main.map((spec, at) => field(spec, { first: at === 0, nameInside: true }))}</div>
        {showMore && more.length > 0 && (
          <div className={css.more} id="composer-more">
            {more.map((spec) => field(spec))}
          </div>
        )}
      </div>
      {sweep.open && props.queueGrid !== undefined && (
        <SweepFields
          params={params}
          choices={choices}
          axes={sweep.axes}
          sweep={sweep.sweep}
          words={sweep.axes.length === 0 ? '' : counted.words}
          tooMany={counted.tooMany}
          onChange={(axes) => {
            run.clear();
            sweep.change(axes);
          }}
        />
      )}
      <EngineLine tried={away} />
      {run.whole !== null && !away && (
        <div className={css.error} role="alert">
          <span>
            <TriangleAlert aria-hidden />
            {inWords(run.whole)}
          </span>
        </div>
      )}
      <div className={css.foot}>
        {props.subject}
        {more.length > 0 && originals === null && (
          <IconButton
            label={showMore ? 'Fewer settings' : 'More settings'}
            side="top"
            aria-expanded={showMore}
            aria-pressed={showMore}
            aria-controls="composer-more"
            onClick={() => onMemory((before) => ({ ...before, more: !showMore }))}
          >
            <SlidersHorizontal />
          </IconButton>
        )}
        {props.queueGrid !== undefined && <VaryButton sweep={sweep} />}
        {workflowId !== null && (
          <>
            <RecentPrompts
              recent={memory.recent[workflowId] ?? []}
              field={firstField}
              onChoose={(recent) => replace({ ...typed, ...recent }, 'The prompt was taken over.')}
              onRemove={(recent) => onMemory((before) => withoutRecent(before, workflowId, recent))}
            />
            <Presets
              workflowId={workflowId}
              values={settings}
              onApply={({ name, values: kept }) => {
                const emptied = Object.fromEntries(more.map((spec) => [spec.name, originals?.[spec.name] ?? '']));
                replace({ ...typed, ...emptied, ...kept }, `“${name}” was taken over.`);
              }}
            />
          </>
        )}
        {(originals === null ? Object.values(typed).some((value) => value !== '') : changed.length > 0) && (
          <IconButton
            label={originals === null ? 'Clear' : 'As it was'}
            side="top"
            onClick={() => replace({}, originals === null ? 'Cleared.' : 'As it was.')}
          >
            <RotateCcw />
          </IconButton>
        )}
        <span className={parts.grow} />
        {originals !== null && <span className={css.changes}>{changedWords(changed.length)}</span>}
        {seed !== undefined && !varied(seed.name) && (
          <Chooser
            bare
            label="How many"
            value={String(count)}
            choices={counts.map((value) => ({ value, label: `× ${value}` }))}
            onChange={(value) => onMemory((before) => ({ ...before, count: Number(value) }))}
          />
        )}
        <IconButton label="Close" keys="Esc" side="top" onClick={close}>
          <X />
        </IconButton>
        <Button
          look="solid"
          type="submit"
          disabled={run.sending || (sweep.axes.length > 0 && !counted.ready)}
          keys={keyCaps('mod+↵', app.client.platform).join(' ')}
        >
          {originals === null
            ? sweep.axes.length > 0 && counted.ready
              ? `Generate ${counted.total}`
              : 'Generate'
            : 'Regenerate'}
        </Button>
      </div>
    </form>
  );
}

function changedWords(count: number): string {
  return count === 0 ? 'Nothing changed' : `${count} changed`;
}

function only(params: readonly ParamSpec[], values: FormValues): FormValues {
  return Object.fromEntries(params.flatMap(({ name }) => (values[name] ? [[name, values[name]]] : [])));
}

/** A text that was taken out is a change as well: the form leaves it out, and the asset's graph would keep it. */
function withEmptied(
  overrides: Record<string, ParamValue>,
  changed: readonly ParamSpec[],
  values: FormValues,
): Record<string, ParamValue> {
  const emptied = changed.filter((spec) => isLong(spec) && (values[spec.name] ?? '').trim() === '');
  return { ...overrides, ...Object.fromEntries(emptied.map(({ name }) => [name, ''])) };
}
