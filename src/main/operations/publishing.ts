/** Publishing: pictures out of the library into a web project. */
import type { Asset } from '../../shared/asset.js';
import type { CallContext, Handlers, OperationOutput } from '../../shared/contract.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { checkOutputRoot, findPublishFolder, notWritable, type OutputRoot } from '../publish/index.js';
import type { Rooms } from './rooms.js';
import { visibleAsset } from './visible.js';

export type PublishingHandlers = Pick<Handlers, 'publish_asset' | 'get_publish_info' | 'set_comfyui_output_root'>;

type Info = OperationOutput<'get_publish_info'>;

export function createPublishingHandlers(rooms: Rooms): PublishingHandlers {
  const { publisher, settings, bus } = rooms;
  return {
    publish_asset: async ({ asset_id, ...request }, context) =>
      publisher.publish(publishableAsset(rooms, asset_id, context), request, context.signal),

    async get_publish_info() {
      const [project, output] = await Promise.all([publisher.project(), publisher.outputRoot()]);
      const { publish_root, fault } = await publishFolder(project.path, project.fault);
      return {
        project_root: { path: project.path ?? null, detection_method: project.method },
        publish_root,
        comfyui_output_root: {
          path: output.path ?? null,
          exists: output.exists,
          detection_method: output.method,
          configured: output.method === 'configured',
        },
        comfyui_tried_paths: output.tried,
        config_file: settings.settingsFile,
        ...standing(rooms, fault, output, publish_root.path),
        warnings: warningsOf(output),
      };
    },

    async set_comfyui_output_root({ path }) {
      const folder = await checkOutputRoot(path, settings.absolute);
      save(rooms, folder);
      bus.emit({ type: 'settings.changed', settings: settings.view() });
      return {
        success: true,
        path: folder,
        message: `ComfyUI's output folder is ${folder} from now on.`,
        config_file: settings.settingsFile,
      };
    },
  };
}

/** @throws AppError ASSET_NOT_FOUND_OR_EXPIRED, the seed's one code for both. */
function publishableAsset(rooms: Rooms, assetId: string, context: CallContext): Asset {
  try {
    return visibleAsset(rooms, assetId, context);
  } catch (error) {
    const { message, hint, details } = toErrorValue(error);
    throw new AppError('ASSET_NOT_FOUND_OR_EXPIRED', message, { hint, details, cause: error });
  }
}

async function publishFolder(
  project: string | undefined,
  fault: AppError | undefined,
): Promise<{ publish_root: Info['publish_root']; fault: AppError | undefined }> {
  const unknown = { path: null, exists: false, writable: false };
  if (project === undefined || fault !== undefined) return { publish_root: unknown, fault };
  try {
    const publish_root = await findPublishFolder(project);
    return { publish_root, fault: publish_root.writable ? undefined : notWritable(publish_root.path) };
  } catch (error) {
    if (error instanceof AppError) return { publish_root: unknown, fault: error };
    throw error;
  }
}

/** How it stands, in one sentence. ComfyUI's folder matters only while ComfyUI can't be asked for the files. */
function standing(
  { engine }: Rooms,
  fault: AppError | undefined,
  output: OutputRoot,
  folder: string | null,
): Pick<Info, 'status' | 'message' | 'hint' | 'error_code'> {
  if (fault !== undefined) {
    return { status: 'error', message: fault.message, hint: fault.hint, error_code: fault.code };
  }
  if (engine.status().state === 'unreachable' && !output.exists) {
    return {
      status: 'needs_comfyui_root',
      message:
        "ComfyUI can't be asked and its output folder is not known: only pictures that are kept here can be published.",
      hint: 'Start ComfyUI, or name the folder it writes into with set_comfyui_output_root.',
      error_code: 'COMFYUI_OUTPUT_ROOT_NOT_FOUND',
    };
  }
  return { status: 'ready', message: `Pictures are published into ${folder}.` };
}

function warningsOf({ method, path, exists }: OutputRoot): string[] {
  if (method === 'configured' && !exists) return [`ComfyUI's output folder ${path} does not exist.`];
  return method === 'usual place' ? [`ComfyUI's output folder was guessed: ${path}.`] : [];
}

/** @throws AppError CONFIG_SAVE_FAILED, or VALIDATION_ERROR where the command line or the environment fixes it. */
function save({ settings }: Rooms, comfyui_output_root: string): void {
  try {
    settings.update({ comfyui_output_root });
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'CONFIG_INVALID') throw error;
    throw new AppError('CONFIG_SAVE_FAILED', error.message, {
      hint: error.hint,
      details: { ...error.details, path: comfyui_output_root },
      cause: error,
    });
  }
}
