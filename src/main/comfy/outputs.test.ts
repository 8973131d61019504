import { describe, expect, it } from 'vitest';
import { readEnd, readFailure, readOutputs } from './outputs.js';

const names = (outputs: Record<string, unknown>) => readOutputs(outputs).files.map((file) => file.filename);

describe('readOutputs', () => {
  it('reads images, temporary ones too', () => {
    const { files } = readOutputs({
      '9': { images: [{ filename: 'a_00001_.png', subfolder: '', type: 'output' }] },
      '10': { images: [{ filename: 't.png', subfolder: 's', type: 'temp' }] },
    });
    expect(files).toEqual([
      {
        nodeId: '9',
        filename: 'a_00001_.png',
        subfolder: '',
        type: 'output',
        kind: 'image',
        animated: false,
        key: 'images',
        extra: {},
      },
      {
        nodeId: '10',
        filename: 't.png',
        subfolder: 's',
        type: 'temp',
        kind: 'image',
        animated: false,
        key: 'images',
        extra: {},
      },
    ]);
  });

  it('decides the kind by extension: videos stand under images', () => {
    const { files } = readOutputs({
      '1': { images: [{ filename: 'v.mp4', subfolder: 'video', type: 'output' }], animated: [true] },
      '2': { images: [{ filename: 'w.webm', subfolder: '', type: 'output' }], animated: [true] },
      '3': { images: [{ filename: 'x.webp', subfolder: '', type: 'output' }], animated: [true] },
      '4': { images: [{ filename: 'y.webp', subfolder: '', type: 'output' }], animated: [false] },
      '5': { audio: [{ filename: 'c.flac', subfolder: 'audio', type: 'output' }] },
    });
    expect(files.map(({ kind, animated }) => [kind, animated])).toEqual([
      ['video', true],
      ['video', true],
      ['image', true],
      ['image', false],
      ['audio', false],
    ]);
  });

  it('one animated flag holds for all pictures of a node', () => {
    const images = ['a.png', 'b.png'].map((filename) => ({ filename, subfolder: '', type: 'output' }));
    expect(readOutputs({ '1': { images, animated: [true] } }).files.map((file) => file.animated)).toEqual([true, true]);
  });

  it('reads whatever key a custom node uses, with what it says about the file', () => {
    const gif = {
      filename: 'AnimateDiff_00001.mp4',
      subfolder: '',
      type: 'output',
      format: 'video/h264-mp4',
      frame_rate: 8,
      fullpath: '/x',
    };
    expect(readOutputs({ '7': { gifs: [gif] } }).files[0]).toMatchObject({
      kind: 'video',
      key: 'gifs',
      extra: { format: 'video/h264-mp4', frame_rate: 8 },
    });
    expect(names({ '8': { latents: [{ filename: 'l.latent', subfolder: 'latents', type: 'output' }] } })).toEqual([
      'l.latent',
    ]);
  });

  it('reads 3D files and the path of a 3D preview', () => {
    const { files, texts } = readOutputs({
      '1': { '3d': [{ filename: 'm.glb', subfolder: 'mesh', type: 'output' }] },
      '2': { result: ['mesh/sub/p.glb', null] },
      '3': { result: ['mesh\\q.obj', { position: {} }] },
    });
    expect(files.map(({ filename, subfolder, kind }) => [filename, subfolder, kind])).toEqual([
      ['m.glb', 'mesh', 'model'],
      ['p.glb', 'mesh/sub', 'model'],
      ['q.obj', 'mesh', 'model'],
    ]);
    expect(texts).toEqual([]);
  });

  it('reads texts', () => {
    expect(readOutputs({ '4': { text: ['one', 'two'] }, '5': { result: ['no path'] } }).texts).toEqual([
      { nodeId: '4', key: 'text', text: 'one' },
      { nodeId: '4', key: 'text', text: 'two' },
      { nodeId: '5', key: 'result', text: 'no path' },
    ]);
  });

  it('lists a file once, however often it is shown', () => {
    const file = { filename: 'a.png', subfolder: '', type: 'output' };
    expect(
      names({ '1': { images: [file, file], again: [file] }, '2': { images: [{ ...file, type: 'temp' }] } }),
    ).toEqual(['a.png', 'a.png']);
  });

  it('survives nonsense', () => {
    const nonsense = {
      '1': null,
      '2': 'x',
      '3': { images: null, a: [null, 3, { filename: '' }, { filename: 7 }] },
      '4': [],
    };
    expect(readOutputs(nonsense)).toEqual({ files: [], texts: [] });
    expect(
      names({ '1': { images: [{ filename: 'a.png' }, { filename: 'b.png', subfolder: null, type: 'odd' }] } }),
    ).toEqual(['a.png', 'b.png']);
  });
});

describe('readEnd', () => {
  const start: [string, Record<string, unknown>] = ['execution_start', { prompt_id: 'p', timestamp: 1 }];
  const status = (status_str: string, completed: boolean, ...rest: [string, Record<string, unknown>][]) => ({
    status: { status_str, completed, messages: [start, ...rest] },
    outputs: {},
  });

  it('knows success', () => {
    expect(readEnd(status('success', true, ['execution_success', {}]))).toEqual({ status: 'completed' });
    expect(readEnd(status('success', true))).toEqual({ status: 'completed' });
  });

  it('tells an interrupted job from a failed one by its messages', () => {
    expect(readEnd(status('error', false, ['execution_interrupted', { node_id: '3', node_type: 'KSampler' }]))).toEqual(
      {
        status: 'cancelled',
        nodeId: '3',
      },
    );
    const failure = {
      node_id: '2',
      node_type: 'TrimAudioDuration',
      exception_message: 'must be positive\n',
      exception_type: 'ValueError',
      traceback: ['a', 'b'],
    };
    expect(readEnd(status('error', false, ['execution_error', failure]))).toEqual({
      status: 'error',
      error: {
        nodeId: '2',
        classType: 'TrimAudioDuration',
        message: 'must be positive',
        exceptionType: 'ValueError',
        traceback: ['a', 'b'],
      },
    });
  });

  it('lets success outweigh the error of a blocked branch', () => {
    const blocked: [string, Record<string, unknown>] = ['execution_error', { exception_type: 'ExecutionBlocked' }];
    expect(readEnd(status('success', true, blocked, ['execution_success', {}]))).toEqual({ status: 'completed' });
  });

  it('reads entries of servers that keep no status', () => {
    expect(readEnd({ status: undefined, outputs: { '1': { images: [] } } })).toEqual({ status: 'completed' });
    expect(readEnd({ status: null, outputs: {} })).toMatchObject({ status: 'error' });
  });

  it('believes the socket where the server keeps no status', () => {
    const entry = { status: undefined, outputs: { '1': { images: [] } } };
    const about = { prompt_id: 'p', node_id: '3', node_type: 'KSampler', executed: [] };
    expect(readEnd(entry, [{ type: 'execution_interrupted', data: about }])).toEqual({
      status: 'cancelled',
      nodeId: '3',
    });
    const failure = { ...about, exception_message: 'no', exception_type: 'ValueError', traceback: [] };
    expect(readEnd(entry, [{ type: 'execution_error', data: failure }])).toMatchObject({
      status: 'error',
      error: { message: 'no' },
    });
    expect(
      readEnd({ status: undefined, outputs: {} }, [{ type: 'executing', data: { prompt_id: 'p', node: null } }]),
    ).toEqual({
      status: 'completed',
    });
    expect(
      readEnd({ status: undefined, outputs: {} }, [{ type: 'execution_success', data: { prompt_id: 'p' } }]),
    ).toEqual({
      status: 'completed',
    });
  });

  it('has a message even if the server gives none', () => {
    expect(readFailure({})).toEqual({ message: 'The node failed.', exceptionType: '', traceback: [] });
    expect(readEnd(status('error', false))).toMatchObject({
      status: 'error',
      error: { message: expect.stringContaining('why') },
    });
  });
});
