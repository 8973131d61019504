import { useEffect, useState } from 'react';
import type { OperationOutput } from '../../shared/contract.js';
import { toErrorValue } from '../../shared/errors.js';
import { useApp } from '../store/hooks.js';

export type Origin = OperationOutput<'get_asset_origin'>;

/** What its record alone does not tell. Null until it is read. */
export function useOrigin(assetId: string): Origin | null {
  const app = useApp();
  const [origin, setOrigin] = useState<Origin | null>(null);
  useEffect(() => {
    let wanted = true;
    app.client.invoke('get_asset_origin', { asset_id: assetId }).then(
      (found) => wanted && setOrigin(found),
      (error: unknown) => toErrorValue(error).code !== 'ASSET_NOT_FOUND' && app.fail(error),
    );
    return () => {
      wanted = false;
    };
  }, [app, assetId]);
  return origin;
}
