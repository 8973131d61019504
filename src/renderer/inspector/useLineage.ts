/** The family of an asset, read when it is shown and again when it has grown or shrunk. */
import { useEffect, useState } from 'react';
import { toErrorValue } from '../../shared/errors.js';
import type { Lineage } from '../../shared/library.js';
import { useApp } from '../store/hooks.js';

export function useLineage(assetId: string): Lineage | null {
  const app = useApp();
  const [lineage, setLineage] = useState<Lineage | null>(null);
  useEffect(() => {
    let wanted = true;
    let members = new Set<string>();
    const read = () =>
      app.client.invoke('get_lineage', { asset_id: assetId }).then(
        (found) => {
          if (!wanted) return;
          members = new Set(found.nodes.map(({ asset_id }) => asset_id));
          setLineage(found);
        },
        // One that was deleted a moment ago has no family; whoever shows it says that it is gone.
        (error: unknown) => toErrorValue(error).code !== 'ASSET_NOT_FOUND' && app.fail(error),
      );
    void read();
    const unlisten = app.client.onEvent((event) => {
      const born = event.type === 'asset.added' && members.has(event.asset.parent_asset_id ?? '');
      if (born || (event.type === 'asset.removed' && members.has(event.asset_id))) void read();
    });
    return () => {
      wanted = false;
      unlisten();
    };
  }, [app, assetId]);
  return lineage;
}
