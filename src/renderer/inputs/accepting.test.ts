import { describe, expect, it } from 'vitest';
import type { InputMedia } from '../../shared/params.js';
import type { Workflow } from '../../shared/workflow.js';
import { accepting } from './accepting.js';

function workflow(id: string, params: [name: string, media?: InputMedia][], problem: string | null = null): Workflow {
  return {
    id,
    name: id,
    description: '',
    namespace: 'image',
    params: params.map(([name, media]) => ({
      name,
      type: 'string',
      required: false,
      description: '',
      media,
      targets: [],
    })),
    tool: null,
    problem,
    source: 'user',
    updated_at: '',
    hash: '',
  };
}

describe('workflows that take an asset', () => {
  const all = [
    workflow('words', [['prompt']]),
    workflow('inpaint', [
      ['mask', 'mask'],
      ['image', 'image'],
    ]),
    workflow('only-mask', [['hole', 'mask']]),
    workflow('song', [['voice', 'audio']]),
    workflow('film', [['clip', 'video']]),
    workflow('broken', [['image', 'image']], 'no'),
  ];
  it.each([
    [
      'image',
      [
        ['inpaint', 'image'],
        ['only-mask', 'hole'],
      ],
    ],
    ['audio', [['song', 'voice']]],
    [
      'video',
      [
        ['song', 'voice'],
        ['film', 'clip'],
      ],
    ],
    ['text', []],
  ] as const)('%s', (kind, expected) => {
    expect(accepting(all, kind).map(({ workflow: { id }, parameter }) => [id, parameter])).toEqual(expected);
  });
});
