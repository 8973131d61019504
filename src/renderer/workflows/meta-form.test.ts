import { describe, expect, it } from 'vitest';
import { fromDraft, hasIssue, issueAt, type MetaDraft, type ParamDraft, toDraft } from './meta-form.js';
import { paramFixture, workflowFixture } from './testing.js';

const workflow = workflowFixture({
  id: 'mine',
  name: 'Mine',
  params: [
    paramFixture({ name: 'steps', type: 'integer', default: 20 }),
    paramFixture({ name: 'style' }),
    paramFixture({ name: 'constructor' }),
  ],
});
const meta = {
  name: 'Mine',
  author: 'somebody',
  defaults: { steps: 20, gone: 'x' },
  constraints: { steps: { min: 1, note: 'own' } },
};
const draft = toDraft(workflow, meta);
const edit = (patch: Partial<MetaDraft>, name = '', param: Partial<ParamDraft> = {}): MetaDraft => {
  const before = draft.params[name];
  return {
    ...draft,
    ...patch,
    params: before === undefined ? draft.params : { ...draft.params, [name]: { ...before, ...param } },
  };
};

describe('the draft of a workflow’s metadata', () => {
  it('says what the file says', () => {
    expect(draft).toMatchObject({
      name: 'Mine',
      description: '',
      params: { steps: { default: '20', min: '1', max: '', choices: '' }, constructor: { default: '' } },
    });
    expect(fromDraft(workflow, meta, draft)).toEqual({ changes: {}, issues: [], dirty: false });
  });

  it('changes what was edited and keeps what it does not know', () => {
    const { changes, issues, dirty } = fromDraft(
      workflow,
      meta,
      edit({ name: ' Ours ', namespace: 'video' }, 'steps', { default: '24', max: '60', min: '' }),
    );
    expect(issues).toEqual([]);
    expect(dirty).toBe(true);
    expect(changes).toEqual({
      name: 'Ours',
      namespace: 'video',
      defaults: { steps: 24, gone: 'x' },
      constraints: { steps: { max: 60, note: 'own' } },
    });
  });

  it('takes away what was cleared', () => {
    expect(
      fromDraft(
        workflow,
        { name: 'Mine', defaults: { steps: 20 } },
        edit({ name: '' }, 'steps', { default: '', min: '' }),
      ).changes,
    ).toEqual({
      name: null,
      defaults: null,
    });
  });

  it('reads choices by lines, as the parameter’s type', () => {
    const { changes } = fromDraft(
      workflow,
      {},
      edit({ name: '' }, 'steps', { default: '', min: '', choices: '1\n 2 \n\n2' }),
    );
    expect(changes).toEqual({ constraints: { steps: { enum: [1, 2] } } });
  });

  it('tells what is wrong where it stands', () => {
    const { issues, dirty } = fromDraft(
      workflow,
      meta,
      edit({}, 'steps', { default: 'many', min: 'few', choices: 'x' }),
    );
    expect(dirty).toBe(true);
    expect(issueAt(issues, 'defaults', 'steps')).toBe('Must be a whole number.');
    expect(issueAt(issues, 'constraints', 'steps', 'min')).toBe('Must be a number.');
    expect(issueAt(issues, 'constraints', 'steps', 'enum')).toBe('Must be a whole number.');
    expect(issueAt(issues, 'name')).toBeUndefined();
    expect([hasIssue(issues, 'steps'), hasIssue(issues, 'style')]).toEqual([true, false]);
    const limits = fromDraft(workflow, meta, edit({}, 'steps', { max: '0' })).issues;
    expect(issueAt(limits, 'constraints', 'steps', 'max')).toMatch(/less than the least/);
  });
});
