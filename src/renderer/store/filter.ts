/** What the gallery shows of everything: a place, an album, words, chosen facets, an order. Pure. */
import type { OperationInput } from '../../shared/contract.js';
import type { Facets, Sort } from '../../shared/library.js';

export const places = ['all', 'starred', 'expired', 'bin'] as const;
export type Place = (typeof places)[number];
export type FacetName = keyof Facets;

export interface GalleryFilter {
  readonly place: Place;
  readonly album: string | null;
  /** As typed: see shared/query.ts. */
  readonly query: string;
  /** Chosen values; of each facet one must fit. */
  readonly facets: Readonly<Partial<Record<FacetName, readonly string[]>>>;
  readonly sort: Sort;
}

export const everything: GalleryFilter = { place: 'all', album: null, query: '', facets: {}, sort: 'newest' };

/** Whether nothing is left out; the order may be another. */
export function showsAll({ place, album, query, facets }: GalleryFilter): boolean {
  return place === 'all' && album === null && query.trim() === '' && Object.keys(facets).length === 0;
}

/** Whether it is what the window knows by itself: everything, newest first. */
export function isEverything(filter: GalleryFilter): boolean {
  return showsAll(filter) && filter.sort === 'newest';
}

/** The facets with one value more or less. */
export function toggleFacet(filter: GalleryFilter, facet: FacetName, value: string): GalleryFilter {
  const before = filter.facets[facet] ?? [];
  const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  const { [facet]: _, ...others } = filter.facets;
  return { ...filter, facets: after.length === 0 ? others : { ...others, [facet]: after } };
}

type IndexInput = OperationInput<'get_gallery_index'>;

/** The filter as the operations take it. */
export function filterInput({ place, album, query, facets }: GalleryFilter): Omit<IndexInput, 'sort'> {
  return {
    ...(query.trim() === '' ? {} : { query: query.trim() }),
    ...(album === null ? {} : { album }),
    ...(place === 'starred' ? { min_rating: 1 } : {}),
    ...(place === 'expired' ? { expired: true } : {}),
    ...(place === 'bin' ? { in_bin: true } : {}),
    ...(Object.keys(facets).length === 0
      ? {}
      : { any: Object.fromEntries(Object.entries(facets).map(([facet, values]) => [facet, [...values]])) }),
  };
}

export const sortWords: Readonly<Record<Sort, string>> = {
  newest: 'Newest',
  oldest: 'Oldest',
  rating: 'Best rated',
  name: 'Name',
  largest: 'Largest file',
};

const placeWords: Readonly<Record<Place, string>> = {
  all: 'All work',
  starred: 'Starred',
  expired: 'Expired',
  bin: 'Bin',
};

/** What stands at the top: the place or the album. */
export function titleOfFilter({ place, album }: GalleryFilter): string {
  return album ?? placeWords[place];
}
