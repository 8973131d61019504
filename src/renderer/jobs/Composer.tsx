import { AudioLines, Clapperboard, Image, X } from 'lucide-react';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { thumbnailAddress } from '../../shared/bridge.js';
import type { ErrorValue } from '../../shared/errors.js';
import type { Workflow } from '../../shared/workflow.js';
import { subjectOf } from '../actions/asset.js';
import { isRunnable } from '../inputs/accepting.js';
import { useApp, useAppState, useAsset } from '../store/hooks.js';
import { Button, IconButton } from '../ui/Button.js';
import { Chooser } from '../ui/controls.js';
import parts from '../ui/parts.module.css';
import { runGrid } from './batch-calls.js';
import css from './Composer.module.css';
import { ComposerForm } from './ComposerForm.js';
import { type ComposerMemory, readMemory, withValues, writeMemory } from './composer-memory.js';
import { originalsOf, remakeCalls } from './remake.js';
import { useForm } from './useForm.js';
import { usualWorkflow } from './usual-workflow.js';

const kindIcons = { image: <Image />, audio: <AudioLines />, video: <Clapperboard /> };

interface PartProps {
  memory: ComposerMemory;
  onMemory(change: (memory: ComposerMemory) => ComposerMemory): void;
}

/** The bar below the grid that makes something: of a workflow, or of an asset once more with changes. */
export function Composer() {
  const remaking = useAppState((state) => state.remaking);
  const [memory, setMemory] = useState<ComposerMemory>(() => readMemory(window.localStorage));
  useEffect(() => writeMemory(window.localStorage, memory), [memory]);
  const bar = useRef<HTMLDivElement>(null);
  useRaise(bar);
  const app = useApp();
  const given = useAppState((state) => state.given);
  useEffect(() => {
    if (given === null) return;
    const { workflowId, values } = given;
    setMemory((before) => {
      const known = before.values[workflowId] ?? {};
      return { ...withValues(before, workflowId, { ...known, ...values }), workflowId, more: true };
    });
    app.set({ given: null });
  }, [app, given]);
  const part = { memory, onMemory: setMemory };
  return (
    <div className={css.bar} ref={bar} data-foot>
      {remaking === null ? <Make {...part} /> : <Remake key={remaking} {...part} assetId={remaking} />}
    </div>
  );
}

function Make({ memory, onMemory }: PartProps) {
  const workflows = useAppState((state) => state.workflows);
  const usable = useMemo(() => workflows.filter(isRunnable), [workflows]);
  const workflow = usable.find((one) => one.id === memory.workflowId) ?? usualWorkflow(usable);
  if (workflow === undefined) {
    return <Closed words="No workflow can be run: none of them has parameters and is free of problems." />;
  }
  return <MakeForm key={workflow.id} {...{ workflow, memory, onMemory }} workflows={usable} />;
}

function MakeForm(props: PartProps & { workflow: Workflow; workflows: readonly Workflow[] }) {
  const { workflow, workflows, memory, onMemory } = props;
  const app = useApp();
  const { form } = useForm({ workflow_id: workflow.id }, workflow.hash);
  return (
    <ComposerForm
      formKey={workflow.id}
      workflowId={workflow.id}
      params={workflow.params}
      choices={form?.choices ?? {}}
      originals={null}
      memory={memory}
      onMemory={onMemory}
      queue={(overrides, { count }) =>
        app.client.invoke('run_workflow', {
          workflow_id: workflow.id,
          overrides,
          wait_seconds: 0,
          ...(count > 1 ? { count } : {}),
        })
      }
      queueGrid={(overrides, grid) => runGrid(app, { workflow_id: workflow.id, overrides, grid })}
      subject={
        <Chooser
          bare
          label="Workflow"
          value={workflow.id}
          choices={workflows.map((one) => ({ value: one.id, label: one.name, icon: kindIcons[one.namespace] }))}
          onChange={(workflowId) => onMemory((before) => ({ ...before, workflowId }))}
        />
      }
    />
  );
}

function Remake({ assetId, memory, onMemory }: PartProps & { assetId: string }) {
  const app = useApp();
  const asset = useAsset(assetId);
  const { form, error } = useForm({ asset_id: assetId }, '');
  const originals = useMemo(() => originalsOf(form?.values ?? {}), [form]);
  if (form === null) return error === null ? <Closed words="Reading how it was made…" /> : <Closed error={error} />;
  return (
    <ComposerForm
      formKey={`asset:${assetId}`}
      workflowId={form.workflow_id}
      params={form.params}
      choices={form.choices}
      originals={originals}
      memory={memory}
      onMemory={onMemory}
      queue={async (overrides, { seedText, count }) => {
        for (const call of remakeCalls(form.params, overrides, { seedText, count })) {
          await app.client.invoke('regenerate', { asset_id: assetId, wait_seconds: 0, ...call });
        }
      }}
      subject={
        <span className={css.subject}>
          {asset != null && asset.media_kind !== 'audio' && <img src={thumbnailAddress(assetId, 256)} alt="" />}
          <span className={parts.clip} dir="auto">
            {asset == null ? '' : subjectOf(asset) || asset.filename}
          </span>
        </span>
      }
    />
  );
}

function Closed({ words, error }: { words?: string; error?: ErrorValue }) {
  const app = useApp();
  const close = () => app.set({ composer: false, remaking: null });
  return (
    <div className={css.foot} data-testid="composer">
      <span className={parts.grow} role={error === undefined ? undefined : 'alert'}>
        {error === undefined ? words : [error.message, error.hint].filter(Boolean).join(' ')}
      </span>
      {error !== undefined && <Button onClick={() => app.set({ remaking: null })}>Make something new</Button>}
      <IconButton label="Close" side="top" onClick={close}>
        <X />
      </IconButton>
    </div>
  );
}

/** Tells what lies over the grid how high the bar is. */
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
