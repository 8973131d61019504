/** Running a job again, and what its failure says would fit. */

import { isRecord } from '../../shared/config-text.js';
import type { OperationInput } from '../../shared/contract.js';
import type { Job } from '../../shared/job.js';
import { type ParamValue, paramValueSchema } from '../../shared/params.js';
import type { App } from '../store/store.js';
import { modelName } from '../ui/format.js';

type Change = Omit<OperationInput<'retry_job'>, 'prompt_id'>;

export interface Fix {
  /** What would fit, as a button says it. */
  label: string;
  change: Change;
}

/** The nearest value that would fit, where the failure names one and where it goes. */
export function fixOf({ error }: Pick<Job, 'error'>): Fix | null {
  const details = error?.details ?? {};
  const problems = Array.isArray(details.problems) ? details.problems.filter(isRecord) : [];
  for (const place of [details, ...problems]) {
    const value = nearestOf(place);
    if (value === undefined) continue;
    const label = `Retry with ${typeof value === 'string' ? modelName(value) : value}`;
    const { node_id, input, parameter } = place;
    if (typeof node_id === 'string' && typeof input === 'string') {
      return { label, change: { inputs: [{ node_id, input, value }] } };
    }
    if (typeof parameter === 'string') return { label, change: { param_overrides: { [parameter]: value } } };
  }
  return null;
}

function nearestOf({ nearest }: Readonly<Record<string, unknown>>): ParamValue | undefined {
  const first: unknown = Array.isArray(nearest) ? nearest[0] : undefined;
  return paramValueSchema.safeParse(first).data;
}

export async function retryJob(app: App, promptId: string, change: Change = {}): Promise<void> {
  try {
    await app.client.invoke('retry_job', { prompt_id: promptId, ...change });
    app.toast('Queued again.');
  } catch (error) {
    app.fail(error);
  }
}

/** Takes jobs out of the line, the last one first, so that none of them begins meanwhile. */
export async function cancelJobs(app: App, promptIds: readonly string[]): Promise<void> {
  try {
    for (const prompt_id of promptIds.toReversed()) await app.client.invoke('cancel_job', { prompt_id });
  } catch (error) {
    app.fail(error);
  }
}

export async function setSending(app: App, paused: boolean): Promise<void> {
  try {
    await app.client.invoke(paused ? 'pause_queue' : 'resume_queue', {});
  } catch (error) {
    app.fail(error);
  }
}
