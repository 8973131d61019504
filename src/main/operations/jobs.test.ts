import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CoreBench, callContext as context, createCoreBench, smallImage } from '../core.testing.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

const long = { ...smallImage, overrides: { ...smallImage.overrides, steps: 500 }, wait_seconds: 0 };

describe('get_queue_status', () => {
  it('tells our jobs and those of others, in the order they will run', async () => {
    const { handlers, engine } = await bench.open();
    const running = await handlers.run_workflow(long, context());
    await expect
      .poll(async () => (await handlers.get_queue_status({}, context())).running_count, { timeout: 20_000 })
      .toBe(1);
    const waiting = await handlers.run_workflow(long, context());
    const foreign = randomUUID();
    const graph = {
      '1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: 0 } },
      '2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
    };
    const sent = await fetch(`${engine().url}/prompt`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: graph, prompt_id: foreign }),
    });
    expect(sent.status).toBe(200);
    const queue = await handlers.get_queue_status({}, context());
    expect(queue).toMatchObject({
      running_count: 1,
      pending_count: 2,
      running: [
        {
          prompt_id: running.prompt_id,
          status: 'running',
          position: null,
          workflow_id: 'generate_image',
          progress: { percent: expect.any(Number) },
          ours: true,
        },
      ],
      pending: [
        { prompt_id: waiting.prompt_id, status: 'pending', position: 1, workflow_id: 'generate_image', ours: true },
        { prompt_id: foreign, status: 'pending', position: 2, workflow_id: null, progress: null, ours: false },
      ],
    });
    for (const { prompt_id } of [waiting, running]) {
      expect(await handlers.cancel_job({ prompt_id }, context())).toMatchObject({ success: true, status: 'cancelled' });
    }
  });

  it('is empty when nothing is to do, and an error while ComfyUI is away', async () => {
    const { handlers } = await bench.open();
    expect(await handlers.get_queue_status({}, context())).toEqual({
      running_count: 0,
      pending_count: 0,
      running: [],
      pending: [],
    });
    await bench.close();
    const away = await bench.open(['--comfyui-url', 'http://127.0.0.1:9']);
    await expect(away.handlers.get_queue_status({}, context())).rejects.toMatchObject({ code: 'COMFYUI_UNREACHABLE' });
  });
});

describe('cancel_job', () => {
  it('says that a finished job was finished, and that an unknown one is unknown', async () => {
    const { handlers } = await bench.open();
    const { prompt_id } = await handlers.run_workflow(smallImage, context());
    const twice = { success: false, status: 'completed', message: 'The job had already ended: completed.' };
    expect(await handlers.cancel_job({ prompt_id }, context())).toEqual(twice);
    expect(await handlers.cancel_job({ prompt_id }, context())).toEqual(twice);
    await expect(handlers.cancel_job({ prompt_id: randomUUID() }, context())).rejects.toMatchObject({
      code: 'JOB_NOT_FOUND',
    });
  });
});
