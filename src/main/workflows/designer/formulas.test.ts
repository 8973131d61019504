import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.js';
import type { ParamSpec } from '../../../shared/params.js';
import type { Graph, WorkflowMeta } from '../../../shared/workflow.js';
import type { Exposure } from '../../../shared/workflow-params.js';
import { derivedProblem } from '../derived.js';
import { describeParams } from '../describe.js';
import { findPlaceholders } from '../placeholders.js';
import { catalogOf } from '../test-catalog.js';
import { exposeParams } from './expose.js';

const catalog = catalogOf();

/** A film: how many frames it has follows from seconds, which no node takes, and frames a second, which one does. */
const graph: Graph = {
  '1': { class_type: 'LoadImage', inputs: { image: 'PARAM_STR_IMAGE' } },
  '2': { class_type: 'Film', inputs: { image: ['1', 0], length: 'PARAM_INT_LENGTH', width: 64 } },
  '3': { class_type: 'Save', inputs: { film: ['2', 0], fps: 'PARAM_INT_FPS', crf: 20 } },
};
const meta: WorkflowMeta = {
  derived: { length: 'max(1, round(duration * fps / 4)) * 4 + 1' },
  optional: ['image'],
  fallbacks: { fps: 24, duration: 5 },
  constraints: { fps: { min: 1, max: 60 }, duration: { max: 60 } },
  descriptions: { fps: 'Frames a second.', duration: 'Seconds.', image: 'The first frame.' },
  override_mappings: { width: [['2', 'width']] },
  defaults: { width: 128 },
};
const image = { name: 'image', targets: [{ node_id: '1', input: 'image' }] };
const fps = { name: 'fps', targets: [{ node_id: '3', input: 'fps' }] };
const width = { name: 'width', targets: [{ node_id: '2', input: 'width' }] };
const crf = { name: 'crf', targets: [{ node_id: '3', input: 'crf' }] };

function paramsOf(of: Graph, its: WorkflowMeta): ParamSpec[] {
  const { placeholders } = findPlaceholders(of);
  return describeParams({ graph: of, placeholders, meta: its, namespace: 'video', defaults: () => undefined, catalog });
}

const expose = (exposures: Exposure[], of = graph, its = meta) =>
  exposeParams({ graph: of, meta: its, params: paramsOf(of, its), exposures, specOf: catalog.get });

function refused(exposures: Exposure[]): AppError {
  try {
    expose(exposures);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('a parameter with a new name in its old place', () => {
  it('takes its formulas and its rules along, and can be called back', () => {
    const renamed = expose([image, { ...fps, name: 'rate' }, width]);
    expect(renamed.meta).toMatchObject({
      derived: { length: 'max(1, round(duration * rate / 4)) * 4 + 1' },
      fallbacks: { rate: 24, duration: 5 },
      constraints: { rate: { min: 1, max: 60 }, duration: { max: 60 } },
      descriptions: { rate: 'Frames a second.', duration: 'Seconds.' },
    });
    expect(renamed.graph['3']?.inputs.fps).toBe('PARAM_INT_RATE');
    expect(JSON.stringify(renamed)).not.toMatch(/"fps":\{|PARAM_INT_FPS|fps \//);
    expect(derivedProblem(renamed.graph, renamed.meta)).toBeUndefined();
    expect(paramsOf(renamed.graph, renamed.meta).map(({ name }) => name)).not.toContain('fps');
    const back = expose([image, fps, width], renamed.graph, renamed.meta);
    expect(back).toEqual(expose([image, fps, width]));
  });

  it('stays what may be left out, and keeps its default', () => {
    const renamed = expose([{ ...image, name: 'first_frame' }, fps, { ...width, name: 'breadth' }]);
    expect(renamed.meta).toMatchObject({
      optional: ['first_frame'],
      descriptions: { first_frame: 'The first frame.' },
      defaults: { breadth: 128 },
      derived: meta.derived,
    });
    expect(renamed.meta.defaults).not.toHaveProperty('width');
    expect(derivedProblem(renamed.graph, renamed.meta)).toBeUndefined();
  });

  it('is followed when two change places, and leaves nothing to another that has its old name', () => {
    const both: WorkflowMeta = { ...meta, derived: { length: 'duration * fps + width' } };
    const swapped = expose([image, { ...fps, name: 'width' }, { ...width, name: 'fps' }], graph, both);
    expect(swapped.meta.derived).toEqual({ length: 'duration * width + fps' });
    expect(swapped.meta.constraints).toMatchObject({ width: { min: 1, max: 60 } });
    expect(swapped.meta.constraints).not.toHaveProperty('fps');
    const other = expose([image, { ...fps, name: 'rate' }, width, { ...crf, name: 'fps' }]);
    expect(other.meta.derived).toEqual({ length: 'max(1, round(duration * rate / 4)) * 4 + 1' });
    expect(other.meta.descriptions).not.toHaveProperty('fps');
    expect(other.meta.fallbacks).toEqual({ rate: 24, duration: 5 });
  });

  it('is refused a name that its formula has already, or that makes it too long', () => {
    const [twice, long] = ['duration', 'r'.repeat(64)].map((name) => ({ ...fps, name }));
    expect(refused([image, twice ?? fps, width])).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: expect.stringContaining('no longer tell them apart'),
      details: { parameter: 'fps', derived: 'length', formula: meta.derived?.length },
    });
    const many: WorkflowMeta = { ...meta, derived: { length: Array(20).fill('fps').join(' + ') } };
    expect(() => expose([image, long ?? fps, width], graph, many)).toThrow(/longer than 200/);
  });
});

describe('a parameter that a formula needs', () => {
  it('is not taken away, and the error says by which one it is needed', () => {
    const error = refused([image, width]);
    expect(error).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: `“fps” has to stay a parameter: length follows from it by the formula ${meta.derived?.length}.`,
      hint: expect.stringContaining('Keep fps among the parameters'),
      details: { parameter: 'fps', derived: 'length', issues: [{ path: ['parameters'] }] },
    });
  });

  it('may be in another place, or in more of them', () => {
    const moved = expose([image, { ...fps, targets: [...fps.targets, ...crf.targets] }, width]);
    expect(moved.meta.derived).toEqual(meta.derived);
    const elsewhere = expose([image, { ...fps, targets: crf.targets }, width]);
    expect(elsewhere.meta).toMatchObject({ derived: meta.derived, fallbacks: { fps: 24 } });
  });

  it('is not guessed when its places go to two others', () => {
    const wide = expose([image, { ...fps, targets: [...fps.targets, ...crf.targets] }, width]);
    const parts = [
      { ...fps, name: 'rate' },
      { ...crf, name: 'quality' },
    ];
    expect(() => expose([image, ...parts, width], wide.graph, wide.meta)).toThrow(/“fps” has to stay/);
  });

  it('and what follows from it are two: that can’t be set', () => {
    const length = { name: 'frames', targets: [{ node_id: '2', input: 'length' }] };
    expect(refused([image, fps, width, length]).message).toMatch(
      /Input length of node 2 .* follows from other parameters/,
    );
    expect(refused([image, { ...fps, name: 'length' }, width]).message).toMatch(/“length”: It follows from other/);
  });
});
