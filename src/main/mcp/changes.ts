/** Which resources an event changes, told to clients at most every quarter of a second. */
import type { AppEvent } from '../../shared/events.js';
import type { Workflow } from '../../shared/workflow.js';
import type { Clock } from '../ports.js';
import { uriOf } from './uris.js';

export interface Changes {
  /** Addresses whose content is another now. */
  uris: readonly string[];
  /** Some came or went. */
  list: boolean;
}

export interface ChangeWatch {
  dispose(): void;
}

/** Milliseconds within which several changes are told as one: a running job reports every step. */
const tellWithin = 250;
/** Of more changes at once than this only the list is told: clients read it anew. */
const maxUris = 2000;

/** @param onChange gets what changed since it was called last */
export function watchResources({
  listen,
  workflows,
  onChange,
  clock,
}: {
  listen: (listener: (event: AppEvent) => void) => () => void;
  /** All there are now. */
  workflows: () => readonly Pick<Workflow, 'id' | 'hash' | 'updated_at'>[];
  onChange: (changes: Changes) => void;
  clock: Clock;
}): ChangeWatch {
  const stopped = new AbortController();
  const uris = new Set<string>();
  let list = false;
  let telling = false;

  const tell = () => {
    if (telling || stopped.signal.aborted) return;
    telling = true;
    clock.sleep(tellWithin, stopped.signal).then(
      () => {
        const changes = { uris: uris.size > maxUris ? [] : [...uris], list };
        telling = false;
        list = false;
        uris.clear();
        onChange(changes);
      },
      () => undefined, // disposed
    );
  };
  const changed = (names: readonly string[], listed: boolean) => {
    for (const name of names) uris.add(name);
    list ||= listed;
    tell();
  };

  const readWorkflows = () => new Map(workflows().map(({ id, hash, updated_at }) => [id, `${hash} ${updated_at}`]));
  let known = readWorkflows();
  const lookAtWorkflows = () => {
    const before = known;
    known = readWorkflows();
    const ids = [...new Set([...before.keys(), ...known.keys()])].filter((id) => before.get(id) !== known.get(id));
    if (ids.length === 0) return;
    const cameOrWent = ids.some((id) => !before.has(id) || !known.has(id));
    changed(
      ids.map((id) => uriOf({ kind: 'workflow', id })),
      cameOrWent,
    );
  };

  const unlisten = listen((event) => {
    switch (event.type) {
      case 'asset.added':
        return changed([], true);
      case 'asset.updated':
        return changed(assetUris(event.asset.asset_id), false);
      case 'asset.removed':
        return changed(assetUris(event.asset_id), true);
      case 'library.changed':
        return changed([], true);
      case 'job.changed':
        return changed([uriOf({ kind: 'job', id: event.job.prompt_id })], false);
      case 'job.progress':
        return changed([uriOf({ kind: 'job', id: event.prompt_id })], false);
      case 'workflows.changed':
        return lookAtWorkflows();
    }
  });
  return {
    dispose() {
      unlisten();
      stopped.abort(new Error('The endpoint has stopped.'));
    },
  };
}

/** Its file never changes; that it is there, how it looks small, and what is known of it may. */
function assetUris(id: string): string[] {
  return (['asset', 'thumbnail', 'provenance'] as const).map((kind) => uriOf({ kind, id }));
}
