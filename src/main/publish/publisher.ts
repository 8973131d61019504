/** Publishing: from the bytes of an asset to a file in a web project. */
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Asset } from '../../shared/asset.js';
import type { OperationOutput, ParsedInput } from '../../shared/contract.js';
import { AppError, type ErrorCode, toErrorValue } from '../../shared/errors.js';
import { defaultMaxBytes } from '../../shared/publishing.js';
import type { Clock, Logger } from '../ports.js';
import { sweep, writeWhole } from './atomic.js';
import { codeOf, isMissing, resolveInside } from './contain.js';
import { createFolderLock } from './lock.js';
import { manifestName, readManifest, writeManifest } from './manifest.js';
import { checkNames, nameFor } from './names.js';
import {
  findOutputRoot,
  type OutputPlace,
  type OutputRoot,
  readFromOutputRoot,
  type WantedFile,
} from './output-root.js';
import { convert, optimize, type PublishedPicture, readPicture, type SourcePicture } from './picture.js';
import {
  findProject,
  findPublishFolder,
  notWritable,
  openPublishFolder,
  type Project,
  type ProjectPlace,
} from './project.js';

export interface PublisherPorts {
  projectPlace(): ProjectPlace;
  /** Where ComfyUI may write; asks ComfyUI when it is there. */
  outputPlace(): Promise<Omit<OutputPlace, 'project'>>;
  /** The original on this machine. Throws when it can't be had. */
  original(asset: Asset, signal: AbortSignal): Promise<{ path: string }>;
  /** The asset's file in ComfyUI's output folder; undefined when another file may stand in its place by now. */
  fileOf(asset: Asset): WantedFile | undefined;
  clock: Clock;
  logger: Logger;
}

export type PublishRequest = Omit<ParsedInput<'publish_asset'>, 'asset_id'>;
export type Published = OperationOutput<'publish_asset'>;

export interface Publisher {
  /** @throws AppError with the codes of publishing; `details.exists` tells that a file is in the way. */
  publish(asset: Asset, request: PublishRequest, signal: AbortSignal): Promise<Published>;
  project(): Promise<Project>;
  outputRoot(): Promise<OutputRoot>;
}

export function createPublisher(ports: PublisherPorts): Publisher {
  const { projectPlace, outputPlace, original, fileOf, clock, logger } = ports;
  const locked = createFolderLock(clock);
  let drawing: Promise<unknown> = Promise.resolve();
  /** One picture at a time: each takes a core and its decoded pixels. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = drawing.then(work, work);
    drawing = mine;
    return mine;
  };

  const project = () => findProject(projectPlace());
  const outputRoot = async () => findOutputRoot({ ...(await outputPlace()), project: (await project()).path });

  /** From the cache or ComfyUI; while that is away, from its folder when that is on this machine. */
  async function bytesOf(asset: Asset, signal: AbortSignal): Promise<Buffer> {
    try {
      return await readFile((await original(asset, signal)).path);
    } catch (error) {
      const { code } = toErrorValue(error);
      const file = fileOf(asset);
      if (signal.aborted || file === undefined || !mayBeOnDisk.has(code)) throw error;
      const root = await outputRoot();
      if (root.path !== undefined && root.exists) return readFromOutputRoot(root.path, file);
      throw folderUnknown(error, root);
    }
  }

  return {
    project,
    outputRoot,
    async publish(asset, { web_optimize = false, max_bytes = defaultMaxBytes, overwrite = true, ...names }, signal) {
      const target = checkNames({ ...names, web_optimize });
      if (asset.media_kind !== 'image') throw noPicture(asset);
      const { path: root, fault } = await project();
      if (fault !== undefined) throw fault;
      try {
        // Looked at first and made last: a picture that can't be had leaves no empty folder behind.
        await findPublishFolder(root);
        const source = await readPicture(await bytesOf(asset, signal));
        const folder = await openPublishFolder(root);
        const { filename, ending } = nameFor(target, asset.asset_id, source.format, web_optimize);
        const file = await resolveInside(folder, filename);
        await refuseTaken(file, overwrite);
        const picture = await inTurn(() => (web_optimize ? optimize(source, max_bytes) : convert(source, ending)));
        await locked(folder, async () => {
          signal.throwIfAborted();
          await sweep(folder, clock.now()).catch((error: unknown) => logger.warn('not swept', { folder, error }));
          const listFile = await resolveInside(folder, manifestName);
          const manifest = target.key === undefined ? undefined : await readManifest(listFile);
          await writeWhole(file, picture.bytes, { replace: overwrite }).catch((error: unknown) => {
            throw codeOf(error) === 'EEXIST' ? taken(file) : error;
          });
          // The picture first: the manifest never names a file that is not there.
          if (manifest && target.key) await writeManifest(listFile, manifest, target.key, filename);
        });
        logger.info('published', { asset_id: asset.asset_id, file });
        return answer(picture, source, { file, filename, key: target.key });
      } catch (error) {
        throw asPublishFault(error, root);
      }
    },
  };
}

/** Codes of a file that can't be had from ComfyUI now. */
const mayBeOnDisk = new Set<ErrorCode>([
  'COMFYUI_UNREACHABLE',
  'COMFYUI_TIMEOUT',
  'COMFYUI_BAD_RESPONSE',
  'MEDIA_UNAVAILABLE',
]);

function answer(
  { bytes, mime_type, width, height, compressed, quality, scale }: PublishedPicture,
  source: SourcePicture,
  { file, filename, key }: { file: string; filename: string; key: string | undefined },
): Published {
  const bytes_size = bytes.byteLength;
  return {
    // As in the seed, whichever folder it is: what a server puts before it is the project's affair.
    dest_url: `/gen/${filename}`,
    dest_path: file,
    bytes_size,
    mime_type,
    width,
    height,
    compression_info: {
      compressed,
      original_size: source.bytes.byteLength,
      final_size: bytes_size,
      quality,
      scale,
      downscaled: scale < 1,
    },
    ...(key === undefined ? {} : { manifest_key: key }),
  };
}

/** Before the work of drawing; whether the file came meanwhile is seen when it is written. */
async function refuseTaken(file: string, overwrite: boolean): Promise<void> {
  const facts = await lstat(file).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (facts?.isDirectory()) {
    throw new AppError('PUBLISH_FAILED', `${file} is a folder.`, { hint: 'Publish under another name.' });
  }
  if (facts !== undefined && !overwrite) throw taken(file);
}

function taken(file: string): AppError {
  return new AppError('VALIDATION_ERROR', `There is a file ${path.basename(file)} already.`, {
    hint: 'Choose another name, or replace it with overwrite: true.',
    details: { path: file, exists: true },
  });
}

function noPicture({ asset_id, filename, media_kind }: Asset): AppError {
  return new AppError('VALIDATION_ERROR', `${filename} is no picture, and only pictures are published.`, {
    hint: 'Copy its file yourself; the asset_url of list_assets opens it.',
    details: { asset_id, media_kind },
  });
}

function folderUnknown(cause: unknown, { path: folder, tried }: OutputRoot): AppError {
  const which = folder === undefined ? 'is not known' : `${folder} does not exist`;
  const message = `ComfyUI can't be asked, no copy is kept here, and ComfyUI's output folder ${which}.`;
  return new AppError('COMFYUI_OUTPUT_ROOT_NOT_FOUND', message, {
    hint: 'Start ComfyUI, or name the folder it writes into with set_comfyui_output_root.',
    details: { reason: toErrorValue(cause).message, tried_paths: tried },
    cause,
  });
}

const diskFaults = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']);
const ownCodes = new Set<ErrorCode>([
  ...(['VALIDATION_ERROR', 'SOURCE_PATH_OUTSIDE_ROOT', 'PATH_TRAVERSAL_DETECTED', 'CANCELLED'] as const),
  ...(['COMFYUI_OUTPUT_ROOT_NOT_FOUND', 'PUBLISH_ROOT_NOT_WRITABLE', 'PUBLISH_FAILED'] as const),
]);

/** Whatever went wrong, in the words of publishing. */
function asPublishFault(error: unknown, folder: string): unknown {
  if (error instanceof AppError) {
    if (ownCodes.has(error.code)) return error;
    const { code, message, hint, details } = error;
    return new AppError('PUBLISH_FAILED', message, { hint, details: { ...details, code }, cause: error });
  }
  const fault = codeOf(error);
  if (fault === undefined) return error;
  if (diskFaults.has(fault)) return notWritable(folder, error);
  return new AppError('PUBLISH_FAILED', `The picture could not be written: ${String(error)}.`, {
    hint: 'Try again; get_publish_info tells where it was to go.',
    cause: error,
  });
}
