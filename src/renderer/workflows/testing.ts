/** Invented workflows for tests. */
import type { ParamSpec } from '../../shared/params.js';
import type { Workflow } from '../../shared/workflow.js';

export function paramFixture(values: Partial<ParamSpec> & { name: string }): ParamSpec {
  return { type: 'string', required: false, description: '', targets: [], ...values };
}

export function workflowFixture(values: Partial<Workflow> & { id: string }): Workflow {
  return {
    name: values.id,
    description: '',
    namespace: 'image',
    params: [],
    tool: values.id,
    problem: null,
    source: 'user',
    updated_at: '2025-11-23T12:00:00.000Z',
    hash: '0',
    ...values,
  };
}
