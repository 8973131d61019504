import { describe, expect, it } from 'vitest';
import type { ErrorValue } from '../../shared/errors.js';
import { fixOf } from './retry.js';

const error = (details: Record<string, unknown>): { error: ErrorValue } => ({
  error: { code: 'INVALID_VALUE', message: 'No.', details },
});

describe('fixOf', () => {
  it('offers the nearest value at the node that was refused', () => {
    const place = { node_id: '5', input: 'width' };
    expect(fixOf(error({ ...place, nearest: [1536, 1544] }))).toEqual({
      label: 'Retry with 1536',
      change: { inputs: [{ ...place, value: 1536 }] },
    });
    const model = { node_id: '4', input: 'ckpt_name', nearest: ['sdxl/base.safetensors'] };
    expect(fixOf(error({ problems: [{ node_id: '1' }, model] }))?.label).toBe('Retry with base');
  });

  it('offers it by the name of the parameter where no node is named', () => {
    expect(fixOf(error({ parameter: 'steps', nearest: [60] }))?.change).toEqual({ param_overrides: { steps: 60 } });
  });

  it('offers nothing where nothing is known to fit', () => {
    expect(fixOf(error({ node_id: '5', input: 'width' }))).toBeNull();
    expect(fixOf(error({ node_id: '5', input: 'width', nearest: [] }))).toBeNull();
    expect(fixOf(error({ nearest: ['x'] }))).toBeNull();
    expect(fixOf({ error: null })).toBeNull();
  });
});
