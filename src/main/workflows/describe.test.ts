import { describe, expect, it } from 'vitest';
import type { Graph } from '../../shared/workflow.js';
import { describeParams } from './describe.js';
import { findPlaceholders } from './placeholders.js';
import { catalogOf } from './test-catalog.js';

describe('describeParams with a catalog', () => {
  it('takes types and limits from the nodes, and the metadata before them', () => {
    const graph: Graph = {
      '3': {
        class_type: 'KSampler',
        inputs: { seed: 'PARAM_SEED', steps: 'PARAM_HOW_MANY', cfg: 'PARAM_CFG', sampler_name: 'PARAM_SAMPLER_NAME' },
      },
      '5': {
        class_type: 'EmptyLatentImage',
        inputs: { width: 'PARAM_SIZE', height: 'PARAM_SIZE', batch_size: 'PARAM_SIZE' },
      },
      '6': { class_type: 'EmptyAceStepLatentAudio', inputs: { seconds: 'PARAM_SECONDS' } },
      '7': { class_type: 'TextEncodeAceStepAudio', inputs: { tags: 'PARAM_MOOD' } },
      '8': { class_type: 'Toggles', inputs: { on: 'PARAM_ON', mode: 'PARAM_STR_HOW_MANY' } },
    };
    const describeWith = (catalog: ReturnType<typeof catalogOf> | undefined) =>
      new Map(
        describeParams({
          graph,
          placeholders: findPlaceholders(graph).placeholders.filter(
            ({ name }) => name !== 'how_many' || catalog !== undefined,
          ),
          meta: { constraints: { size: { max: 1024 } }, defaults: { cfg: 4 } },
          namespace: 'image',
          defaults: () => undefined,
          catalog,
        }).map((param) => [param.name, param]),
      );
    const known = describeWith(catalogOf());
    expect(known.get('cfg')).toMatchObject({ type: 'number', min: 0, max: 100, nudge: 0.1, default: 4 });
    expect(known.get('seed')).toMatchObject({
      type: 'integer',
      min: -1,
      max: Number.MAX_SAFE_INTEGER,
      required: false,
    });
    expect(known.get('size')).toMatchObject({ type: 'integer', min: 16, max: 1024, step: 8 });
    expect(known.get('seconds')).toMatchObject({ type: 'number', min: 1, max: 1000 });
    expect(known.get('mood')).toMatchObject({ type: 'string', multiline: true });
    expect(known.get('on')?.type).toBe('boolean');
    expect(known.get('sampler_name')?.type).toBe('string');
    // A type that the placeholder names stays, whatever another place would like.
    expect(known.get('how_many')?.type).toBe('string');
    const unknown = describeWith(undefined);
    expect(unknown.get('seconds')?.type).toBe('integer');
    expect(unknown.get('cfg')?.type).toBe('number');
    expect(unknown.get('size')).toMatchObject({ type: 'string', required: true });
    expect(unknown.get('seed')?.type).toBe('integer');
  });
});
