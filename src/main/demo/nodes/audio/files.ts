/** Nodes that save and load sound. Source of the specifications: ComfyUI 0.3.64, comfy_extras/nodes_audio.py. */
import { readFile, stat } from 'node:fs/promises';
import { type DemoNode, type NodeContext, NodeError, type NodeResult } from '../../node.js';
import { fileError, type SavedFile, targetFor, writeWhole } from '../files.js';
import { nodeInfo, SAVES } from '../info.js';
import { annotatedPath, fingerprintFile, inputExists } from '../input-files.js';
import { allTexts } from '../metadata.js';
import { type Sound, soundInput, stringInput } from '../values.js';
import { AUDIO_FILE_LIMIT, decodeAudio } from './decode.js';
import { encodeFlac } from './flac.js';
import { encodeMp3, type Mp3Quality } from './mp3.js';

const module = 'comfy_extras.nodes_audio';

async function save(
  sound: Sound,
  context: NodeContext,
  type: 'output' | 'temp',
  prefix: string,
  extension: 'flac' | 'mp3',
  quality: Mp3Quality = 'V0',
): Promise<NodeResult> {
  const target = await targetFor(context, type, prefix);
  const texts = allTexts(context);
  const saved: SavedFile[] = [];
  for (const channels of sound.batch) {
    // Both formats are written in stereo at most; of more channels the first two are kept.
    const pair = channels.slice(0, 2);
    const check = () => context.checkInterrupt();
    const file =
      extension === 'flac'
        ? await encodeFlac(pair, sound.sampleRate, texts, check)
        : await encodeMp3(pair, sound.sampleRate, quality, texts, check);
    const filename = target.nextName(extension);
    await writeWhole(target.folder, filename, file);
    saved.push({ filename, subfolder: target.subfolder, type });
  }
  return { outputs: [], ui: { audio: saved } };
}

const saveAudio: DemoNode = {
  info: nodeInfo({
    name: 'SaveAudio',
    display: 'Save Audio (FLAC)',
    module,
    category: 'audio',
    required: { audio: ['AUDIO'], filename_prefix: ['STRING', { default: 'audio/ComfyUI' }] },
    hidden: SAVES,
    outputNode: true,
  }),
  run: (inputs, context) =>
    save(
      soundInput(inputs, 'audio'),
      context,
      'output',
      stringInput(inputs, 'filename_prefix', 'audio/ComfyUI'),
      'flac',
    ),
};

const saveAudioMp3: DemoNode = {
  info: nodeInfo({
    name: 'SaveAudioMP3',
    display: 'Save Audio (MP3)',
    module,
    category: 'audio',
    required: {
      audio: ['AUDIO'],
      filename_prefix: ['STRING', { default: 'audio/ComfyUI' }],
      quality: [['V0', '128k', '320k'], { default: 'V0' }],
    },
    hidden: SAVES,
    outputNode: true,
  }),
  run(inputs, context) {
    const asked = stringInput(inputs, 'quality', 'V0');
    const quality = asked === '128k' || asked === '320k' ? asked : 'V0';
    const prefix = stringInput(inputs, 'filename_prefix', 'audio/ComfyUI');
    return save(soundInput(inputs, 'audio'), context, 'output', prefix, 'mp3', quality);
  },
};

const previewAudio: DemoNode = {
  info: nodeInfo({
    name: 'PreviewAudio',
    display: 'Preview Audio',
    module,
    category: 'audio',
    required: { audio: ['AUDIO'] },
    hidden: SAVES,
    outputNode: true,
  }),
  run: (inputs, context) => save(soundInput(inputs, 'audio'), context, 'temp', '', 'flac'),
};

const loadAudio: DemoNode = {
  info: nodeInfo({
    name: 'LoadAudio',
    display: 'Load Audio',
    module,
    category: 'audio',
    required: { audio: [[], { audio_upload: true }] },
    outputs: ['AUDIO'],
  }),
  async validate(inputs, folders) {
    const name = inputs.audio;
    if (typeof name !== 'string') return undefined;
    return (await inputExists(name, folders)) ? undefined : `Invalid audio file: ${name}`;
  },
  fingerprint: (inputs, folders) => fingerprintFile(stringInput(inputs, 'audio'), folders),
  async run(inputs, context) {
    const name = stringInput(inputs, 'audio');
    const path = annotatedPath(name, context.folders);
    if (path === undefined) throw new NodeError('FileNotFoundError', `[Errno 2] No such file or directory: '${name}'`);
    try {
      const { size } = await stat(path);
      if (size > AUDIO_FILE_LIMIT) throw new NodeError('MemoryError', `'${path}' is larger than the demo engine loads`);
      return { outputs: [await decodeAudio(await readFile(path), path)] };
    } catch (error) {
      throw error instanceof NodeError ? error : fileError(error);
    }
  },
};

export const audioFileNodes: DemoNode[] = [saveAudio, saveAudioMp3, previewAudio, loadAudio];
