import type { Workflow } from '../../shared/workflow.js';
import { type Run, useRun } from '../jobs/useRun.js';
import { useApp } from '../store/hooks.js';
import { parseRun } from './run-form.js';

/** Runs a workflow through the operation that agents use, and keeps which job came of it. */
export function useTestRun(workflow: Workflow, choices: Readonly<Record<string, readonly string[]>>): Run {
  const app = useApp();
  return useRun(
    workflow.params,
    async (overrides) => {
      const { prompt_id } = await app.client.invoke('run_workflow', {
        workflow_id: workflow.id,
        overrides,
        wait_seconds: 0,
      });
      app.set({ testRuns: { ...app.store.getState().testRuns, [workflow.id]: prompt_id } });
    },
    (values) => parseRun(workflow.params, values, choices),
  );
}
