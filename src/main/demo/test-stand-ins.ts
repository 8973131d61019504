/**
 * Stand-ins for nodes of the recordings whose encoders the engine may not have (video, Opus): the specifications are
 * the recorded ones, the files are empty. What the recordings say of events, shapes and V3 combos holds all the same.
 */
import type { DemoNode, InputSpec } from './node.js';
import { targetFor, writeWhole } from './nodes/files.js';
import { nodeInfo, SAVES } from './nodes/info.js';

const choice = (options: string[]): InputSpec => ['COMBO', { multiselect: false, options }];
const base = { category: 'image/video', module: 'comfy_extras.nodes_video', v3: true };

const createVideo: DemoNode = {
  info: nodeInfo({
    ...base,
    name: 'CreateVideo',
    required: { images: ['IMAGE', {}], fps: ['FLOAT', { default: 30, min: 1, max: 120, step: 1 }] },
    optional: { audio: ['AUDIO', {}] },
    outputs: ['VIDEO'],
  }),
  run: ({ images, fps, audio }) => ({ outputs: [{ images, fps, audio }] }),
};

function saver(
  name: string,
  extension: string,
  required: Record<string, InputSpec>,
  kind: 'images' | 'audio' = 'images',
): DemoNode {
  return {
    info: nodeInfo({ ...base, name, required, hidden: SAVES, outputNode: true }),
    async run({ filename_prefix: prefix }, context) {
      const { folder, subfolder, nextName } = await targetFor(context, 'output', String(prefix));
      const filename = nextName(extension);
      await writeWhole(folder, filename, new Uint8Array());
      const files = [{ filename, subfolder, type: 'output' }];
      const ui: Record<string, unknown[]> = kind === 'audio' ? { audio: files } : { images: files, animated: [true] };
      return { outputs: [], ui };
    },
  };
}

/** The nodes of `nodes`, and a stand-in for each of the recordings' nodes that is missing. */
export function withStandIns(nodes: readonly DemoNode[]): DemoNode[] {
  const prefix: InputSpec = ['STRING', {}];
  const standIns = [
    createVideo,
    saver('SaveVideo', 'mp4', {
      video: ['VIDEO', {}],
      filename_prefix: prefix,
      format: choice(['auto', 'mp4']),
      codec: choice(['auto', 'h264']),
    }),
    saver('SaveWEBM', 'webm', {
      images: ['IMAGE', {}],
      filename_prefix: prefix,
      codec: choice(['vp9', 'av1']),
      fps: ['FLOAT', {}],
      crf: ['FLOAT', {}],
    }),
    saver(
      'SaveAudioOpus',
      'opus',
      { audio: ['AUDIO', {}], filename_prefix: prefix, quality: [['64k', '128k']] },
      'audio',
    ),
  ];
  const names = new Set(nodes.map(({ info }) => info.name));
  return [...nodes, ...standIns.filter(({ info }) => !names.has(info.name))];
}
