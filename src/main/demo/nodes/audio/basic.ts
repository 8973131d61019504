/** Silence and scissors. Source: ComfyUI 0.3.64, comfy_extras/nodes_audio.py. */
import { type DemoNode, NodeError } from '../../node.js';
import { nodeInfo, SEED_MAX } from '../info.js';
import { numberInput, reserve, Sound, soundInput } from '../values.js';

const module = 'comfy_extras.nodes_audio';

const emptyAudio: DemoNode = {
  info: nodeInfo({
    name: 'EmptyAudio',
    display: 'Empty Audio',
    module,
    category: 'audio',
    required: {
      duration: ['FLOAT', { default: 60.0, min: 0.0, max: SEED_MAX, step: 0.01 }],
      sample_rate: ['INT', { default: 44100 }],
      channels: ['INT', { default: 2, min: 1, max: 2 }],
    },
    outputs: ['AUDIO'],
    description: 'Silence.',
  }),
  run(inputs) {
    const sampleRate = numberInput(inputs, 'sample_rate', 44100);
    const length = Math.round(numberInput(inputs, 'duration', 60) * sampleRate);
    if (length < 0) {
      throw new NodeError('RuntimeError', `Trying to create tensor with negative dimension ${length}`);
    }
    const channels = numberInput(inputs, 'channels', 2);
    reserve(length * 4 * channels);
    const silence = new Float32Array(length);
    return { outputs: [new Sound(sampleRate, [new Array<Float32Array>(channels).fill(silence)])] };
  },
};

const trimAudioDuration: DemoNode = {
  info: nodeInfo({
    name: 'TrimAudioDuration',
    display: 'Trim Audio Duration',
    module,
    category: 'audio',
    required: {
      audio: ['AUDIO'],
      start_index: ['FLOAT', { default: 0.0, min: -SEED_MAX, max: SEED_MAX, step: 0.01 }],
      duration: ['FLOAT', { default: 60.0, min: 0.0, step: 0.01 }],
    },
    outputs: ['AUDIO'],
    description: 'Cuts a piece out of a sound.',
  }),
  run(inputs) {
    const sound = soundInput(inputs, 'audio');
    const total = sound.batch[0]?.[0]?.length ?? 0;
    const offset = numberInput(inputs, 'start_index');
    // A negative start counts from the end.
    const wanted = Math.round(offset * sound.sampleRate) + (offset < 0 ? total : 0);
    const start = Math.max(0, Math.min(wanted, total - 1));
    const end = Math.max(
      0,
      Math.min(start + Math.round(numberInput(inputs, 'duration', 60) * sound.sampleRate), total),
    );
    if (start >= end) {
      throw new NodeError(
        'ValueError',
        'AudioTrim: Start time must be less than end time and be within the audio length.',
      );
    }
    const batch = sound.batch.map((item) => item.map((channel) => channel.subarray(start, end)));
    return { outputs: [new Sound(sound.sampleRate, batch)] };
  },
};

export const basicAudioNodes: DemoNode[] = [emptyAudio, trimAudioDuration];
