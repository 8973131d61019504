/** A workflow on its way in: where the person looks for one, and what they look at. */

/** Where a graph comes from, as the operations take it. */
export type GraphSource = { path: string } | { json: string } | { asset_id: string } | { source: string };

export const importPlaces = ['file', 'paste', 'comfyui', 'templates', 'library'] as const;
export type ImportPlace = (typeof importPlaces)[number];

export interface WorkflowImport {
  place: ImportPlace;
  /** What is looked at before it is added; null while one is looked for. */
  chosen: GraphSource | null;
  /** Dropped together with it, to be looked at after it. */
  waiting: readonly GraphSource[];
}
