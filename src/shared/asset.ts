/** Assets: what was made, where its file lies, and where it came from. Wire form, the same at every door. */
import { z } from 'zod';

export const mediaKinds = ['image', 'video', 'audio', 'text', 'model', 'other'] as const;
export const mediaKindSchema = z.enum(mediaKinds);
export type MediaKind = z.infer<typeof mediaKindSchema>;

export const folderTypes = ['output', 'temp', 'input'] as const;
export const folderTypeSchema = z.enum(folderTypes);
export type FolderType = z.infer<typeof folderTypeSchema>;

/** Where a file lies in ComfyUI: identity that survives a change of its address. */
export const fileRefSchema = z.object({
  filename: z.string(),
  subfolder: z.string(),
  folder_type: folderTypeSchema,
});
export type FileRef = z.infer<typeof fileRefSchema>;

/** Parameters really used, by well-known name. Unknown workflow parameters keep their own names. */
export const parametersSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type Parameters = z.infer<typeof parametersSchema>;

/** Stars; 0 = none yet, -1 = rejected. */
export const ratingSchema = z.number().int().min(-1).max(5);

/** What a person would call what was made with these. */
export function titleOf(parameters: Parameters, fallback: string): string {
  for (const name of ['prompt', 'tags', 'text']) {
    const value = parameters[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, 200);
  }
  return fallback;
}

export const assetSchema = fileRefSchema.extend({
  asset_id: z.string(),
  prompt_id: z.string().nullable(),
  workflow_id: z.string().nullable(),
  tool: z.string().nullable(),
  media_kind: mediaKindSchema,
  mime_type: z.string(),
  animated: z.boolean(),
  /** Pixels; null until known or where it has no meaning. */
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  /** Seconds; null where it has no meaning. */
  duration_seconds: z.number().nullable(),
  bytes_size: z.number().int().nullable(),
  /** ISO 8601, UTC. */
  created_at: z.string(),
  /** Null: kept. After it agents no longer see the asset, the person does. */
  expires_at: z.string().nullable(),
  rating: ratingSchema,
  tags: z.array(z.string()),
  /** Names of the albums it is in. */
  albums: z.array(z.string()),
  /** Found in a folder of this machine, not made through the app. */
  imported: z.boolean(),
  /** Its file is not where it was; a copy in the cache may still be there. */
  missing: z.boolean(),
  session_id: z.string().nullable(),
  /** Who asked, as the client calls itself; a label, never an identity. Null for the person at the window. */
  client_name: z.string().nullable(),
  parent_asset_id: z.string().nullable(),
  /** The batch it was made in, if it was. */
  batch_id: z.string().nullable(),
  /** Made by the demo engine, not by a model. */
  demo: z.boolean(),
  /** Its graph is stored, so that it can be made again. */
  has_graph: z.boolean(),
  parameters: parametersSchema,
  /** Milliseconds from sending the job to its end; null when unknown. */
  elapsed_ms: z.number().nullable(),
});
export type Asset = z.infer<typeof assetSchema>;

const kindByExtension: Record<string, [MediaKind, string]> = {
  png: ['image', 'image/png'],
  jpg: ['image', 'image/jpeg'],
  jpeg: ['image', 'image/jpeg'],
  webp: ['image', 'image/webp'],
  gif: ['image', 'image/gif'],
  avif: ['image', 'image/avif'],
  bmp: ['image', 'image/bmp'],
  tif: ['image', 'image/tiff'],
  tiff: ['image', 'image/tiff'],
  apng: ['image', 'image/apng'],
  exr: ['image', 'image/x-exr'],
  jxl: ['image', 'image/jxl'],
  heic: ['image', 'image/heic'],
  svg: ['image', 'image/svg+xml'],
  mp4: ['video', 'video/mp4'],
  m4v: ['video', 'video/mp4'],
  mov: ['video', 'video/quicktime'],
  webm: ['video', 'video/webm'],
  mkv: ['video', 'video/x-matroska'],
  avi: ['video', 'video/x-msvideo'],
  mpg: ['video', 'video/mpeg'],
  mpeg: ['video', 'video/mpeg'],
  ogv: ['video', 'video/ogg'],
  mp3: ['audio', 'audio/mpeg'],
  flac: ['audio', 'audio/flac'],
  wav: ['audio', 'audio/wav'],
  ogg: ['audio', 'audio/ogg'],
  oga: ['audio', 'audio/ogg'],
  opus: ['audio', 'audio/ogg'],
  wma: ['audio', 'audio/x-ms-wma'],
  aif: ['audio', 'audio/aiff'],
  aiff: ['audio', 'audio/aiff'],
  m4a: ['audio', 'audio/mp4'],
  aac: ['audio', 'audio/aac'],
  txt: ['text', 'text/plain'],
  json: ['text', 'application/json'],
  glb: ['model', 'model/gltf-binary'],
  gltf: ['model', 'model/gltf+json'],
  obj: ['model', 'model/obj'],
  stl: ['model', 'model/stl'],
  ply: ['model', 'model/ply'],
  fbx: ['model', 'application/octet-stream'],
  usdz: ['model', 'model/vnd.usdz+zip'],
  splat: ['model', 'application/octet-stream'],
  ksplat: ['model', 'application/octet-stream'],
  spz: ['model', 'application/octet-stream'],
};

/**
 * Kind and MIME type of a file by the ending of its name. ComfyUI's output keys don't tell (`images` may hold MP4),
 * so the name decides.
 */
export function mediaOf(filename: string): { media_kind: MediaKind; mime_type: string } {
  const extension = filename.slice(filename.lastIndexOf('.') + 1).toLowerCase();
  const [media_kind, mime_type] = kindByExtension[extension] ?? ['other', 'application/octet-stream'];
  return { media_kind, mime_type };
}
