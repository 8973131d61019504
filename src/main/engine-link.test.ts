import { describe, expect, it } from 'vitest';
import { historyEntrySchema } from './comfy/schemas.js';
import { outcomeOf, translate } from './engine-link.js';

const graph = { '3': { class_type: 'KSampler', inputs: {}, _meta: { title: 'Sampler' } } };

/** A history entry as ComfyUI 0.3.64 writes it. */
function entry(messages: [string, Record<string, unknown>][], outputs: Record<string, unknown> = {}, ok = false) {
  return historyEntrySchema.parse({
    prompt: [1, 'p', graph, {}, ['9']],
    outputs,
    status: { status_str: ok ? 'success' : 'error', completed: ok, messages },
    meta: {},
  });
}

describe('outcomeOf', () => {
  it('reads files, times and what came from the cache', () => {
    const outcome = outcomeOf(
      entry(
        [
          ['execution_start', { prompt_id: 'p', timestamp: 100 }],
          ['execution_cached', { prompt_id: 'p', nodes: ['9'], timestamp: 101 }],
          ['execution_success', { prompt_id: 'p', timestamp: 200 }],
        ],
        {
          '9': { images: [{ filename: 'a.png', subfolder: '', type: 'output' }] },
          '10': { images: [{ filename: 'b.mp4', subfolder: 'x', type: 'temp' }], animated: [true] },
        },
        true,
      ),
    );
    expect(outcome).toMatchObject({ status: 'completed', error: null, started_ms: 100, finished_ms: 200 });
    expect(outcome.outputs).toEqual([
      { node_id: '9', filename: 'a.png', subfolder: '', folder_type: 'output', animated: false, cached: true },
      { node_id: '10', filename: 'b.mp4', subfolder: 'x', folder_type: 'temp', animated: true, cached: false },
    ]);
  });

  it('names the node that failed, keeps what was made before, and hints at memory', () => {
    const outcome = outcomeOf(
      entry(
        [
          [
            'execution_error',
            {
              node_id: '3',
              node_type: 'KSampler',
              exception_type: 'torch.OutOfMemoryError',
              exception_message: 'Allocation failed\n',
              traceback: Array.from({ length: 20 }, (_, line) => `line ${line}`),
              executed: [],
            },
          ],
        ],
        { '9': { images: [{ filename: 'a.png', subfolder: '', type: 'output' }] } },
      ),
    );
    expect(outcome.status).toBe('error');
    expect(outcome.error).toMatchObject({
      code: 'EXECUTION_FAILED',
      message: 'Sampler (node 3) failed: Allocation failed',
      details: { node_id: '3', class_type: 'KSampler', exception_type: 'torch.OutOfMemoryError' },
    });
    expect(outcome.error?.hint).toMatch(/smaller/);
    expect(outcome.error?.details?.traceback).toEqual(['14', '15', '16', '17', '18', '19'].map((n) => `line ${n}`));
    expect(outcome.outputs).toHaveLength(1);
  });

  it('tells an interrupted job from a failed one', () => {
    const outcome = outcomeOf(entry([['execution_interrupted', { prompt_id: 'p', node_id: '3', executed: [] }]]));
    expect(outcome).toMatchObject({ status: 'cancelled', error: { code: 'JOB_CANCELLED' } });
  });
});

describe('outcomeOf servers that keep no status', () => {
  it('believes what the socket told', () => {
    const old = historyEntrySchema.parse({
      prompt: [1, 'p', graph, {}, ['9']],
      outputs: { '9': { images: [{ filename: 'a.png', subfolder: '', type: 'output' }] } },
    });
    expect(outcomeOf(old).status).toBe('completed');
    const interrupted = {
      type: 'execution_interrupted' as const,
      data: { prompt_id: 'p', node_id: '3', executed: [] },
    };
    expect(outcomeOf(old, [interrupted]).status).toBe('cancelled');
  });
});

describe('outcomeOf a job from the cache', () => {
  const image = { filename: 'a.png', subfolder: '', type: 'output' };
  const cached = { type: 'execution_cached' as const, data: { prompt_id: 'p', nodes: ['9'] } };

  it('takes the outputs that the socket told where the history has none', () => {
    const executed = { type: 'executed' as const, data: { prompt_id: 'p', node: '9', output: { images: [image] } } };
    const told = entry([['execution_success', { prompt_id: 'p' }]], {}, true);
    expect(outcomeOf(told, [cached, executed]).outputs).toMatchObject([{ node_id: '9', filename: 'a.png' }]);
    const other = { images: [{ ...image, filename: 'b.png' }] };
    const both = outcomeOf(entry([['execution_success', { prompt_id: 'p' }]], { '9': other }, true), [executed]);
    expect(both.outputs).toMatchObject([{ filename: 'b.png' }]);
  });

  it('knows from the socket what was cached, and whether the end is certain, where the history is silent', () => {
    const old = historyEntrySchema.parse({ prompt: [1, 'p', graph, {}, ['9']], outputs: { '9': { images: [image] } } });
    const over = { type: 'executing' as const, data: { node: null, prompt_id: 'p' } };
    expect(outcomeOf(old)).toMatchObject({ certain: false, outputs: [{ cached: false }] });
    expect(outcomeOf(old, [cached])).toMatchObject({ certain: false, outputs: [{ cached: true }] });
    expect(outcomeOf(old, [cached, over])).toMatchObject({ status: 'completed', certain: true });
    expect(outcomeOf(entry([], {}, true)).certain).toBe(true);
  });
});

describe('translate', () => {
  it('turns the end of a prompt into "over", and nodes into their visible ones', () => {
    expect(translate({ type: 'executing', data: { node: null, prompt_id: 'p' } })).toEqual([
      { type: 'over', promptId: 'p' },
    ]);
    expect(translate({ type: 'executing', data: { node: '5.0.1', display_node: '5', prompt_id: 'p' } })).toEqual([
      { type: 'executing', promptId: 'p', node: '5.0.1', display: '5' },
    ]);
    expect(translate({ type: 'executing', data: { node: '5' } })).toEqual([]);
  });

  it('tells the nodes of a progress_state that began', () => {
    const node = { value: 1, max: 1, display_node_id: null };
    expect(
      translate({
        type: 'progress_state',
        data: {
          prompt_id: 'p',
          nodes: {
            a: { ...node, state: 'finished' },
            b: { ...node, state: 'running' },
            c: { ...node, state: 'pending' },
          },
        },
      }),
    ).toEqual([
      {
        type: 'states',
        promptId: 'p',
        nodes: [
          { node: 'a', display: 'a', state: 'finished', value: 1, max: 1 },
          { node: 'b', display: 'b', state: 'running', value: 1, max: 1 },
        ],
      },
    ]);
  });
});
