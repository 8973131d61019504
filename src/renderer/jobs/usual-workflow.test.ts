import { describe, expect, it } from 'vitest';
import type { ParamSpec } from '../../shared/params.js';
import type { Workflow } from '../../shared/workflow.js';
import { usualWorkflow } from './usual-workflow.js';

function workflow(id: string, values: Partial<Workflow> = {}): Workflow {
  return {
    id,
    name: id,
    description: '',
    namespace: 'image',
    params: [],
    tool: id,
    problem: null,
    source: 'user',
    updated_at: '2025-11-23T12:00:00.000Z',
    hash: id,
    ...values,
  };
}

const prompt: ParamSpec = { name: 'prompt', type: 'string', required: true, description: '', targets: [] };

describe('usualWorkflow', () => {
  it('stays the picture of a prompt when the person adds workflows', () => {
    const ours = workflow('generate_image');
    expect(usualWorkflow([workflow('anim'), ours])).toBe(ours);
  });

  it('is the next best where that is gone', () => {
    const other = workflow('paint', { params: [prompt] });
    const song = workflow('song', { namespace: 'audio', params: [prompt] });
    expect(usualWorkflow([song, other])).toBe(other);
    expect(usualWorkflow([song])).toBe(song);
    expect(usualWorkflow([])).toBeUndefined();
  });
});
