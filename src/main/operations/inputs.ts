/** Files as inputs: uploading them, and putting them in the place of the assets that a call names. */
import type { Asset } from '../../shared/asset.js';
import type { CallContext, Handlers, ParsedInput } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import type { InputMedia, ParamSpec } from '../../shared/params.js';
import { type Content, contentOfBase64, contentOfFile } from '../inputs/index.js';
import type { Rooms } from './rooms.js';
import { visibleAsset } from './visible.js';

export type InputHandlers = Pick<Handlers, 'upload_image'>;

export function createInputHandlers(rooms: Rooms): InputHandlers {
  const { inputs, settings } = rooms;
  return {
    async upload_image(input, context) {
      const source = onlySource(input);
      if (source === 'asset_id') {
        const asset = visibleAsset(rooms, input.asset_id ?? '', context);
        const { asset_id, name, kind, already } = await inputs.giveAsset(asset, context.signal);
        return { asset_id, name, media_kind: kind, already_there: already };
      }
      if (input.parent_asset_id !== undefined) visibleAsset(rooms, input.parent_asset_id, context);
      await rooms.engine.ready();
      const content = await contentOf(input, context, settings.values.input_dirs);
      const { asset_id, name, already } = await inputs.give(content, {
        session_id: context.sessionId ?? null,
        client_name: context.client?.name ?? null,
        parent_asset_id: input.parent_asset_id ?? null,
      });
      return { asset_id, name, media_kind: content.kind, already_there: already };
    },
  };
}

type Input = ParsedInput<'upload_image'>;

function onlySource(input: Input): 'path' | 'base64' | 'asset_id' {
  const given = (['path', 'base64', 'asset_id'] as const).filter((name) => input[name] !== undefined);
  const [only] = given;
  if (only !== undefined && given.length === 1) return only;
  throw new AppError(
    'VALIDATION_ERROR',
    given.length === 0 ? 'No file is given.' : `${given.join(' and ')} are given.`,
    {
      hint: 'Send one of path, base64 and asset_id.',
      details: { given },
    },
  );
}

function contentOf(
  { path, base64 = '', filename }: Input,
  { door }: CallContext,
  folders: readonly string[],
): Promise<Content> {
  if (path === undefined) return contentOfBase64(base64, filename);
  // What a person drops on the window or chooses there they have given; agents are held to the allowed folders.
  return contentOfFile(path, {
    folders: door === 'ipc' ? undefined : folders,
    ...(filename === undefined ? {} : { name: filename }),
  });
}

/** Values with input names in the place of assets, and which asset each is. */
export interface ResolvedInputs {
  values: Record<string, unknown>;
  /** Asset ids by parameter. */
  inputs: Record<string, string>;
  /** Of the first file, in the order of the parameters: what the result was made from. */
  parent_asset_id: string | null;
}

/**
 * Puts the files of assets on the engine wherever a parameter wants a file and the value is an asset's id, and the names
 * they have there into the values. Other texts stay: they are names of files that ComfyUI has.
 *
 * @throws AppError ASSET_NOT_FOUND, ASSET_EXPIRED or MEDIA_UNSUPPORTED, naming the parameter.
 */
export async function resolveInputs(
  rooms: Rooms,
  params: readonly ParamSpec[],
  values: Readonly<Record<string, unknown>>,
  context: CallContext,
): Promise<ResolvedInputs> {
  const resolved: Record<string, unknown> = { ...values };
  const inputs: Record<string, string> = {};
  for (const { name, media } of params) {
    const value = values[name];
    if (media === undefined || typeof value !== 'string' || value.trim() === '') continue;
    if (!looksLikeAsset(rooms, value)) {
      const known = rooms.registry.inputs.named(rooms.engine.backend(), value);
      if (known !== undefined) inputs[name] = known;
      continue;
    }
    const asset = visibleInput(rooms, name, value.trim(), context);
    refuseKind(name, media, asset);
    const given = await rooms.inputs.giveAsset(asset, context.signal);
    resolved[name] = given.name;
    inputs[name] = asset.asset_id;
  }
  return { values: resolved, inputs, parent_asset_id: Object.values(inputs)[0] ?? null };
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function looksLikeAsset({ registry }: Rooms, value: string): boolean {
  return uuid.test(value.trim()) || registry.assets.get(value.trim()) !== undefined;
}

function visibleInput(rooms: Rooms, name: string, id: string, context: CallContext): Asset {
  try {
    return visibleAsset(rooms, id, context);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw new AppError(error.code, `${name}: ${error.message}`, {
      hint: error.hint,
      details: { ...error.details, parameter: name },
      cause: error,
    });
  }
}

/** Kinds of assets that a parameter takes; sound may come out of a film. */
const taken: Readonly<Record<InputMedia, readonly Asset['media_kind'][]>> = {
  image: ['image'],
  mask: ['image'],
  audio: ['audio', 'video'],
  video: ['video'],
};

function refuseKind(name: string, media: InputMedia, { asset_id, filename, media_kind }: Asset): void {
  if (taken[media].includes(media_kind)) return;
  const article = media === 'video' || media === 'mask' ? 'a' : 'an';
  throw new AppError('MEDIA_UNSUPPORTED', `${name} wants ${article} ${media}, but ${filename} is ${media_kind}.`, {
    hint: `list_assets with media_kind "${taken[media][0]}" finds some.`,
    details: { parameter: name, asset_id, media_kind },
  });
}
