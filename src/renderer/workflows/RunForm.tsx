import { Play, TriangleAlert } from 'lucide-react';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { inWords } from '../../shared/errors.js';
import type { Workflow } from '../../shared/workflow.js';
import { keyCaps } from '../actions/keys.js';
import { offerWorkflow } from '../actions/workflow.js';
import { pictureOf } from '../inputs/accepting.js';
import { readMemory, writeMemory } from '../jobs/composer-memory.js';
import type { FormValues } from '../jobs/param-form.js';
import { SweepFields } from '../jobs/SweepFields.js';
import { useSweep } from '../jobs/useSweep.js';
import { VaryButton } from '../jobs/VaryButton.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Button } from '../ui/Button.js';
import { Switch } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import css from './Form.module.css';
import { RunField } from './RunField.js';
import { RunResult } from './RunResult.js';
import { fieldIssue, inFormOrder } from './run-form.js';
import { useTestRun } from './useTestRun.js';

interface RunFormProps {
  workflow: Workflow;
  /** What the engine has to choose from, by parameter. */
  choices: Readonly<Record<string, readonly string[]>>;
}

/** The parameters as a form, a run of them, and whether agents may run it. */
export function RunForm({ workflow, choices }: RunFormProps) {
  const app = useApp();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useFormValues(workflow.id);
  const sweep = useSweep(workflow.id, workflow.params, choices);
  const counted = sweep.count(1);
  const varies = sweep.axes.length > 0;
  const run = useTestRun(workflow, choices, varies ? sweep.sweep.grid : null);
  const promptId = useAppState((state) => state.testRuns[workflow.id]);
  const isVaried = (name: string) => sweep.axes.some((axis) => axis.name === name);
  const specs = inFormOrder(workflow.params, choices);

  const change = (name: string, value: string | undefined) => {
    run.clear(name);
    const { [name]: _, ...others } = values;
    setValues(value === undefined ? others : { ...others, [name]: value });
  };
  const send = async () => {
    if (varies && !counted.ready) return;
    await run.send(values);
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!event.repeat) void send();
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    void send();
  };

  return (
    <form ref={form} className={css.form} aria-label="Parameters" onKeyDown={onKeyDown} onSubmit={onSubmit} noValidate>
      <div className={css.scroll}>
        {specs.length === 0 && (
          <p className={css.plain}>
            It has no parameters: every value is fixed in its graph. Choose some under Design.
          </p>
        )}
        <div className={css.fields}>
          {specs.map((spec) => (
            <RunField
              key={spec.name}
              spec={spec}
              picture={pictureOf(workflow.params, values)}
              values={values}
              choices={choices[spec.name]}
              error={isVaried(spec.name) ? undefined : (run.errors[spec.name] ?? fieldIssue(spec, values))}
              onChange={(value) => change(spec.name, value)}
            />
          ))}
        </div>
      </div>
      <div className={css.foot} data-foot>
        {promptId !== undefined && <RunResult promptId={promptId} />}
        {run.whole !== null && (
          <p className={cx(parts.note, parts.bad)} role="alert">
            <TriangleAlert aria-hidden />
            <span>{inWords(run.whole)}</span>
          </p>
        )}
        {sweep.open && (
          <SweepFields
            params={workflow.params}
            choices={choices}
            axes={sweep.axes}
            sweep={sweep.sweep}
            words={varies ? counted.words : ''}
            tooMany={counted.tooMany}
            onChange={sweep.change}
          />
        )}
        <div className={css.actions}>
          <Button
            look="solid"
            type="submit"
            disabled={run.sending || (varies && !counted.ready)}
            keys={keyCaps('mod+↵', app.client.platform).join(' ')}
          >
            <Play aria-hidden />
            {varies && counted.ready ? `Run ${counted.total}` : 'Test run'}
          </Button>
          {specs.length > 0 && <VaryButton sweep={sweep} />}
          {Object.keys(values).length > 0 && (
            <Button look="plain" onClick={() => setValues({})}>
              Put all back
            </Button>
          )}
        </div>
        <Offer workflow={workflow} />
      </div>
    </form>
  );
}

function Offer({ workflow: { id, tool } }: { workflow: Workflow }) {
  const app = useApp();
  const disabled = useAppState(
    (state) => tool !== null && state.settings?.values.disabled_tools.includes(tool) === true,
  );
  if (tool === null) return null;
  return (
    <div className={css.offer}>
      <Switch label="Offer to agents" checked={!disabled} onChange={(on) => void offerWorkflow(app, id, on)} />
      <span className={parts.strong}>Offer to agents</span>
      <span className={css.offerAs} title={tool}>
        {disabled ? 'only through run_workflow' : `as ${tool}`}
      </span>
    </div>
  );
}

/** What was typed, kept by the window until it is put back. */
function useFormValues(workflowId: string): [FormValues, (values: FormValues) => void] {
  const [memory, setMemory] = useState(() => readMemory(window.localStorage, 'workflows'));
  useEffect(() => writeMemory(window.localStorage, memory, 'workflows'), [memory]);
  return [
    memory.values[workflowId] ?? {},
    (values) => setMemory({ ...memory, values: { ...memory.values, [workflowId]: values } }),
  ];
}
