import { describe, expect, it } from 'vitest';
import { jobFixture } from '../store/test-data.js';
import { factsOf, failureOf, placeWords, stepWords } from './words.js';

describe('a job in words', () => {
  it('says why it failed, where, and what would help', () => {
    const job = jobFixture({
      prompt_id: 'p',
      status: 'error',
      error: {
        code: 'EXECUTION_FAILED',
        message: 'CUDA out of memory.',
        hint: 'Try a smaller size.',
        details: { node_id: '3', class_type: 'KSampler' },
      },
    });
    expect(failureOf(job)).toEqual({
      title: 'Out of memory',
      where: 'KSampler, node 3',
      sentence: 'CUDA out of memory.',
      hint: 'Try a smaller size.',
    });
  });

  it('has words for a failure without a reason', () => {
    expect(failureOf(jobFixture({ prompt_id: 'p', status: 'lost' })).title).toBe('Lost');
    expect(failureOf(jobFixture({ prompt_id: 'p', status: 'error' })).title).toBe('Failed');
  });

  it('counts steps where there are some, else says the share', () => {
    const progress = { node: '3', node_title: 'KSampler', value: 14, max: 28, percent: 52.4, eta_seconds: null };
    expect(stepWords(jobFixture({ prompt_id: 'p', progress }))).toBe('14 of 28');
    expect(stepWords(jobFixture({ prompt_id: 'p', progress: { ...progress, value: 0, max: 1 } }))).toBe('52 %');
    expect(stepWords(jobFixture({ prompt_id: 'p' }))).toBe('');
  });

  it('says where in the line it stands', () => {
    expect(placeWords(jobFixture({ prompt_id: 'p', position: 1 }))).toBe('Next in line');
    expect(placeWords(jobFixture({ prompt_id: 'p', position: 3 }))).toBe('2 before it');
    expect(placeWords(jobFixture({ prompt_id: 'p' }))).toBe('Waiting');
  });

  it('tells model, size and seed as far as known', () => {
    const parameters = { model: 'flux1-dev.safetensors', width: 1216, height: 832, seed: 1234 };
    expect(factsOf({ parameters })).toBe('flux1-dev, 1216 × 832, seed 1\u00a0234');
    expect(factsOf({ parameters: { seconds: 60 } })).toBe('60 s of sound');
    expect(factsOf({ parameters: {} })).toBe('');
  });
});
