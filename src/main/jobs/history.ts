/** The engine's own history: what it tells of ended prompts is registered, one by one or all of it. */
import { titleOf } from '../../shared/asset.js';
import { graphParameters } from '../../shared/graph-params.js';
import type { JobStore } from '../ports.js';
import { endingOf } from './endings.js';
import type { EndedPrompt, EngineLink } from './ports.js';

/** Entries asked for at once: each brings its whole graph. */
const pageEntries = 50;
/** ComfyUI keeps no more. */
const mostEntries = 10_000;

/** Registers a prompt that the library does not know, with what it made. Answers the number of its assets. */
export function recordEnded(store: JobStore, backend: string, prompt: EndedPrompt): number {
  const { remoteId, jobId, graph, outcome } = prompt;
  const began = outcome.started_ms ?? outcome.finished_ms;
  const parameters = graphParameters(graph);
  // One of ours that a damaged library lost comes back under the id that agents know.
  const prompt_id = jobId ?? remoteId;
  store.insert({
    prompt_id,
    backend,
    ...(began === null ? {} : { created_ms: began }),
    workflow_id: null,
    tool: null,
    title: titleOf(parameters, 'From ComfyUI'),
    session_id: null,
    client_name: 'ComfyUI',
    client_version: null,
    parameters,
    parent_asset_id: null,
    graph,
    demo: backend === 'demo',
  });
  store.update(prompt_id, { remote_id: remoteId, ...(began === null ? {} : { submitted_ms: began }) });
  const end = endingOf(outcome, store.get(prompt_id)?.created_ms ?? 0);
  return store.finish(prompt_id, end)?.assets.length ?? 0;
}

/**
 * Registers everything of the history that made something and that the library does not know; again is fine. Throws what
 * reading the history threw: what was registered until then stays.
 */
export async function importHistory(
  store: JobStore,
  at: EngineLink,
  signal?: AbortSignal,
): Promise<{ jobs: number; assets: number; prompt_ids: string[] }> {
  const imported = { jobs: 0, assets: 0, prompt_ids: [] as string[] };
  let first: string | undefined;
  for (let offset = 0; offset < mostEntries; offset += pageEntries) {
    signal?.throwIfAborted();
    const page = await at.history(offset, pageEntries);
    // Servers before 2023-11 answer everything, whatever was asked for.
    if (page[0] === undefined || page[0].remoteId === first) break;
    first = page[0].remoteId;
    for (const prompt of page) {
      if (prompt.outcome.outputs.length === 0 || isKnown(store, prompt)) continue;
      imported.assets += recordEnded(store, at.backend, prompt);
      imported.jobs += 1;
      imported.prompt_ids.push(prompt.jobId ?? prompt.remoteId);
    }
    if (page.length !== pageEntries) break;
  }
  return imported;
}

function isKnown(store: JobStore, { jobId, remoteId }: EndedPrompt): boolean {
  return [jobId ?? remoteId, remoteId].some((id) => store.get(id) !== undefined);
}
