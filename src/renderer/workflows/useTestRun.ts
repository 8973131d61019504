import type { ParamValue } from '../../shared/params.js';
import type { Workflow } from '../../shared/workflow.js';
import { runGrid } from '../jobs/batch-calls.js';
import { type Run, useRun } from '../jobs/useRun.js';
import { useApp } from '../store/hooks.js';
import { parseRun } from './run-form.js';

/** Runs a workflow through the operation that agents use, and keeps which job came of it. */
export function useTestRun(
  workflow: Workflow,
  choices: Readonly<Record<string, readonly string[]>>,
  /** Values to run every combination of; null for one run. */
  grid: Record<string, ParamValue[]> | null,
): Run {
  const app = useApp();
  return useRun(
    workflow.params,
    async (overrides) => {
      if (grid !== null) {
        await runGrid(app, { workflow_id: workflow.id, overrides, grid });
        return;
      }
      const { prompt_id } = await app.client.invoke('run_workflow', {
        workflow_id: workflow.id,
        overrides,
        wait_seconds: 0,
      });
      app.set({ testRuns: { ...app.store.getState().testRuns, [workflow.id]: prompt_id } });
    },
    (values) =>
      parseRun(
        workflow.params.filter(({ name }) => grid?.[name] === undefined),
        values,
        choices,
      ),
  );
}
