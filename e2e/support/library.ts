/** A library with files that no engine would make, written before the application starts: the demo engine "made" them. */
import fs from 'node:fs';
import path from 'node:path';
import { openRegistry } from '../../src/main/registry/index.js';
import { silentLogger, systemClock } from '../../src/main/system.js';
import type { Parameters } from '../../src/shared/asset.js';
import type { Graph } from '../../src/shared/workflow.js';

/** A job of the demo engine that has ended. */
export interface MadeJob {
  prompt_id: string;
  /** What it made, by file name. */
  files: Record<string, Uint8Array>;
  parameters?: Parameters;
  graph?: Graph;
  client_name?: string | null;
  session_id?: string | null;
  parent_asset_id?: string | null;
  /** Milliseconds since the epoch; now when absent. */
  finished_ms?: number;
}

/** Registers files of the demo engine's output folder, one job each, the last one newest; `parameters` by file name. */
export function fillLibrary(
  dataDir: string,
  files: Record<string, Uint8Array>,
  parameters: Record<string, Parameters> = {},
): void {
  const jobs = Object.entries(files).map(([filename, bytes], at) => ({
    prompt_id: `00000000-0000-4000-8000-${String(at + 1).padStart(12, '0')}`,
    files: { [filename]: bytes },
    parameters: parameters[filename] ?? {},
  }));
  makeLibrary(dataDir, () => jobs);
}

/** Registers jobs with what they made. Each may name an asset of an earlier one: `made` answers their ids in order. */
export function makeLibrary(dataDir: string, jobs: (made: (prompt_id: string) => string[]) => Iterable<MadeJob>): void {
  const folder = path.join(dataDir, 'demo', 'output');
  fs.mkdirSync(folder, { recursive: true });
  const registry = openRegistry({
    file: path.join(dataDir, 'library.db'),
    emit() {},
    clock: systemClock,
    logger: silentLogger,
    assetTtlHours: () => 0,
  });
  const made = new Map<string, string[]>();
  for (const job of jobs((prompt_id) => made.get(prompt_id) ?? [])) {
    const { prompt_id, files, finished_ms = Date.now() } = job;
    if (job.session_id != null) {
      const client = { client_name: job.client_name ?? null, client_version: '1.4.2' };
      registry.sessions.touch({ session_id: job.session_id, kind: 'explicit', ...client });
    }
    registry.jobs.insert({
      prompt_id,
      backend: 'demo',
      created_ms: finished_ms - 11_400,
      workflow_id: null,
      tool: job.client_name == null ? null : 'generate_image',
      title: Object.keys(files)[0] ?? prompt_id,
      session_id: job.session_id ?? null,
      client_name: job.client_name ?? null,
      client_version: null,
      parameters: job.parameters ?? {},
      parent_asset_id: job.parent_asset_id ?? null,
      graph: job.graph ?? {},
      demo: true,
    });
    for (const [filename, bytes] of Object.entries(files)) fs.writeFileSync(path.join(folder, filename), bytes);
    const outputs = Object.keys(files).map((filename) => ({
      filename,
      subfolder: '',
      folder_type: 'output' as const,
      node_id: '9',
      animated: false,
      cached: false,
    }));
    const end = { status: 'completed' as const, error: null, outputs, history: null, started_ms: null, finished_ms };
    const ended = registry.jobs.finish(prompt_id, end);
    made.set(prompt_id, ended?.assets.map(({ asset_id }) => asset_id) ?? []);
  }
  registry.close();
}
