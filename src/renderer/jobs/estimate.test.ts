import { describe, expect, it } from 'vitest';
import type { Job } from '../../shared/job.js';
import { jobFixture } from '../store/test-data.js';
import { estimate } from './estimate.js';

function took(seconds: number, workflow_id = 'paint'): Job {
  const finished_at = new Date(Date.parse('2025-11-23T12:00:00.000Z') + seconds * 1000).toISOString();
  return jobFixture({
    prompt_id: `${workflow_id}${seconds}`,
    workflow_id,
    status: 'completed',
    started_at: '2025-11-23T12:00:00.000Z',
    finished_at,
  });
}
const progress = { node: null, node_title: null, value: 0, max: 1, percent: 50, eta_seconds: 6 };
const running = [jobFixture({ prompt_id: 'r', workflow_id: 'paint', status: 'running', progress })];
const waits = (workflow_id: string) => jobFixture({ prompt_id: `w-${workflow_id}`, workflow_id });

describe('estimate', () => {
  it('adds up what is left and what such jobs took lately', () => {
    const jobs = [took(10), took(14), took(40), took(0.01), took(30, 'film')];
    expect(estimate(jobs, running, [waits('paint'), waits('film')])).toEqual({ starts: [6, 20], total: 50 });
  });

  it('guesses nothing behind a job of which nothing is known', () => {
    expect(estimate([took(10)], running, [waits('song'), waits('paint')])).toEqual({ starts: [6, null], total: null });
    expect(estimate([], [jobFixture({ prompt_id: 'r', status: 'running' })], [])).toEqual({ starts: [], total: null });
    expect(estimate([], [], [])).toEqual({ starts: [], total: 0 });
  });
});
