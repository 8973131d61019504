/** Defaults of generations: reading them with their tiers, and setting them for everyone. */
import type { CallContext, Handlers } from '../../shared/contract.js';
import type { ChangeAuthor } from '../../shared/default-changes.js';
import { wellKnownParams } from '../../shared/defaults.js';
import { AppError } from '../../shared/errors.js';
import { nearest } from '../../shared/nearest.js';
import { type Namespace, namespaces } from '../../shared/workflow.js';
import type { DefaultEntry } from '../defaults/index.js';
import { defaultDetails } from './default-details.js';
import type { Rooms } from './rooms.js';

export type DefaultHandlers = Pick<
  Handlers,
  | 'get_defaults'
  | 'set_defaults'
  | 'get_default_details'
  | 'check_default'
  | 'get_default_changes'
  | 'undo_default_change'
>;

export function createDefaultHandlers(rooms: Rooms): DefaultHandlers {
  const { defaults, library } = rooms;
  /** A name that nothing asks for is kept, since a workflow may come that does; but it may be a slip. */
  const unused = (namespace: Namespace) => (name: string) => {
    if (wellKnownParams.has(name) || library.paramsOf(namespace, name).length > 0) return [];
    const known = library.list().flatMap((workflow) => (workflow.namespace === namespace ? workflow.params : []));
    const close = nearest(name, [...new Set([...wellKnownParams.keys(), ...known.map((param) => param.name)])], 1);
    const meant = close[0] === undefined ? '' : ` Did you mean ${close[0]}?`;
    return [`${namespace}.${name} is set, but no ${namespace} workflow has a parameter of this name.${meant}`];
  };
  const read = <T>(pick: (entry: DefaultEntry) => T): Record<Namespace, Record<string, T>> => {
    const of = (namespace: Namespace) =>
      Object.fromEntries(Object.entries(defaults.all(namespace)).map(([name, entry]) => [name, pick(entry)]));
    return { image: of('image'), audio: of('audio'), video: of('video') };
  };
  return {
    get_defaults: async ({ with_sources = false }) => ({
      ...read(({ value }) => value),
      ...(with_sources ? { sources: read(({ source }) => source) } : {}),
    }),

    async set_defaults({ persist = false, ...changes }, context) {
      const given = namespaces.filter((namespace) => Object.keys(changes[namespace] ?? {}).length > 0);
      if (given.length === 0) {
        throw new AppError('VALIDATION_ERROR', 'set_defaults needs values for image, audio or video.', {
          hint: 'For example {"image": {"width": 1024, "height": 1024}}; null takes a value away.',
        });
      }
      const set = await defaults.set(Object.fromEntries(given.map((namespace) => [namespace, changes[namespace]])), {
        persist,
        by: authorOf(context),
      });
      const unchecked = namespaces.flatMap((name) => set.unchecked[name]?.map((param) => `${name}.${param}`) ?? []);
      return {
        success: true as const,
        updated: Object.fromEntries(
          Object.entries(set.values).map(([namespace, updated]) => [namespace, { success: true as const, updated }]),
        ),
        persisted: persist,
        ...(persist && defaults.configFile !== undefined ? { config_file: defaults.configFile } : {}),
        warnings: [
          ...(unchecked.length === 0
            ? []
            : [`Set, but not checked against ComfyUI, which could not be asked: ${unchecked.join(', ')}.`]),
          ...given.flatMap((namespace) => Object.keys(set.values[namespace] ?? {}).flatMap(unused(namespace))),
        ],
      };
    },

    get_default_details: ({ fresh }) => defaultDetails(rooms, { fresh }),

    async check_default({ namespace, name, value }) {
      try {
        const { unchecked } = await defaults.check(namespace, name, value);
        return { error: null, unchecked };
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { error: error.toValue(), unchecked: false };
      }
    },

    get_default_changes: async () => ({ changes: defaults.changes() }),

    async undo_default_change({ change_ids }) {
      return { undone: defaults.undo(change_ids) };
    },
  };
}

/** The window is the person at the desk; whoever comes through the endpoint is an agent, by the name it gave. */
function authorOf({ door, client, sessionId }: CallContext): ChangeAuthor {
  if (door === 'ipc') return { kind: 'person', name: null, session_id: null };
  return { kind: 'agent', name: client?.name ?? null, session_id: sessionId ?? null };
}
