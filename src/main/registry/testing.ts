/** What the tests of this room share: a registry on a real file, a clock that stands still, and plain jobs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppEventBody } from '../../shared/events.js';
import type { Clock, JobEnd, NewAsset, NewJob } from '../ports.js';
import { silentLogger } from '../system.js';
import { openRegistry, type Registry, type RegistryOptions } from './registry.js';

/** A clock that moves only when told. */
export interface TestClock extends Clock {
  time: number;
}

export function createTestClock(time = Date.UTC(2025, 0, 1)): TestClock {
  return {
    time,
    now() {
      return this.time;
    },
    monotonic() {
      return this.time;
    },
    async sleep() {},
  };
}

export interface Bench {
  dir: string;
  file: string;
  clock: TestClock;
  events: AppEventBody[];
  /** Opens the registry, closing the one before. */
  open(options?: Partial<RegistryOptions>): Registry;
  dispose(): void;
}

export function createBench(): Bench {
  const dir = mkdtempSync(join(tmpdir(), 'registry-'));
  const file = join(dir, 'library.db');
  const clock = createTestClock();
  const events: AppEventBody[] = [];
  let registry: Registry | undefined;
  return {
    dir,
    file,
    clock,
    events,
    open(options = {}) {
      registry?.close();
      const emit = (event: AppEventBody) => void events.push(event);
      registry = openRegistry({ file, emit, clock, logger: silentLogger, assetTtlHours: () => 24, ...options });
      return registry;
    },
    dispose() {
      registry?.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function newJob(prompt_id: string, more: Partial<NewJob> = {}): NewJob {
  return {
    prompt_id,
    backend: 'demo',
    workflow_id: 'generate_image',
    tool: 'generate_image',
    title: 'a fox',
    session_id: 's1',
    client_name: 'agent',
    client_version: '1.0',
    parameters: { prompt: 'a fox', seed: Number.MAX_SAFE_INTEGER, cfg: 7.5 },
    parent_asset_id: null,
    graph: { '3': { class_type: 'KSampler', inputs: { seed: 1, model: ['4', 0] }, _meta: { title: 'Sampler' } } },
    demo: true,
    ...more,
  };
}

export function output(filename: string, more: Partial<NewAsset> = {}): NewAsset {
  return { filename, subfolder: '', folder_type: 'output', node_id: '9', animated: false, cached: false, ...more };
}

export function completed(outputs: NewAsset[], more: Partial<JobEnd> = {}): JobEnd {
  return {
    status: 'completed',
    error: null,
    outputs,
    history: { status: { status_str: 'success' } },
    started_ms: null,
    finished_ms: Date.UTC(2025, 0, 1),
    ...more,
  };
}
