import { useEffect } from 'react';
import { isFinal } from '../../shared/job.js';
import { useApp, useAppState } from '../store/hooks.js';
import { Confirm } from '../ui/Confirm.js';
import { stepWords } from './words.js';

/** Asks before a job is stopped or taken out of the line. The question ends with the job. */
export function CancelDialog() {
  const app = useApp();
  const promptId = useAppState((state) => state.cancelling);
  const job = useAppState((state) => (promptId === null ? undefined : state.jobs.get(promptId)));
  const over = promptId !== null && (job === undefined || isFinal(job.status));
  useEffect(() => {
    if (over) app.set({ cancelling: null });
  }, [app, over]);
  const running = job?.status === 'running';
  const step = job === undefined ? '' : stepWords(job);
  const node = job?.progress?.node_title ?? '';
  const where = step === '' ? '' : `${node === '' ? 'It' : node} is at ${step}. `;
  return (
    <Confirm
      open={promptId !== null && !over}
      title={running ? 'Cancel the running job?' : 'Take this job out of the line?'}
      text={
        running
          ? `${where}The engine stops at once and the result is lost; its settings stay in the queue’s history.`
          : 'It has not begun. Its settings stay in the queue’s history.'
      }
      keep={running ? 'Let it run' : 'Keep it'}
      go={running ? 'Cancel the job' : 'Take it out'}
      onClose={() => app.set({ cancelling: null })}
      onGo={async () => {
        if (promptId === null) return;
        try {
          await app.client.invoke('cancel_job', { prompt_id: promptId });
        } catch (error) {
          app.fail(error);
        }
      }}
    />
  );
}
