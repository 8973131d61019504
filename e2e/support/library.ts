/** A library with files that no engine would make, written before the application starts: the demo engine "made" them. */
import fs from 'node:fs';
import path from 'node:path';
import { openRegistry } from '../../src/main/registry/index.js';
import { silentLogger, systemClock } from '../../src/main/system.js';
import type { Parameters } from '../../src/shared/asset.js';

/** Registers files of the demo engine's output folder, the last one newest; `parameters` by the files' names. */
export function fillLibrary(
  dataDir: string,
  files: Record<string, Uint8Array>,
  parameters: Record<string, Parameters> = {},
): void {
  const folder = path.join(dataDir, 'demo', 'output');
  fs.mkdirSync(folder, { recursive: true });
  const registry = openRegistry({
    file: path.join(dataDir, 'library.db'),
    emit() {},
    clock: systemClock,
    logger: silentLogger,
    assetTtlHours: () => 0,
  });
  let count = 0;
  for (const [filename, bytes] of Object.entries(files)) {
    fs.writeFileSync(path.join(folder, filename), bytes);
    count += 1;
    const prompt_id = `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
    registry.jobs.insert({
      prompt_id,
      backend: 'demo',
      workflow_id: null,
      tool: null,
      title: filename,
      session_id: null,
      client_name: null,
      client_version: null,
      parameters: parameters[filename] ?? {},
      parent_asset_id: null,
      graph: {},
      demo: true,
    });
    const output = {
      filename,
      subfolder: '',
      folder_type: 'output' as const,
      node_id: '9',
      animated: false,
      cached: false,
    };
    registry.jobs.finish(prompt_id, {
      status: 'completed',
      error: null,
      outputs: [output],
      history: null,
      started_ms: null,
      finished_ms: Date.now(),
    });
  }
  registry.close();
}
