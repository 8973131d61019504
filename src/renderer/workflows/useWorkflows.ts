/** What the screen reads besides the state of the window: one workflow in detail, what the engine lacks, the bin. */
import { useEffect, useMemo, useState } from 'react';
import type { OperationOutput } from '../../shared/contract.js';
import { type ErrorValue, toErrorValue } from '../../shared/errors.js';
import type { Workflow } from '../../shared/workflow.js';
import { useApp, useAppState } from '../store/hooks.js';
import type { Missing } from './list.js';

export type WorkflowDetail = OperationOutput<'get_workflow'>;
export type DeletedWorkflow = OperationOutput<'list_deleted_workflows'>['workflows'][number];

/** Changes when the engine does: what it has to choose from changes with it. */
function useEngineKey(): string {
  return useAppState(({ engine }) => (engine === null ? '' : `${engine.kind} ${engine.url} ${engine.state}`));
}

/** A workflow with its graph, read again whenever its file, the defaults or the engine change. */
export function useWorkflowDetail(workflow: Workflow): {
  detail: WorkflowDetail | null;
  error: ErrorValue | null;
  retry(): void;
} {
  const app = useApp();
  const engine = useEngineKey();
  const [detail, setDetail] = useState<WorkflowDetail | null>(null);
  const [error, setError] = useState<ErrorValue | null>(null);
  const [attempt, setAttempt] = useState(0);
  // The state is read anew as a whole: only what this workflow is counts as a change.
  const known = JSON.stringify(workflow);
  const wanted = useMemo(() => ({ id: workflow.id, known, engine, attempt }), [workflow.id, known, engine, attempt]);
  useEffect(() => {
    let current = true;
    app.client.invoke('get_workflow', { workflow_id: wanted.id }).then(
      (answer) => {
        if (!current) return;
        setDetail(answer);
        setError(null);
      },
      (thrown: unknown) => {
        if (current) setError(toErrorValue(thrown));
      },
    );
    return () => {
      current = false;
    };
  }, [app, wanted]);
  return { detail, error, retry: () => setAttempt(attempt + 1) };
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
