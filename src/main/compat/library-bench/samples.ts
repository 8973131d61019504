/** What is written while it is measured. */
import { randomUUID } from 'node:crypto';
import type { JobEnd, NewAsset, NewJob } from '../../ports.js';
import { type FoundFile, packDocument } from '../../registry/index.js';
import { createPrompts, createRandom } from './words.js';

const prompts = createPrompts(99);
const random = createRandom(99);

export function newJob(prompt_id: string): NewJob {
  const prompt = prompts.prompt(random);
  return {
    prompt_id,
    backend: 'bench',
    workflow_id: 'generate_image',
    tool: 'generate_image',
    title: prompt.slice(0, 200),
    session_id: 'bench',
    client_name: 'bench',
    client_version: '1',
    parameters: { prompt, negative_prompt: prompts.negative(random), seed: 7, model: 'flux-0.safetensors' },
    parent_asset_id: null,
    graph: { '6': { class_type: 'CLIPTextEncode', inputs: { text: prompt } } },
    demo: false,
  };
}

export function output(filename: string): NewAsset {
  return { filename, subfolder: '', folder_type: 'output', node_id: '9', animated: false, cached: false };
}

export function completed(outputs: NewAsset[]): JobEnd {
  return {
    status: 'completed',
    error: null,
    outputs,
    history: { status: { status_str: 'success' } },
    started_ms: null,
    finished_ms: Date.now(),
  };
}

export function foundFile(path: string): FoundFile {
  const prompt = prompts.prompt(random);
  return {
    path,
    bytes_size: 1_000_000,
    modified_ms: Date.now() - 1_000_000_000,
    sample_hash: randomUUID(),
    width: 1024,
    height: 1024,
    duration_seconds: null,
    animated: false,
    parameters: { prompt, seed: 7, model: 'flux-0.safetensors' },
    graph: { packed: packDocument({ prompt }), hash: randomUUID() },
    workflow: null,
    same_as: null,
  };
}
