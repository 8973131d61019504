import { useState } from 'react';
import { inWords, toErrorValue } from '../../shared/errors.js';
import type { Job } from '../../shared/job.js';
import type { Workflow } from '../../shared/workflow.js';
import { usualWorkflow } from '../jobs/usual-workflow.js';
import { useApp, useAppState } from '../store/hooks.js';

export interface FirstPicture {
  /** The workflow it is made with; undefined when none can be run. */
  workflow: Workflow | undefined;
  job: Job | undefined;
  /** The first asset, once made: by this person or by an agent that was quicker. */
  assetId: string | undefined;
  error: string | null;
  sending: boolean;
  make(prompt: string): Promise<void>;
}

/** Makes the first picture with the workflow that takes a prompt. */
export function useFirstPicture(): FirstPicture {
  const app = useApp();
  const workflow = useAppState((state) =>
    usualWorkflow(
      state.workflows.filter(
        (one) => one.tool !== null && one.namespace === 'image' && one.params.some((param) => param.name === 'prompt'),
      ),
    ),
  );
  const [promptId, setPromptId] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [sending, setSending] = useState(false);
  const job = useAppState((state) => (promptId === null ? undefined : state.jobs.get(promptId)));
  // What an import brings was not made here.
  const newest = useAppState((state) => (state.importing === null ? state.index.ids[0] : undefined));
  return {
    workflow,
    job,
    assetId: job?.asset_ids[0] ?? newest,
    error,
    sending,
    async make(prompt) {
      if (workflow === undefined) return;
      setError(null);
      setSending(true);
      try {
        const answer = await app.client.invoke('run_workflow', {
          workflow_id: workflow.id,
          overrides: { prompt },
          wait_seconds: 0,
        });
        setPromptId(answer.prompt_id);
      } catch (thrown) {
        setError(inWords(toErrorValue(thrown)));
      } finally {
        setSending(false);
      }
    },
  };
}
