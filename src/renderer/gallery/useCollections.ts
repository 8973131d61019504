import { useCallback, useEffect, useState } from 'react';
import type { OperationOutput } from '../../shared/contract.js';
import { toErrorValue } from '../../shared/errors.js';
import type { Facets } from '../../shared/library.js';
import { filterInput } from '../store/filter.js';
import { useApp, useAppState } from '../store/hooks.js';

export type Collections = OperationOutput<'get_collections'>;
export type Stats = OperationOutput<'get_library_stats'>;

export interface SidebarFacts {
  facets: Facets | null;
  collections: Collections | null;
  stats: Stats | null;
}

/** Milliseconds in which several changes of the library are one. */
const gatherMs = 500;

/** What the sidebar counts: read anew when the filter changes, and a moment after the library does. */
export function useSidebarFacts(): SidebarFacts {
  const app = useApp();
  const filter = useAppState((state) => state.filter);
  const [facets, setFacets] = useState<Facets | null>(null);
  const [rest, setRest] = useState<Omit<SidebarFacts, 'facets'>>({ collections: null, stats: null });

  const readFacets = useCallback(async () => {
    try {
      setFacets(await app.client.invoke('get_facets', filterInput(filter)));
    } catch (error) {
      // A query that can't be understood is told where it is typed.
      if (toErrorValue(error).code !== 'VALIDATION_ERROR') app.fail(error);
    }
  }, [app, filter]);
  const readRest = useCallback(async () => {
    try {
      const [collections, stats] = await Promise.all([
        app.client.invoke('get_collections', {}),
        app.client.invoke('get_library_stats', {}),
      ]);
      setRest({ collections, stats });
    } catch (error) {
      app.fail(error);
    }
  }, [app]);

  useLibraryReading(readFacets);
  useLibraryReading(readRest);

  return { facets, ...rest };
}

/** Reads now, and a moment after the library has changed. */
function useLibraryReading(read: () => Promise<void>): void {
  const app = useApp();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    void read();
    const unlisten = app.client.onEvent(({ type }) => {
      if (!/^(asset\.|library\.changed|collections\.changed)/.test(type)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void read();
      }, gatherMs);
    });
    return () => {
      unlisten();
      clearTimeout(timer);
    };
  }, [app, read]);
}
