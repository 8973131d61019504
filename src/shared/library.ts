/** What is told of the library as a whole. Wire form, the same at every door. */
import { z } from 'zod';
import { mediaKindSchema } from './asset.js';

export const sorts = ['newest', 'oldest', 'rating', 'name', 'largest'] as const;
export const sortSchema = z.enum(sorts);
export type Sort = z.infer<typeof sortSchema>;

const facetSchema = z.array(z.object({ value: z.string(), count: z.number().int() }));

/** How often each value is there, the most frequent first. */
export const facetsSchema = z.object({
  kind: facetSchema,
  model: facetSchema,
  workflow: facetSchema,
  agent: facetSchema,
  session: facetSchema,
  rating: facetSchema,
  tag: facetSchema,
  album: facetSchema,
});
export type Facets = z.infer<typeof facetsSchema>;
/** The same in a form that is short to describe. */
export const facetCountsSchema = z.record(z.string(), facetSchema);

/** A family: what an asset was regenerated from, and what into. */
export const lineageSchema = z.object({
  nodes: z.array(
    z.object({
      asset_id: z.string(),
      parent_asset_id: z.string().nullable(),
      /** -1 the parent, -2 its parent …; 0 the asset itself; 1 its children … */
      generation: z.number().int(),
    }),
  ),
  /** There are more descendants than are told. */
  more: z.boolean(),
});
export type Lineage = z.infer<typeof lineageSchema>;

/** Days that deleted assets stay in the bin for sure. Afterwards the person may empty it of them; nothing else does. */
export const binDays = 30;

export const libraryStatsSchema = z.object({
  assets: z.number().int(),
  /** Of the original files, as far as their sizes are known. */
  bytes: z.number().int(),
  kinds: z.array(z.object({ media_kind: mediaKindSchema, count: z.number().int(), bytes: z.number().int() })),
  in_bin: z.number().int(),
  /** Agents no longer see these. */
  expired: z.number().int(),
  /** Their file is not where it was. */
  missing: z.number().int(),
  imported: z.number().int(),
  rated: z.number().int(),
  /** ISO 8601, UTC; null in an empty library. */
  oldest: z.string().nullable(),
  newest: z.string().nullable(),
});
export type LibraryStats = z.infer<typeof libraryStatsSchema>;

/** A search that is kept under a name. */
export const savedSearchSchema = z.object({ name: z.string(), query: z.string(), sort: sortSchema });
export type SavedSearch = z.infer<typeof savedSearchSchema>;

export const albumSchema = z.object({ name: z.string(), count: z.number().int() });
export type Album = z.infer<typeof albumSchema>;

/** A folder of this machine whose files are in the library. */
export const sourceFolderSchema = z.object({
  id: z.number().int(),
  path: z.string(),
  /** New files are taken in as they come. */
  watched: z.boolean(),
  /** Files that are there and in the library. */
  files: z.number().int(),
  /** ISO 8601, UTC; null before the first complete look. */
  scanned_at: z.string().nullable(),
});
export type SourceFolder = z.infer<typeof sourceFolderSchema>;

/** How far an import has come. */
export const importStatusSchema = z.object({
  state: z.enum(['idle', 'looking', 'running', 'paused']),
  folder: z.string().nullable(),
  /** Files to be looked into, as far as known; files done, failed ones among them. */
  total: z.number().int(),
  done: z.number().int(),
  added: z.number().int(),
  /** Files that are assets which were there already. */
  joined: z.number().int(),
  /** Files that can't be read. */
  failed: z.number().int(),
  /** The latest of them, with the reason. */
  failures: z.array(z.object({ path: z.string(), reason: z.string() })),
  /** Null until there is something to go by. */
  files_per_second: z.number().nullable(),
  seconds_left: z.number().nullable(),
});
export type ImportStatus = z.infer<typeof importStatusSchema>;
