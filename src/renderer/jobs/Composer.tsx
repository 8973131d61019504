import { AudioLines, Clapperboard, Image, SlidersHorizontal, TriangleAlert, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { toErrorValue } from '../../shared/errors.js';
import type { Workflow } from '../../shared/workflow.js';
import { keyCaps } from '../actions/keys.js';
import { useApp, useAppState } from '../store/hooks.js';
import type { App } from '../store/store.js';
import { Button, IconButton } from '../ui/Button.js';
import { Chooser } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import css from './Composer.module.css';
import { type ComposerMemory, readMemory, writeMemory } from './composer-memory.js';
import { ParamField } from './ParamField.js';
import { errorField, type FieldError, type FormValues, parseForm, splitParams } from './param-form.js';
import { usualWorkflow } from './usual-workflow.js';

const kindIcons = { image: <Image />, audio: <AudioLines />, video: <Clapperboard /> };

/** The bar below the grid that makes something: a workflow, what one asks for, and the rest behind "More". */
export function Composer() {
  const app = useApp();
  const workflows = useAppState((state) => state.workflows);
  const usable = useMemo(() => workflows.filter((workflow) => workflow.tool !== null), [workflows]);
  const [memory, setMemory] = useState<ComposerMemory>(() => readMemory(window.localStorage));
  const workflow = usable.find((one) => one.id === memory.workflowId) ?? usualWorkflow(usable);
  useEffect(() => writeMemory(window.localStorage, memory), [memory]);
  const bar = useRef<HTMLFormElement>(null);
  useRaise(bar);

  if (workflow === undefined) {
    return (
      <div className={css.bar}>
        <div className={css.foot}>
          <span className={parts.grow}>
            No workflow can be run: none of them has parameters and is free of problems.
          </span>
          <IconButton label="Close" side="top" onClick={() => app.set({ composer: false })}>
            <X />
          </IconButton>
        </div>
      </div>
    );
  }
  return (
    <ComposerForm
      key={workflow.id}
      workflow={workflow}
      workflows={usable}
      memory={memory}
      bar={bar}
      onMemory={setMemory}
    />
  );
}

interface ComposerFormProps {
  workflow: Workflow;
  workflows: readonly Workflow[];
  memory: ComposerMemory;
  bar: React.RefObject<HTMLFormElement | null>;
  onMemory(memory: ComposerMemory): void;
}

function ComposerForm({ workflow, workflows, memory, bar, onMemory }: ComposerFormProps) {
  const app = useApp();
  const values: FormValues = memory.values[workflow.id] ?? {};
  const { main, more } = splitParams(workflow.params);
  const run = useRun(app, workflow);

  const change = (name: string, value: string) => {
    run.clear(name);
    onMemory({ ...memory, values: { ...memory.values, [workflow.id]: { ...values, [name]: value } } });
  };
  const hiddenError = !memory.more && more.some((spec) => run.errors[spec.name] !== undefined);
  const showMore = memory.more || hiddenError;
  useEffect(() => bar.current?.querySelector<HTMLElement>('[data-first]')?.focus(), [bar]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (!event.repeat) void run.send(values);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      app.set({ composer: false });
    }
  };

  return (
    <form
      ref={bar}
      className={css.bar}
      aria-label="Generate"
      data-testid="composer"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void run.send(values);
      }}
    >
      <div className={css.fields}>
        <div className={css.main}>
          {main.map((spec, at) => (
            <ParamField
              key={spec.name}
              spec={spec}
              value={values[spec.name] ?? ''}
              error={run.errors[spec.name]}
              onChange={(value) => change(spec.name, value)}
              first={at === 0}
              nameInside
            />
          ))}
        </div>
        {showMore && (
          <div className={css.more} id="composer-more">
            {more.map((spec) => (
              <ParamField
                key={spec.name}
                spec={spec}
                value={values[spec.name] ?? ''}
                error={run.errors[spec.name]}
                onChange={(value) => change(spec.name, value)}
              />
            ))}
          </div>
        )}
      </div>
      {run.whole !== null && (
        <div className={cx(css.error, css.whole)} role="alert">
          <span>
            <TriangleAlert aria-hidden />
            {run.whole}
          </span>
        </div>
      )}
      <div className={css.foot}>
        <Chooser
          bare
          label="Workflow"
          value={workflow.id}
          choices={workflows.map((one) => ({ value: one.id, label: one.name, icon: kindIcons[one.namespace] }))}
          onChange={(workflowId) => onMemory({ ...memory, workflowId })}
        />
        {more.length > 0 && (
          <Button
            look="plain"
            aria-expanded={showMore}
            aria-controls="composer-more"
            onClick={() => onMemory({ ...memory, more: !showMore })}
          >
            <SlidersHorizontal aria-hidden />
            {showMore ? 'Less' : 'More'}
          </Button>
        )}
        {Object.values(values).some((value) => value !== '') && (
          <Button
            look="plain"
            onClick={() => {
              run.clearAll();
              onMemory({ ...memory, values: { ...memory.values, [workflow.id]: {} } });
            }}
          >
            Clear
          </Button>
        )}
        <span className={parts.grow} />
        <IconButton label="Close" keys="Esc" side="top" onClick={() => app.set({ composer: false })}>
          <X />
        </IconButton>
        <Button
          look="solid"
          type="submit"
          disabled={run.sending}
          keys={keyCaps('mod+↵', app.client.platform).join(' ')}
        >
          Generate
        </Button>
      </div>
    </form>
  );
}

interface Run {
  sending: boolean;
  errors: Readonly<Record<string, FieldError>>;
  /** What is wrong with the whole, in words. */
  whole: string | null;
  send(values: FormValues): Promise<void>;
  clear(name: string): void;
  clearAll(): void;
}

/** Sends the form and keeps what came back as wrong. */
function useRun(app: App, workflow: Workflow): Run {
  const [sending, setSending] = useState(false);
  const [errors, setErrors] = useState<Readonly<Record<string, FieldError>>>({});
  const [whole, setWhole] = useState<string | null>(null);
  return {
    sending,
    errors,
    whole,
    clear(name) {
      setWhole(null);
      setErrors(({ [name]: _, ...rest }) => rest);
    },
    clearAll() {
      setWhole(null);
      setErrors({});
    },
    async send(values) {
      // A second press may be quicker than the answer.
      if (sending) return;
      const parsed = parseForm(workflow.params, values);
      setErrors(parsed.errors);
      setWhole(null);
      if (Object.keys(parsed.errors).length > 0) return;
      setSending(true);
      try {
        await app.client.invoke('run_workflow', {
          workflow_id: workflow.id,
          overrides: parsed.overrides,
          wait_seconds: 0,
        });
      } catch (thrown) {
        const error = toErrorValue(thrown);
        const field = errorField(error, workflow.params);
        if (field !== null) setErrors({ [field.name]: field.error });
        else setWhole(error.hint === undefined ? error.message : `${error.message} ${error.hint}`);
      } finally {
        setSending(false);
      }
    },
  };
}

/** Tells the toast how high the bar is, so that it stands above. */
function useRaise(bar: React.RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = bar.current;
    if (element === null) return;
    const root = document.documentElement.style;
    const observer = new ResizeObserver(() => root.setProperty('--composer-height', `${element.offsetHeight}px`));
    observer.observe(element);
    return () => {
      observer.disconnect();
      root.removeProperty('--composer-height');
    };
  });
}
