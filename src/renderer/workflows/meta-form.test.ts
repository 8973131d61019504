import { describe, expect, it } from 'vitest';
import { fromDraft, issueAt, toDraft } from './meta-form.js';
import { paramFixture, workflowFixture } from './testing.js';

const workflow = workflowFixture({ id: 'mine', name: 'Mine', params: [paramFixture({ name: 'style' })] });
const meta = { name: 'Mine', author: 'somebody', defaults: { steps: 20, gone: 'x' } };
const draft = toDraft(workflow, meta);

describe('the draft of a workflow’s metadata', () => {
  it('says what the file says', () => {
    expect(draft).toEqual({ name: 'Mine', description: '', namespace: workflow.namespace });
    expect(fromDraft(workflow, meta, draft)).toEqual({ changes: {}, issues: [], dirty: false });
  });

  it('changes what was edited, and nothing else', () => {
    const edited = { ...draft, name: ' Ours ', namespace: 'video' as const };
    expect(fromDraft(workflow, meta, edited)).toEqual({
      changes: { name: 'Ours', namespace: 'video' },
      issues: [],
      dirty: true,
    });
  });

  it('takes away what was cleared', () => {
    expect(fromDraft(workflow, meta, { ...draft, name: '' }).changes).toEqual({ name: null });
  });

  it('tells what is wrong where it stands', () => {
    const { issues } = fromDraft(workflow, meta, { ...draft, name: 'x'.repeat(121) });
    expect(issueAt(issues, 'name')).toMatch(/At most 120/);
    expect(issueAt(issues, 'description')).toBeUndefined();
  });
});
