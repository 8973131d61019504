/** `progress_state` and `progress`: how far each node of the running prompt is. */
import { PyFloat, RawJson, stringifyPythonJson } from './json.js';
import type { Profile } from './profiles.js';
import type { EventSink } from './sockets.js';

interface NodeProgress {
  value: number | PyFloat;
  max: number | PyFloat;
  state: 'running' | 'finished';
}

/** A state, and its text: each event repeats all nodes, so what hasn't changed is printed once only. */
interface Told {
  max: number | PyFloat;
  json: RawJson;
}

export interface Progress {
  start(nodeId: string): void;
  step(nodeId: string, value: number, max: number, preview: Uint8Array | undefined): void;
  finish(nodeId: string): void;
}

/** A node that counts no steps goes from 0.0 to 1.0; one that does has whole numbers; a cached one is 1 of 1. */
export function createProgress(promptId: string, profile: Profile, sink: EventSink): Progress {
  const states = new Map<string, Told>();

  const send = (nodeId: string, state: NodeProgress) => {
    if (!profile.featureFlags) return;
    const json = new RawJson(stringifyPythonJson({ ...state, ...identity(nodeId) }));
    states.set(nodeId, { max: state.max, json });
    const nodes = new Map([...states].map(([id, told]) => [id, told.json]));
    sink.toSubmitterOrAll('progress_state', { prompt_id: promptId, nodes });
  };
  const identity = (nodeId: string) => ({
    node_id: nodeId,
    prompt_id: promptId,
    display_node_id: nodeId,
    parent_node_id: null,
    real_node_id: nodeId,
  });

  return {
    start(nodeId) {
      send(nodeId, { value: new PyFloat(0), max: new PyFloat(1), state: 'running' });
    },
    step(nodeId, value, max, preview) {
      send(nodeId, { value, max, state: 'running' });
      const withMetadata = preview !== undefined && sink.wantsPreviewMetadata();
      if (preview && withMetadata) sink.previewWithMetadata(identity(nodeId), preview);
      const place = profile.featureFlags ? { prompt_id: promptId, node: nodeId } : {};
      sink.toSubmitterOrAll('progress', { value, max, ...place });
      if (preview && !withMetadata) sink.preview(preview);
    },
    finish(nodeId) {
      const max = states.get(nodeId)?.max ?? 1;
      send(nodeId, { value: max, max, state: 'finished' });
    },
  };
}
