/** For tests: an asset with nothing special about it. */
import { type Asset, mediaOf } from './asset.js';

export function plainAsset(values: Partial<Asset> & Pick<Asset, 'asset_id' | 'filename'>): Asset {
  return {
    subfolder: '',
    folder_type: 'output',
    prompt_id: null,
    workflow_id: 'generate_image',
    tool: 'generate_image',
    ...mediaOf(values.filename),
    animated: false,
    width: null,
    height: null,
    duration_seconds: null,
    bytes_size: null,
    created_at: '2025-01-01T00:00:00.000Z',
    expires_at: null,
    rating: 0,
    tags: [],
    albums: [],
    imported: false,
    missing: false,
    session_id: null,
    client_name: null,
    batch_id: null,
    parent_asset_id: null,
    demo: false,
    has_graph: true,
    parameters: {},
    elapsed_ms: null,
    ...values,
  };
}
