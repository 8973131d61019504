/** Which resources an event changes, told to clients at most every quarter of a second. */
import type { OperationOutput } from '../../shared/contract.js';
import type { AppEvent } from '../../shared/events.js';
import type { Clock, Logger } from '../ports.js';
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
  logger,
}: {
  listen: (listener: (event: AppEvent) => void) => () => void;
  /** All there are now. */
  workflows: () => Promise<OperationOutput<'list_workflows'>>;
  onChange: (changes: Changes) => void;
  clock: Clock;
  logger: Logger;
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

  let known: Map<string, string> | undefined;
  const readWorkflows = async () =>
    new Map((await workflows()).workflows.map(({ id, hash, updated_at }) => [id, `${hash} ${updated_at}`]));
  /** One look after the other, so that each compares with the one before. */
  let looking = readWorkflows().then((first) => {
    known = first;
  });
  looking = looking.catch((error: unknown) => logger.debug('Workflows could not be read', { error }));
  const lookAtWorkflows = async () => {
    const now = await readWorkflows();
    const before = known ?? new Map<string, string>();
    known = now;
    const ids = [...new Set([...before.keys(), ...now.keys()])].filter((id) => before.get(id) !== now.get(id));
    const cameOrWent = ids.some((id) => !before.has(id) || !now.has(id));
    if (ids.length > 0)
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
        looking = looking
          .then(lookAtWorkflows)
          .catch((error: unknown) => logger.debug('Workflows could not be compared', { error }));
        return;
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
