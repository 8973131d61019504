import { describe, expect, it } from 'vitest';
import { parseBinaryFrame, parseTextFrame } from './messages.js';

const message = (type: string, data: unknown) => parseTextFrame(JSON.stringify({ type, data }));

describe('parseTextFrame', () => {
  it.each([
    ['status', { status: { exec_info: { queue_remaining: 0 } }, sid: 'x' }],
    ['feature_flags', { supports_preview_metadata: true, max_upload_size: 104857600 }],
    ['execution_start', { prompt_id: 'p', timestamp: 1795425310110 }],
    ['execution_cached', { nodes: [], prompt_id: 'p', timestamp: 1 }],
    ['executing', { node: '1', display_node: '1', prompt_id: 'p' }],
    ['executing', { node: null, prompt_id: 'p' }],
    ['executing', { node: '3' }],
    ['progress', { value: 1, max: 6, prompt_id: 'p', node: '3' }],
    ['progress', { value: 1, max: 6 }],
    ['executed', { node: '3', display_node: '3', output: { images: [] }, prompt_id: 'p' }],
    ['executed', { node: '3', display_node: '3', output: null, prompt_id: 'p' }],
    ['execution_success', { prompt_id: 'p', timestamp: 1 }],
    ['execution_interrupted', { prompt_id: 'p', node_id: '3', node_type: 'KSampler', executed: ['4'], timestamp: 1 }],
    ['logs', { entries: [{ t: '2026-01-01T00:00:00', m: 'got prompt\n' }], size: null }],
  ])('reads %s as it came', (type, data) => {
    expect(message(type, data)).toEqual({ kind: 'message', message: { type, data } });
  });

  it("reads an error that holds Python's NaN", () => {
    const text =
      '{"type":"execution_error","data":{"prompt_id":"p","node_id":2,"node_type":"X","executed":["1"],"exception_message":"bad\\n",' +
      '"exception_type":"ValueError","traceback":["a"],"current_inputs":{"v":[NaN],"seed":[18446744073709551615]},"timestamp":1}}';
    expect(parseTextFrame(text)).toMatchObject({
      kind: 'message',
      message: {
        data: {
          node_id: '2',
          exception_message: 'bad\n',
          current_inputs: { v: [Number.NaN], seed: [18446744073709551615n] },
        },
      },
    });
  });

  it('reads node ids that are numbers as strings', () => {
    expect(message('executing', { node: 7, prompt_id: 1 })).toMatchObject({
      message: { data: { node: '7', prompt_id: '1' } },
    });
  });

  it('takes unknown states of a node as running', () => {
    expect(
      message('progress_state', { prompt_id: 'p', nodes: { '1': { state: 'dreaming', value: null, max: 1 } } }),
    ).toMatchObject({
      message: { data: { nodes: { '1': { state: 'running', value: 0 } } } },
    });
  });

  it('tells unknown and broken messages apart and never throws', () => {
    expect(message('crystools.monitor', { cpu: 1 })).toEqual({ kind: 'unknown', type: 'crystools.monitor' });
    expect(message('toString', {})).toEqual({ kind: 'unknown', type: 'toString' });
    for (const text of [
      '',
      '[]',
      'null',
      '{"type":1}',
      '{"type":"status","data":{}}',
      '{"type":"execution_start"}',
      '{"type":"execution_start","data":{"prompt_id":null}}',
      '{"type":"executed","data":{"prompt_id":"p"}}',
    ]) {
      expect(parseTextFrame(text)).toMatchObject({ kind: 'malformed' });
    }
  });
});

const u32 = (...values: number[]) => Buffer.concat(values.map((value) => Buffer.from([0, 0, value >> 8, value & 255])));
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

describe('parseBinaryFrame', () => {
  it('reads plain previews', () => {
    expect(parseBinaryFrame(Buffer.concat([u32(1, 1), jpeg]))).toEqual({
      kind: 'preview',
      mimeType: 'image/jpeg',
      image: jpeg,
    });
    expect(parseBinaryFrame(Buffer.concat([u32(1, 2), jpeg]))).toMatchObject({ mimeType: 'image/png' });
  });

  it('reads previews with metadata', () => {
    const metadata = Buffer.from(
      JSON.stringify({
        node_id: '3',
        prompt_id: 'p',
        display_node_id: '3',
        parent_node_id: null,
        image_type: 'image/png',
      }),
    );
    expect(parseBinaryFrame(Buffer.concat([u32(4, metadata.length), metadata, jpeg]))).toEqual({
      kind: 'preview',
      mimeType: 'image/png',
      image: jpeg,
      nodeId: '3',
      promptId: 'p',
      displayNodeId: '3',
    });
  });

  it('reads texts', () => {
    const frame = Buffer.concat([u32(3, 2), Buffer.from('12'), Buffer.from('width: 64é')]);
    expect(parseBinaryFrame(frame)).toEqual({ kind: 'text', nodeId: '12', text: 'width: 64é' });
  });

  it('reads a frame that lies inside a larger buffer', () => {
    const whole = Buffer.concat([Buffer.alloc(5, 9), u32(1, 1), jpeg]);
    expect(parseBinaryFrame(whole.subarray(5))).toMatchObject({ image: jpeg });
  });

  it('leaves out other kinds and cut frames', () => {
    const frames = [
      Buffer.alloc(0),
      u32(1),
      u32(2, 1),
      u32(99, 1),
      u32(3, 50),
      u32(4, 500),
      Buffer.concat([u32(4, 1), Buffer.from('{')]),
    ];
    expect(frames.map(parseBinaryFrame)).toEqual(frames.map(() => undefined));
  });
});
