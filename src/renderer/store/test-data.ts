/** Invented things for tests of the window. */
import type { Asset } from '../../shared/asset.js';
import { plainAsset } from '../../shared/asset.testing.js';
import type { OperationOutput } from '../../shared/contract.js';
import type { Job } from '../../shared/job.js';

export function assetFixture(values: Partial<Asset> & { asset_id: string }): Asset {
  const filename = `${values.asset_id}.png`;
  return plainAsset({
    filename,
    width: 512,
    height: 512,
    bytes_size: 1000,
    created_at: '2025-11-23T12:00:00.000Z',
    ...values,
  });
}

export function jobFixture(values: Partial<Job> & { prompt_id: string }): Job {
  return {
    status: 'queued',
    workflow_id: 'generate_image',
    tool: 'generate_image',
    title: values.prompt_id,
    session_id: null,
    client_name: null,
    parameters: {},
    parent_asset_id: null,
    batch_id: null,
    cell: null,
    position: null,
    progress: null,
    error: null,
    asset_ids: [],
    created_at: '2025-11-23T12:00:00.000Z',
    started_at: null,
    finished_at: null,
    demo: false,
    ...values,
  };
}

type Snapshot = OperationOutput<'get_snapshot'>;

export function snapshotFixture(values: Partial<Snapshot> = {}): Snapshot {
  const engine = {
    kind: 'comfyui' as const,
    state: 'ready' as const,
    url: 'http://localhost:8188',
    version: null,
    device: null,
    vram_total: null,
    vram_free: null,
    error: null,
    retry_at: null,
  };
  return {
    seq: 1,
    version: '0.1.0',
    test_build: false,
    engine,
    endpoint: { state: 'on', url: 'http://127.0.0.1:9000/mcp', error: null, agents: [] },
    jobs: [],
    batches: [],
    sending_paused: false,
    workflows: [],
    settings: {
      values: {
        comfyui_url: engine.url,
        demo: false,
        host: '127.0.0.1',
        port: 9000,
        endpoint_enabled: true,
        workflow_dir: '',
        asset_ttl_hours: 24,
        cache_limit_bytes: 1,
        register_foreign_outputs: false,
        publish_root: '',
        import_dir: '',
        comfyui_output_root: '',
        input_dirs: [],
        disabled_tools: [],
        has_token: false,
        comfyui_header_names: [],
      },
      sources: {},
      fixed_by: {},
      workflow_dir: '',
      data_dir: '',
      config_file: '',
    },
    notices: [],
    ...values,
  };
}
