/**
 * What a server tells of model files beyond their names: size and time, metadata, a picture. Source: ComfyUI 0.3.64,
 * app/model_manager.py and server.py (`/view_metadata`). Servers before 2024-11 have none of it but the metadata.
 */
import { z } from 'zod';
import { type CallOptions, type Calls, mega } from './calls.js';
import type { Transport } from './http.js';

export interface ListedModel {
  /** Relative to the folder, with the server's separators. */
  name: string;
  /** Which of the folder's places it lies in: a part of its picture's address. */
  pathIndex: number;
  /** Bytes. */
  size: number;
  /** Seconds since the epoch, by the server's clock. */
  modified: number;
}

export interface ModelCalls {
  /** Undefined where the server has no such folder or no such route. */
  modelFiles(folder: string, options?: CallOptions): Promise<ListedModel[] | undefined>;
  /** `__metadata__` of a safetensors file; undefined for what has none, or a header of more than 1 MB. */
  modelMetadata(folder: string, name: string, options?: CallOptions): Promise<Record<string, unknown> | undefined>;
  /**
   * The picture that lies beside a model file or in its header (`ssmd_cover_images`), encoded; undefined where there is
   * none. The server draws it anew for each call, holding up everything else it does.
   */
  modelPicture(folder: string, model: ListedModel, options?: CallOptions): Promise<Uint8Array | undefined>;
}

const listedSchema = z.array(
  z.looseObject({
    name: z.string(),
    pathIndex: z.number().int().nonnegative(),
    size: z.number().nonnegative(),
    modified: z.number(),
  }),
);
const metadataSchema = z.record(z.string(), z.unknown());

/** A picture is 1024 pixels wide or so; what is larger than this is no picture of a model. */
const mostPictureBytes = 32 * mega;
/** It waits behind whatever the server does. Milliseconds. */
const pictureMs = 30_000;

export function createModelCalls({ optional }: Calls, transport: Transport): ModelCalls {
  const absent = [404, 405];
  return {
    modelFiles: (folder, options) =>
      optional(
        { path: `/experiment/models/${encodeURIComponent(folder)}`, signal: options?.signal },
        listedSchema,
        absent,
      ),

    modelMetadata: (folder, name, options) =>
      optional(
        {
          path: `/view_metadata/${encodeURIComponent(folder)}`,
          query: { filename: name },
          signal: options?.signal,
        },
        metadataSchema,
        // A header that is no JSON fails there, as 500.
        [...absent, 500],
      ),

    async modelPicture(folder, { name, pathIndex }, options) {
      const { status, body } = await transport.send({
        method: 'GET',
        path: `/experiment/models/preview/${encodeURIComponent(folder)}/${pathIndex}/${encodeURIComponent(name)}`,
        timeoutMs: pictureMs,
        signal: options?.signal,
      });
      // Whatever it fails for there, the model has no picture to show.
      if (status !== 200) {
        body.destroy();
        return undefined;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of body) {
        const bytes: Buffer = chunk;
        size += bytes.length;
        if (size > mostPictureBytes) return undefined;
        chunks.push(bytes);
      }
      return size === 0 ? undefined : Buffer.concat(chunks);
    },
  };
}
