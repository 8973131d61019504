/**
 * What clients can read beside calling tools: assets with their thumbnails and their provenance, workflows and jobs.
 * Listed are workflows and assets, page by page; a job is read by the address that its id gives.
 */
import { readFile } from 'node:fs/promises';
import {
  type ListResourcesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Resource,
  ResourceNotFoundError,
  type ResourceTemplateType,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { CallContext, Handlers, OperationOutput } from '../../shared/contract.js';
import { AppError, type ErrorCode, toErrorValue } from '../../shared/errors.js';
import type { AssetFile } from './assets.js';
import type { ChoiceKind } from './completion.js';
import { icons } from './icons.js';
import { parseUri, type ResourceKind, uriOf } from './uris.js';

export interface ResourceBook {
  readonly templates: readonly ResourceTemplateType[];
  /** @throws ProtocolError for a cursor that is none of ours. */
  list(cursor: string | undefined, context: CallContext): Promise<ListResourcesResult>;
  /** @throws ResourceNotFoundError, or ProtocolError with the error's code, hint and details as data. */
  read(uri: string, context: CallContext): Promise<ReadResourceResult>;
  /** What the variable of a template names; undefined when there is no such template or variable. */
  choiceOf(template: string, variable: string): ChoiceKind | undefined;
}

/** Largest file that is read into an answer, in bytes: base64 makes a third more of it, and a client holds it in memory. */
export const maxResourceBytes = 8 * 1024 * 1024;
const pageSize = 50;

const templates: readonly (ResourceTemplateType & { choice: ChoiceKind })[] = [
  {
    uriTemplate: 'asset://{asset_id}',
    name: 'asset',
    title: 'Asset',
    description: 'The file of an asset, up to 8 MB. Larger ones are opened by their asset_url.',
    icons: icons.picture,
    choice: 'asset_id',
  },
  {
    uriTemplate: 'asset://{asset_id}/thumbnail',
    name: 'asset_thumbnail',
    title: 'Thumbnail of an asset',
    description: 'A WebP of at most 512 pixels; of a film a still.',
    mimeType: 'image/webp',
    icons: icons.picture,
    choice: 'asset_id',
  },
  {
    uriTemplate: 'asset://{asset_id}/provenance',
    name: 'asset_provenance',
    title: 'Provenance of an asset',
    description: 'Parameters, the graph as submitted, what ComfyUI answered, what it was made from and into.',
    mimeType: 'application/json',
    icons: icons.record,
    choice: 'asset_id',
  },
  {
    uriTemplate: 'workflow://{workflow_id}',
    name: 'workflow',
    title: 'Workflow',
    description: 'A workflow with its graph, metadata and parameters.',
    mimeType: 'application/json',
    icons: icons.workflow,
    choice: 'workflow_id',
  },
  {
    uriTemplate: 'job://{prompt_id}',
    name: 'job',
    title: 'Job',
    description: 'How a generation stands: position, progress, its assets or its error.',
    mimeType: 'application/json',
    icons: icons.job,
    choice: 'prompt_id',
  },
];

const cursorSchema = z.object({ assets: z.string() });

export function createResources({
  handlers,
  assetFile,
}: {
  handlers: Handlers;
  assetFile: (assetId: string) => Promise<AssetFile>;
}): ResourceBook {
  const list: ResourceBook['list'] = async (cursor, context) => {
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const [page, workflows] = await Promise.all([
      handlers.list_assets({ limit: pageSize, ...(after !== undefined && { cursor: after }) }, context),
      after === undefined ? handlers.list_workflows({}, context).then((answer) => answer.workflows) : [],
    ]);
    return {
      resources: [...workflows.map(listedWorkflow), ...page.assets.map(listedAsset)],
      ...(page.next_cursor !== undefined && { nextCursor: writeCursor(page.next_cursor) }),
    };
  };

  /** The same as the tools would tell, and refused to whom they would refuse it. */
  const readers: Record<ResourceKind, (id: string, uri: string, context: CallContext) => Promise<ReadResourceResult>> =
    {
      async asset(id, uri, context) {
        const facts = await handlers.view_image({ asset_id: id, mode: 'metadata' }, context);
        const { path, size, mime_type } = await assetFile(id);
        if (size > maxResourceBytes) throw tooLarge(facts, size);
        const bytes = await readFile(path);
        const text = mime_type.startsWith('text/') || mime_type === 'application/json';
        const content = text ? { text: bytes.toString('utf8') } : { blob: bytes.toString('base64') };
        // A file stays what it is: a change makes another asset.
        return { contents: [{ uri, mimeType: mime_type, ...content }], ttlMs: 3_600_000, cacheScope: 'private' };
      },
      async thumbnail(id, uri, context) {
        const images: { bytes: Uint8Array; mime_type: string }[] = [];
        await handlers.view_image({ asset_id: id }, { ...context, attachImage: (image) => void images.push(image) });
        const contents = images.map(({ bytes, mime_type }) => ({
          uri,
          mimeType: mime_type,
          blob: Buffer.from(bytes).toString('base64'),
        }));
        return { contents };
      },
      provenance: async (id, uri, context) => json(uri, await handlers.get_asset_metadata({ asset_id: id }, context)),
      workflow: async (id, uri, context) => json(uri, await handlers.get_workflow({ workflow_id: id }, context)),
      async job(id, uri, context) {
        const job = await handlers.get_job({ prompt_id: id }, context);
        if (job.status === 'not_found') throw new ResourceNotFoundError(uri);
        return json(uri, job);
      },
    };

  return {
    templates: templates.map(({ choice, ...template }) => template),
    list: (cursor, context) => list(cursor, context).catch((error: unknown) => fail(error)),
    async read(uri, context) {
      const name = parseUri(uri);
      if (name === undefined) throw new ResourceNotFoundError(uri);
      return readers[name.kind](name.id, uri, context).catch((error: unknown) => fail(error, uri));
    },
    choiceOf: (template, variable) =>
      templates.find(({ uriTemplate }) => uriTemplate === template && template.includes(`{${variable}}`))?.choice,
  };
}

function json(uri: string, value: unknown): ReadResourceResult {
  return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(value) }] };
}

function listedWorkflow({ id, name, description }: OperationOutput<'list_workflows'>['workflows'][number]): Resource {
  return {
    uri: uriOf({ kind: 'workflow', id }),
    name: id,
    title: name,
    ...(description !== '' && { description }),
    mimeType: 'application/json',
  };
}

function listedAsset(asset: OperationOutput<'list_assets'>['assets'][number]): Resource {
  return {
    uri: uriOf({ kind: 'asset', id: asset.asset_id }),
    name: asset.filename,
    ...(asset.prompt !== undefined && asset.prompt !== '' && { title: shortened(asset.prompt) }),
    mimeType: asset.mime_type,
    ...(asset.bytes_size !== null && { size: asset.bytes_size }),
    annotations: { lastModified: asset.created_at },
  };
}

/** Characters of a title. */
const titleLength = 80;

function shortened(text: string): string {
  return text.length <= titleLength ? text : `${text.slice(0, titleLength - 1).trimEnd()}…`;
}

function writeCursor(assets: string): string {
  return Buffer.from(JSON.stringify({ assets })).toString('base64url');
}

function readCursor(cursor: string): string {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))).assets;
  } catch (cause) {
    throw new AppError('VALIDATION_ERROR', 'This cursor is none that this list gave.', {
      hint: 'Ask again without a cursor.',
      cause,
    });
  }
}

function tooLarge({ asset_id, asset_url }: { asset_id: string; asset_url: string }, size: number): AppError {
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1).replace(/\.0$/, '');
  const limit = `${megabytes(maxResourceBytes)} MB`;
  return new AppError('NOT_SUPPORTED', `The file has ${megabytes(size)} MB; a resource carries at most ${limit}.`, {
    hint: `It can be opened or downloaded here: ${asset_url}`,
    details: { asset_id, asset_url, bytes_size: size, limit: maxResourceBytes },
  });
}

const missing: ReadonlySet<ErrorCode> = new Set([
  'NOT_FOUND',
  'ASSET_NOT_FOUND',
  'ASSET_EXPIRED',
  'JOB_NOT_FOUND',
  'WORKFLOW_NOT_FOUND',
]);
const asked: ReadonlySet<ErrorCode> = new Set(['VALIDATION_ERROR', 'NOT_SUPPORTED', 'MEDIA_UNSUPPORTED']);

/** A failure in the protocol's words, with ours as its data. */
export function fail(error: unknown, uri?: string): never {
  if (error instanceof ProtocolError) throw error;
  const { code, message, hint, details } = toErrorValue(error);
  if (uri !== undefined && missing.has(code)) throw new ResourceNotFoundError(uri, sentence(message, hint));
  const protocolCode =
    asked.has(code) || missing.has(code) ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
  throw new ProtocolError(protocolCode, sentence(message, hint), {
    ...(uri !== undefined && { uri }),
    error_code: code,
    ...(hint !== undefined && { hint }),
    ...(details !== undefined && { details }),
  });
}

function sentence(message: string, hint: string | undefined): string {
  return hint === undefined ? message : `${message} ${hint}`;
}
