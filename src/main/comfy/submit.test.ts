/** Refusals as ComfyUI 0.3.64 gives them, and the older and newer forms. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import { silentLogger, systemClock } from '../system.js';
import { type ComfyClient, createComfyClient } from './client.js';
import type { Graph } from './graph.js';
import { empty, json, type ScriptedServer, startScriptedServer } from './scripted-server.js';

const graph: Graph = {
  '1': { class_type: 'EmptyImage', inputs: { width: 32, height: 32, batch_size: 1, color: 0 } },
  '2': { class_type: 'ImageAddNoise', inputs: { image: ['1', 0], seed: 18446744073709551615n, strength: 0.5 } },
  '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' }, _meta: { title: 'Save it' } },
};
const promptId = '4b0c4d1e-6d0c-4f0e-9d6b-0d0f3f0a9a01';

let server: ScriptedServer;
let client: ComfyClient;

beforeEach(async () => {
  server = await startScriptedServer();
  client = createComfyClient({ baseUrl: server.baseUrl, logger: silentLogger, clock: systemClock });
});

afterEach(async () => {
  client.dispose();
  await server.close();
});

/** A 400 with errors of nodes, as validation gives it. */
function failed(nodeErrors: unknown, details = '') {
  const error = {
    type: 'prompt_outputs_failed_validation',
    message: 'Prompt outputs failed validation',
    details,
    extra_info: {},
  };
  return json({ error, node_errors: nodeErrors }, 400);
}

function nodeError(
  classType: string,
  type: string,
  details: string,
  extra_info: Record<string, unknown>,
  message = '',
) {
  return { errors: [{ type, message, details, extra_info }], dependent_outputs: ['3'], class_type: classType };
}

async function refusal(submitted: Graph = graph): Promise<AppError> {
  const error = await client.submit({ graph: submitted, promptId }).then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error('expected a refusal');
  expect(() => JSON.stringify(error.toValue())).not.toThrow();
  return error;
}

describe('a submission', () => {
  it('sends the graph exactly, long seeds included', async () => {
    server.on('POST /prompt', json({ prompt_id: promptId, number: 7, node_errors: {} }));
    const extraData = { extra_pnginfo: { workflow: { a: 1 } } };
    expect(await client.submit({ graph, promptId, clientId: 'c', extraData, front: true })).toEqual({
      promptId,
      idKept: true,
      number: 7,
      problems: [],
    });
    const body = server.asked[0]?.body.toString() ?? '';
    expect(body).toContain('"seed":18446744073709551615,');
    expect(JSON.parse(body)).toMatchObject({ prompt_id: promptId, client_id: 'c', extra_data: extraData, front: true });
  });

  it("counts on the server's id, which old servers make themselves", async () => {
    server.on('POST /prompt', json({ prompt_id: 'theirs', number: 0, node_errors: [] }));
    expect(await client.submit({ graph, promptId })).toEqual({
      promptId: 'theirs',
      idKept: false,
      number: 0,
      problems: [],
    });
  });

  it('tells of outputs that were left out', async () => {
    const nodeErrors = { '1': nodeError('EmptyImage', 'required_input_missing', 'width', { input_name: 'width' }) };
    server.on('POST /prompt', json({ prompt_id: promptId, number: 1, node_errors: nodeErrors }));
    expect((await client.submit({ graph, promptId })).problems).toMatchObject([{ node_id: '1', input: 'width' }]);
  });
});

describe('what is wrong before it is sent', () => {
  it.each([
    [{ nodes: [], links: [] }, 'ui_format'],
    [{ '1': { class_type: 'A', inputs: { x: ['1', 0] } } }, 'cycle'],
    [{ '1': { inputs: {} } }, 'not_a_graph'],
    [{}, 'not_a_graph'],
  ])('%j is %s', async (wrong, problem) => {
    const error = await refusal(wrong as unknown as Graph);
    expect(error).toMatchObject({ code: 'WORKFLOW_INVALID', details: { problem, delivered: false } });
    expect(server.asked).toEqual([]);
  });
});

describe('a refusal', () => {
  it('of a model that is not there names the nearest', async () => {
    const options = ['sd_xl_base_1.0.safetensors', 'v1-5-pruned-emaonly.safetensors'];
    const loader = {
      ...graph,
      '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sdxl_base.safetensors' } },
    };
    const info = {
      input_name: 'ckpt_name',
      input_config: [options, { tooltip: 't' }],
      received_value: 'sdxl_base.safetensors',
    };
    const details = "ckpt_name: 'sdxl_base.safetensors' not in [...]";
    server.on('POST /prompt', failed({ '4': nodeError('CheckpointLoaderSimple', 'value_not_in_list', details, info) }));
    expect(await refusal(loader)).toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message:
        'ComfyUI has no model "sdxl_base.safetensors" for ckpt_name of CheckpointLoaderSimple (node 4). Nearest: "sd_xl_base_1.0.safetensors".',
      details: {
        node_id: '4',
        class_type: 'CheckpointLoaderSimple',
        input: 'ckpt_name',
        value: 'sdxl_base.safetensors',
        nearest: ['sd_xl_base_1.0.safetensors'],
        choices: 2,
        delivered: false,
      },
    });
  });

  it('of a value from a long list asks for the list, which the refusal leaves out', async () => {
    const samplers = [
      'euler',
      'euler_ancestral',
      'heun',
      'dpmpp_2m',
      ...Array.from({ length: 30 }, (_, index) => `s${index}`),
    ];
    server.on(
      'GET /object_info/KSampler',
      json({ KSampler: { input: { required: { sampler_name: ['COMBO', { options: samplers }] } } } }),
    );
    const info = { input_name: 'sampler_name', input_config: null, received_value: 'eular' };
    const details = "sampler_name: 'eular' not in (list of length 34)";
    server.on('POST /prompt', failed({ '5': nodeError('KSampler', 'value_not_in_list', details, info) }));
    expect(await refusal()).toMatchObject({
      code: 'INVALID_VALUE',
      message: 'KSampler (node 5): "eular" is not a value of sampler_name. Nearest: "euler".',
      details: { nearest: ['euler'], choices: 34 },
    });
  });

  it('stands even if the list can not be had', async () => {
    const info = { input_name: 'sampler_name', input_config: null, received_value: 'eular' };
    server.on('POST /prompt', failed({ '5': nodeError('KSampler', 'value_not_in_list', 'x', info) }));
    server.on('GET /object_info/KSampler', empty(500));
    expect(await refusal()).toMatchObject({ code: 'INVALID_VALUE', details: { nearest: [] } });
  });

  it('of a number out of range tells the range', async () => {
    const config = ['INT', { default: 512, min: 1, max: 16384, step: 1 }];
    const info = { input_name: 'width', input_config: config, received_value: 0 };
    server.on('POST /prompt', failed({ '1': nodeError('EmptyImage', 'value_smaller_than_min', 'width', info) }));
    expect(await refusal()).toMatchObject({
      code: 'INVALID_VALUE',
      message: 'EmptyImage (node 1): width is 0, but must be 1 to 16384.',
      details: { input: 'width', value: 0, min: 1, max: 16384 },
    });
  });

  it('of a number beyond 2^53 stays printable', async () => {
    const answer =
      '{"error":{"type":"prompt_outputs_failed_validation","message":"m","details":"","extra_info":{}},"node_errors":{"2":{"errors":[' +
      '{"type":"value_bigger_than_max","message":"m","details":"seed","extra_info":{"input_name":"seed","input_config":["INT",{"min":0,' +
      '"max":18446744073709551615}],"received_value":18446744073709551616}}],"dependent_outputs":["3"],"class_type":"ImageAddNoise"}}}';
    server.on('POST /prompt', json(answer, 400));
    expect(await refusal()).toMatchObject({ code: 'INVALID_VALUE', details: { value: '18446744073709551616' } });
  });

  it('of the wrong kind of value says which is wanted', async () => {
    const info = {
      input_name: 'width',
      input_config: ['INT', {}],
      received_value: 'abc',
      exception_message: 'invalid literal',
    };
    server.on('POST /prompt', failed({ '1': nodeError('EmptyImage', 'invalid_input_type', 'width, abc', info) }));
    expect((await refusal()).message).toBe('EmptyImage (node 1): width must be a whole number, not "abc".');
  });

  it('of a file that was not uploaded says to upload it', async () => {
    const loading = {
      '1': { class_type: 'LoadImage', inputs: { image: 'nope.png' } },
      '3': { class_type: 'SaveImage', inputs: {} },
    };
    const details = 'image - Invalid image file: nope.png';
    server.on(
      'POST /prompt',
      failed({ '1': nodeError('LoadImage', 'custom_validation_failed', details, { input_name: 'image' }) }),
    );
    expect(await refusal(loading)).toMatchObject({
      code: 'INVALID_VALUE',
      message: 'LoadImage (node 1): Invalid image file: nope.png.',
      hint: expect.stringContaining('upload'),
      details: { value: 'nope.png' },
    });
  });

  it.each([
    ['required_input_missing', 'image', 'Save it (SaveImage, node 3) lacks its input image.'],
    ['bad_linked_input', 'image', 'Save it (SaveImage, node 3): image must be a link, [node id, slot].'],
    ['return_type_mismatch', 'x', 'Save it (SaveImage, node 3): image is linked to an output of another type.'],
  ])('of kind %s is told for a person', async (type, details, message) => {
    server.on('POST /prompt', failed({ '3': nodeError('SaveImage', type, details, { input_name: 'image' }) }));
    expect(await refusal()).toMatchObject({ code: 'PROMPT_REJECTED', message });
  });

  it("explains Python's exceptions", async () => {
    const dangling = { ...graph, '2': { class_type: 'ImageAddNoise', inputs: { image: ['99', 0] } } };
    const inner = {
      input_name: 'images',
      exception_type: 'KeyError',
      traceback: ['secret path'],
      linked_node: ['2', 0],
    };
    server.on(
      'POST /prompt',
      failed({ '2': nodeError('ImageAddNoise', 'exception_during_inner_validation', "'99'", inner) }),
    );
    const error = await refusal(dangling);
    expect(error.message).toBe('ImageAddNoise (node 2): image is linked to node 99, which is not in the graph.');
    expect(error.details).toMatchObject({ input: 'image' });
    expect(JSON.stringify(error.toValue())).not.toContain('secret path');

    server.on(
      'POST /prompt',
      failed({ '3': nodeError('SaveImage', 'exception_during_validation', 'tuple index out of range', {}) }),
    );
    expect((await refusal()).message).toBe(
      'Save it (SaveImage, node 3) is linked to an output slot that does not exist.',
    );
    server.on('POST /prompt', failed({ '3': nodeError('SaveImage', 'exception_during_validation', "'inputs'", {}) }));
    expect((await refusal()).message).toBe('Save it (SaveImage, node 3) has no inputs.');
  });

  it('tells the most telling of several problems and counts the rest', async () => {
    const range = { input_name: 'width', input_config: ['INT', { min: 1 }], received_value: 0 };
    const model = { input_name: 'lora_name', input_config: [[], {}], received_value: 'a.safetensors' };
    server.on(
      'POST /prompt',
      failed({
        '1': nodeError('EmptyImage', 'value_smaller_than_min', 'width', range),
        '9': nodeError('LoraLoader', 'value_not_in_list', 'x', model),
        '3': nodeError('SaveImage', 'some_new_type', 'details', {}, 'Message'),
      }),
    );
    const error = await refusal();
    expect(error.code).toBe('MODEL_NOT_FOUND');
    expect(error.message).toContain('2 more problems');
    expect(error.details?.problems).toMatchObject([
      { code: 'MODEL_NOT_FOUND', node_id: '9' },
      { code: 'INVALID_VALUE', message: 'EmptyImage (node 1): width is 0, but must be at least 1.' },
      { code: 'PROMPT_REJECTED', message: 'Save it (SaveImage, node 3): Message: details.' },
    ]);
  });

  it.each([
    [
      '0.3',
      {
        type: 'invalid_prompt',
        message: 'Cannot execute because node ImageAddNois does not exist.',
        details: "Node ID '#2'",
        extra_info: {},
      },
    ],
    [
      '2026',
      {
        type: 'missing_node_type',
        message: "Node 'Noise' not found. The custom node may not be installed.",
        details: "Node ID '#2'",
        extra_info: { node_id: '2', class_type: 'ImageAddNois', node_title: 'Noise' },
      },
    ],
  ])('of an unknown class names the class (form of %s)', async (_version, error) => {
    server.on('GET /object_info', json({ ImageAddNoise: {}, SaveImage: {} }));
    server.on('POST /prompt', json({ error, node_errors: {} }, 400));
    const wrong = { ...graph, '2': { class_type: 'ImageAddNois', inputs: {} } };
    expect(await refusal(wrong)).toMatchObject({
      code: 'NODE_NOT_FOUND',
      message: 'ComfyUI has no node class "ImageAddNois" (node 2). Nearest: ImageAddNoise.',
      details: { node_id: '2', class_type: 'ImageAddNois', nearest: ['ImageAddNoise'] },
    });
  });

  it('of an unknown class may be a bare 500, as servers of 2023 give it', async () => {
    server.on('GET /object_info', json({ EmptyImage: {}, SaveImage: {} }));
    server.on('POST /prompt', empty(500));
    expect(await refusal()).toMatchObject({ code: 'NODE_NOT_FOUND', details: { node_id: '2', delivered: false } });
    server.on('GET /object_info', json({ EmptyImage: {}, ImageAddNoise: {}, SaveImage: {} }));
    expect(await refusal()).toMatchObject({ code: 'COMFYUI_BAD_RESPONSE', details: { delivered: 'unknown' } });
  });

  it.each([
    [
      'an error without nodes',
      {
        error: { type: 'prompt_no_outputs', message: 'Prompt has no outputs', details: '', extra_info: {} },
        node_errors: {},
      },
      /no output node/,
    ],
    ['the form of early 2023', { error: 'no prompt', node_errors: [] }, /no prompt/],
    [
      'a bad id',
      { error: { type: 'invalid_prompt_id', message: 'prompt_id must be a valid UUID' }, node_errors: {} },
      /valid UUID/,
    ],
    ['a type never heard of', { error: { type: 'surprise' } }, /surprise/],
  ])('may be %s', async (_what, body, message) => {
    server.on('POST /prompt', json(body, 400));
    expect(await refusal()).toMatchObject({
      code: 'PROMPT_REJECTED',
      message: expect.stringMatching(message),
      details: { delivered: false },
    });
  });

  it.each([
    [400, false],
    [401, false],
    [413, false],
    [500, 'unknown'],
    [502, 'unknown'],
  ])('with HTTP %i and no sense says whether the job may be queued: %j', async (status, delivered) => {
    server.on('POST /prompt', (_asked, response) => void response.writeHead(status).end('<html>'));
    expect((await refusal()).details).toMatchObject({ delivered });
  });
});
