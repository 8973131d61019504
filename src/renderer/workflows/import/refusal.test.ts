import { describe, expect, it } from 'vitest';
import { refusalOf } from './refusal.js';

const error = (problems?: unknown) => ({
  code: 'WORKFLOW_INVALID' as const,
  message: 'The graph can’t be converted.',
  ...(problems === undefined ? {} : { details: { problems } }),
});
const reason = 'ComfyUI has no node of this class, so its inputs are not known.';

describe('a refusal', () => {
  it('gathers missing classes with their pack and nodes', () => {
    const problems = [
      { node_id: '3', class_type: 'Depth', reason },
      { node_id: '7', class_type: 'Depth', reason, pack: 'aux' },
      { node_id: '9', class_type: 'Other', reason },
    ];
    expect(refusalOf(error(problems))).toEqual({
      lacking: [
        { classType: 'Depth', pack: 'aux', nodes: ['3', '7'] },
        { classType: 'Other', pack: null, nodes: ['9'] },
      ],
      others: [],
    });
  });

  it('names node and input of everything else', () => {
    const problems = [
      { node_id: '2', class_type: 'KSampler', input: 'seed', reason: 'It has too many values.' },
      { reason: 'A node in the file has no id or no type.' },
      { node_id: '1', message: 'The graph goes in a circle: 1 (a) → 1 (a).' },
    ];
    expect(refusalOf(error(problems)).others).toEqual([
      'Node 2 (KSampler), input seed: It has too many values.',
      'A node in the file has no id or no type.',
      'The graph goes in a circle: 1 (a) → 1 (a).',
    ]);
  });

  it('is the error itself where that is all there is', () => {
    expect(refusalOf(error())).toEqual({ lacking: [], others: ['The graph can’t be converted.'] });
  });
});
