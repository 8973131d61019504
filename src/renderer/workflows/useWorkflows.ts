/** What the screen reads besides the state of the window: one workflow in detail, what the engine lacks, the bin. */
import { useEffect, useMemo, useState } from 'react';
import type { OperationOutput } from '../../shared/contract.js';
import type { Workflow } from '../../shared/workflow.js';
import { useApp, useAppState } from '../store/hooks.js';
import type { App } from '../store/store.js';
import { useAnswer } from '../store/useAnswer.js';
import type { Missing } from './list.js';

export type WorkflowDetail = OperationOutput<'get_workflow'>;
export type DeletedWorkflow = OperationOutput<'list_deleted_workflows'>['workflows'][number];

/** Changes when the engine does: what it has to choose from changes with it. */
export function useEngineKey(): string {
  return useAppState(({ engine }) => (engine === null ? '' : `${engine.kind} ${engine.url} ${engine.state}`));
}

const askDetail = (app: App, { id }: { id: string }) => app.client.invoke('get_workflow', { workflow_id: id });

/** A workflow with its graph, read again whenever its file, the defaults or the engine change. */
export function useWorkflowDetail({ id, ...rest }: Workflow) {
  const engine = useEngineKey();
  // The state is read anew as a whole: only what this workflow is counts as a change.
  const known = JSON.stringify(rest);
  const wanted = useMemo(() => ({ id, known, engine }), [id, known, engine]);
  const { answer: detail, error, retry } = useAnswer(wanted, askDetail);
  return { detail, error, retry };
}

/** What the engine lacks, by workflow; empty while that can't be told. */
export function useMissing(): ReadonlyMap<string, Missing> {
  const app = useApp();
  const workflows = useAppState((state) => state.workflows);
  const engine = useEngineKey();
  const [missing, setMissing] = useState<ReadonlyMap<string, Missing>>(new Map());
  const wanted = useMemo(() => ({ workflows, engine }), [workflows, engine]);
  useEffect(() => {
    let current = wanted.workflows.length > 0;
    if (!current) return;
    app.client.invoke('list_workflows', {}).then(
      (answer) => {
        if (!current) return;
        setMissing(
          new Map(
            answer.workflows.map(({ id, missing_nodes = [], missing_models = [] }) => [
              id,
              { nodes: missing_nodes, models: missing_models },
            ]),
          ),
        );
      },
      (error: unknown) => {
        if (current) app.fail(error);
      },
    );
    return () => {
      current = false;
    };
  }, [app, wanted]);
  return missing;
}

/** What lies in the bin, read again whenever the list of workflows changes. */
export function useDeleted(): readonly DeletedWorkflow[] {
  const app = useApp();
  const workflows = useAppState((state) => state.workflows);
  const [deleted, setDeleted] = useState<readonly DeletedWorkflow[]>([]);
  const wanted = useMemo(() => ({ workflows }), [workflows]);
  useEffect(() => {
    let current = wanted.workflows.length >= 0;
    app.client.invoke('list_deleted_workflows', {}).then(
      (answer) => {
        if (current) setDeleted(answer.workflows);
      },
      (error: unknown) => {
        if (current) app.fail(error);
      },
    );
    return () => {
      current = false;
    };
  }, [app, wanted]);
  return deleted;
}
