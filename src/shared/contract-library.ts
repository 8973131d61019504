/** The library as a whole: its order, its families, its folders. */
import { z } from 'zod';
import { mediaKindSchema } from './asset.js';
import { assetId, both, changes, operation, reads, windowOnly } from './contract-operation.js';
import {
  albumSchema,
  facetsSchema,
  libraryStatsSchema,
  lineageSchema,
  savedSearchSchema,
  sortSchema,
} from './library.js';

const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}]+$/u, 'one line of text');

/** What the gallery shows of everything. */
export const galleryFilter = {
  query: z.string().max(1000).optional(),
  media_kind: mediaKindSchema.optional(),
  album: z.string().optional(),
  min_rating: z.number().int().min(-1).max(5).optional(),
  expired: z.boolean().optional(),
  in_bin: z.boolean().optional(),
  /** One of these values in each of these facets. */
  any: z.partialRecord(facetsSchema.keyof(), z.array(z.string()).max(50)).optional(),
};

export const libraryOperations = {
  get_library_stats: operation({
    title: 'How much there is',
    description: 'Counts and bytes by kind, what is expired, missing, imported or in the bin, and the disk used.',
    input: z.object({}),
    output: libraryStatsSchema.extend({
      /** Bytes on this disk. */
      disk: z.object({ database: z.number(), originals: z.number(), thumbnails: z.number(), kept: z.number() }),
    }),
    annotations: reads,
    doors: both,
  }),
  get_gallery_index: operation({
    title: 'Index of the gallery',
    description:
      'Every asset that a filter lets pass, as columns: small enough to send once for 100,000 and more. Newest first unless asked otherwise.',
    input: z.object({ ...galleryFilter, sort: sortSchema.optional() }),
    output: z.object({
      seq: z.number().int(),
      asset_ids: z.array(z.string()),
      /** Milliseconds since the epoch. */
      created_at: z.array(z.number()),
      /** Index into `mediaKinds`. */
      media_kinds: z.array(z.number()),
      /** A number of the job that made it, the same for all it made; 0 for what lies beside nothing else of its job. */
      jobs: z.array(z.number()),
      batches: z.array(z.string()),
    }),
    annotations: reads,
    doors: windowOnly,
  }),
  get_facets: operation({
    title: 'What there is to filter by',
    description: 'How often each kind, model, workflow, agent, session, rating, tag and album is there under a filter.',
    input: z.object(galleryFilter),
    output: facetsSchema,
    annotations: reads,
    doors: windowOnly,
  }),
  get_makers: operation({
    title: 'Who made how much',
    description: 'How many assets under a filter each client made from one moment up to another. No name: the person.',
    input: z.object({
      ...galleryFilter,
      /** Milliseconds since the epoch. */
      from: z.number().int(),
      to: z.number().int(),
    }),
    output: z.object({ makers: z.array(z.object({ name: z.string(), count: z.number().int() })) }),
    annotations: reads,
    doors: windowOnly,
  }),
  get_lineage: operation({
    title: 'Family of an asset',
    description: 'What it was regenerated from, up to the first, and everything regenerated from it.',
    input: z.object({ asset_id: assetId }),
    output: lineageSchema,
    annotations: reads,
    doors: windowOnly,
  }),
  get_collections: operation({
    title: 'Albums and saved searches',
    description: 'By name, albums with the number of their assets.',
    input: z.object({}),
    output: z.object({
      albums: z.array(albumSchema),
      searches: z.array(savedSearchSchema.extend({ count: z.number().int() })),
    }),
    annotations: reads,
    doors: windowOnly,
  }),
  save_album: operation({
    title: 'Make or rename an album',
    description: 'Makes an album, or gives the album `rename_from` this name.',
    input: z.object({ name, rename_from: z.string().optional() }),
    output: z.object({ name: z.string() }),
    annotations: changes,
    doors: windowOnly,
  }),
  delete_album: operation({
    title: 'Delete an album',
    description: 'Its assets stay in the library.',
    input: z.object({ name: z.string() }),
    output: z.object({ name: z.string() }),
    annotations: { ...changes, destructive: true },
    doors: windowOnly,
  }),
  save_search: operation({
    title: 'Save a search',
    description: 'Keeps a search under a name, replacing the one of that name.',
    input: savedSearchSchema.extend({ name }),
    output: savedSearchSchema,
    annotations: changes,
    doors: windowOnly,
  }),
  delete_search: operation({
    title: 'Delete a saved search',
    description: 'Forgets the search, not what it finds.',
    input: z.object({ name: z.string() }),
    output: z.object({ name: z.string() }),
    annotations: { ...changes, destructive: true },
    doors: windowOnly,
  }),
} as const;
