/** The model files that ComfyUI has, folder by folder. */
import type { Handlers } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { nearest } from '../../shared/nearest.js';
import { inputSpec } from '../../shared/nodes.js';
import { everyWord } from '../../shared/words.js';
import { namespaces } from '../../shared/workflow.js';
import type { ComfyClient } from '../comfy/client.js';
import type { ModelFile } from '../model-files.js';
import type { Rooms } from './rooms.js';

export type ModelHandlers = Pick<Handlers, 'list_models' | 'describe_models'>;

/** So long is waited for what files tell of themselves, in milliseconds; it is there the next time. */
const familyMs = 1000;

/** Folders that ComfyUI renamed in 2024; each name finds the other. */
const renamed: Readonly<Record<string, string>> = {
  unet: 'diffusion_models',
  clip: 'text_encoders',
  diffusion_models: 'unet',
  text_encoders: 'clip',
};

/** Where servers without the models routes (before 2024-08) tell the same: a node's list of choices. */
const loaders: Readonly<Record<string, readonly [classType: string, input: string]>> = {
  checkpoints: ['CheckpointLoaderSimple', 'ckpt_name'],
  loras: ['LoraLoader', 'lora_name'],
  vae: ['VAELoader', 'vae_name'],
  text_encoders: ['CLIPLoader', 'clip_name'],
  diffusion_models: ['UNETLoader', 'unet_name'],
  clip_vision: ['CLIPVisionLoader', 'clip_name'],
  style_models: ['StyleModelLoader', 'style_model_name'],
  controlnet: ['ControlNetLoader', 'control_net_name'],
  gligen: ['GLIGENLoader', 'gligen_name'],
  upscale_models: ['UpscaleModelLoader', 'model_name'],
  hypernetworks: ['HypernetworkLoader', 'hypernetwork_name'],
};

export function createModelHandlers(rooms: Rooms): ModelHandlers {
  const { engine, defaults, modelFiles } = rooms;

  /** What a fresh read of the node classes tells. */
  const fromNodes = async () => {
    await engine.nodes.refresh();
    const folders = Object.keys(loaders).filter((folder) => choicesOf(folder) !== undefined);
    return { folders, models: (folder: string) => choicesOf(folder) ?? [] };
  };
  const choicesOf = (folder: string): string[] | undefined => {
    const [classType, input] = loaders[folder] ?? [];
    const spec = classType === undefined ? undefined : engine.nodes.get(classType);
    const found = spec === undefined || input === undefined ? undefined : inputSpec(spec, input);
    return found?.choices?.filter((choice) => typeof choice === 'string');
  };

  const read = async (client: ComfyClient, wanted: string) => {
    const folders = await client.modelFolders();
    if (folders.length > 0) {
      const folder = folderNamed(wanted, folders);
      return { folder, folders, models: await client.models(folder) };
    }
    const told = await fromNodes();
    const folder = folderNamed(wanted, told.folders);
    return { folder, folders: told.folders, models: told.models(folder) };
  };

  /** The image default for checkpoints, as in the seed; elsewhere the default that lies in this very folder. */
  const defaultOf = (folder: string, models: readonly string[]): string | null => {
    const chosen = namespaces.map((namespace) => defaults.resolve(namespace, 'model')?.value);
    const image = chosen[0];
    if (folder === 'checkpoints' && typeof image === 'string') return image;
    return chosen.filter((model) => typeof model === 'string').find((model) => models.includes(model)) ?? null;
  };

  /** Families by name, as far as they are known in time. */
  const familiesOf = async (files: Iterable<ModelFile>): Promise<ReadonlyMap<string, string>> => {
    const families = new Map<string, string>();
    const inTime = new AbortController();
    const read = async (file: ModelFile) => {
      const family = await modelFiles.family(file);
      if (family !== null) families.set(file.name, family);
    };
    // One that can't be read has none to tell; the others count.
    const all = Promise.allSettled([...files].map(read));
    const late = rooms.clock.sleep(familyMs, inTime.signal).catch(() => undefined);
    await Promise.race([all, late]);
    inTime.abort();
    return new Map(families);
  };

  return {
    async describe_models({ names }) {
      const [files, uses] = await Promise.all([modelFiles.find(names), rooms.registry.reader.ask('models', names)]);
      const families = await familiesOf(files.values());
      const models = uses.map(({ name, made, last_ms, asset_id }) => {
        const { folder = null, size = null, modified = null } = files.get(name) ?? {};
        return {
          name,
          folder,
          size,
          modified,
          family: families.get(name) ?? null,
          made,
          last_made: last_ms === null ? null : new Date(last_ms).toISOString(),
          asset_id,
        };
      });
      return { models };
    },
    async list_models({ folder: wanted = 'checkpoints', query = '' }) {
      const { folder, folders, models } = await read(await engine.ready(), wanted);
      const found = models.filter(everyWord(query));
      return { models: found, count: found.length, default: defaultOf(folder, models), folder, folders };
    },
  };
}

function folderNamed(wanted: string, folders: readonly string[]): string {
  if (folders.includes(wanted)) return wanted;
  const other = Object.hasOwn(renamed, wanted) ? renamed[wanted] : undefined;
  if (other !== undefined && folders.includes(other)) return other;
  const close = nearest(wanted, folders);
  throw new AppError('VALIDATION_ERROR', `ComfyUI has no model folder "${wanted}".`, {
    hint: `${close.length > 0 ? `Did you mean ${close.join(' or ')}? ` : ''}It has: ${folders.join(', ')}.`,
    details: { folder: wanted, folders, nearest: close },
  });
}
