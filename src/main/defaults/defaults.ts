/**
 * Defaults of generations in their tiers: set while we run, config file, environment, built in. The strongest tier that
 * has a value gives it, and every value knows its tier.
 */
import { z } from 'zod';
import { isRecord } from '../../shared/config-text.js';
import type { ChangeAuthor, DefaultChange } from '../../shared/default-changes.js';
import { builtInDefaults, type DefaultTier, defaultTiers, wellKnownParams } from '../../shared/defaults.js';
import { AppError, type ErrorValue, toErrorValue } from '../../shared/errors.js';
import { coerceParam, isSeedName, type ParamValue, paramValueSchema } from '../../shared/params.js';
import { type Namespace, namespaces } from '../../shared/workflow.js';
import { createJsonStore, type JsonStore } from '../json-store.js';
import type { Logger } from '../ports.js';
import { type ChangeLog, type NewChange, type OwnValues, sameOwn, toChange } from './changes.js';
import { restoredBy } from './undo.js';

export interface ResolvedDefault {
  value: ParamValue;
  source: DefaultTier;
}

/** A name's value in effect, and what each tier says; tiers without a value are absent. */
export interface DefaultEntry extends ResolvedDefault {
  tiers: Partial<Record<DefaultTier, ParamValue>>;
}

/** Values by name; null takes a name's value away, so that the next tier counts. */
export type DefaultChanges = Readonly<Record<string, ParamValue | null>>;

export interface DefaultsSet {
  values: Partial<Record<Namespace, DefaultChanges>>;
  /** By namespace, the names that the validator had to let pass. */
  unchecked: Partial<Record<Namespace, string[]>>;
}

/** The config file as it stands. */
export interface ConfigFileState {
  /** Undefined when there is none to use at all. */
  path: string | undefined;
  /** Why it is not used, or no longer read: the values before stay in effect. */
  fault: ErrorValue | null;
  /** It was broken at the start: it is read again only by the next one. */
  unread: boolean;
}

export interface SetOptions {
  persist?: boolean;
  /** Who asks, for the log of changes. */
  by?: ChangeAuthor;
}

export interface Defaults {
  resolve(namespace: Namespace, name: string): ResolvedDefault | undefined;
  /** Every name that any tier has a value for. */
  all(namespace: Namespace): Record<string, DefaultEntry>;
  /**
   * Sets values for everyone: until the program ends or, with `persist`, in the config file (unknown keys there survive).
   * Resolves with what was set, in the types it has, and with what could not be checked.
   *
   * @throws AppError VALIDATION_ERROR or INVALID_VALUE for values of the wrong kind, what the validator throws, and
   * CONFIG_INVALID when the file can't be written; then nothing has changed in any namespace.
   */
  set(changes: Partial<Record<Namespace, DefaultChanges>>, options?: SetOptions): Promise<DefaultsSet>;
  /**
   * Checks one value as `set` would, and changes nothing. Answers the value in its type, and whether the engine could
   * be asked. Lists of the engine that are a few seconds old are believed, as people type faster than models come.
   *
   * @throws AppError as `set`.
   */
  check(namespace: Namespace, name: string, value: ParamValue): Promise<{ value: ParamValue; unchecked: boolean }>;
  /** The latest changes, newest first. */
  changes(): DefaultChange[];
  /**
   * Takes changes back, all or none: each tier holds again what it held. One that was taken back is left as it is.
   * Answers how many were taken back now.
   *
   * @throws AppError NOT_FOUND for a change the log has not, NOT_SUPPORTED when the value was changed since, and
   * CONFIG_INVALID when the file can't be written.
   */
  undo(changeIds: readonly string[]): number;
  config(): ConfigFileState;
  /** The config file; undefined when there is none to use. */
  readonly configFile: string | undefined;
}

export type ValidateDefaults = (
  namespace: Namespace,
  values: Readonly<Record<string, ParamValue>>,
  options?: { olderThanMs?: number },
) => Promise<readonly string[]>;

/** What one call or one undo did. */
export interface DefaultsChanged {
  namespaces: readonly Namespace[];
  changes: readonly DefaultChange[];
}

export interface DefaultsOptions {
  /** Undefined: no config file is used. */
  configFile: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
  /** A config file that was broken at the start and is not used: told, and never written. */
  broken?: { path: string | undefined; fault: ErrorValue };
  logger: Logger;
  log: ChangeLog;
  onChange: (changed: DefaultsChanged) => void;
  /** Refuses values that the engine has not; answers the names it could not check. Nulls are left out. */
  validate?: ValidateDefaults;
}

/** Source: the seed project's README. */
export const modelVariables: Readonly<Record<Namespace, string>> = {
  image: 'COMFY_MCP_DEFAULT_IMAGE_MODEL',
  audio: 'COMFY_MCP_DEFAULT_AUDIO_MODEL',
  video: 'COMFY_MCP_DEFAULT_VIDEO_MODEL',
};

type Tier = Record<Namespace, ReadonlyMap<string, ParamValue>>;

/** Milliseconds that lists of the engine are believed while somebody types. */
const typingMs = 5000;

const nobody: ChangeAuthor = { kind: 'agent', name: null, session_id: null };

const namePattern = /^[a-z0-9_]{1,64}$/;

/** @throws AppError CONFIG_INVALID, one sentence with the place, when the config file is broken. */
export function createDefaults(options: DefaultsOptions): Defaults {
  const { configFile, env, broken, logger, log, onChange, validate } = options;
  const store = configFile === undefined ? undefined : createJsonStore(configFile, { what: 'The config file' });
  const runtime = eachNamespace(() => new Map<string, ParamValue>());
  const fixed: Record<'environment' | 'built-in', Tier> = {
    environment: eachNamespace((namespace) => {
      const model = env[modelVariables[namespace]]?.trim();
      return new Map(model ? [['model', model]] : []);
    }),
    'built-in': eachNamespace((namespace) => new Map(Object.entries(builtInDefaults[namespace]))),
  };
  let config = readConfig(store);
  let stamp = store?.stamp();
  let fault: ErrorValue | null = broken?.fault ?? null;

  /** People edit the file while we run. A version that is broken does not count; the one before stays in effect. */
  const currentConfig = (): Tier => {
    const now = store?.stamp();
    if (now === stamp) return config;
    stamp = now;
    try {
      config = readConfig(store);
      fault = null;
    } catch (error) {
      fault = toErrorValue(error);
      logger.warn('the config file can no longer be used; its values before are kept', { error });
    }
    return config;
  };

  const tiersOf = (namespace: Namespace): Record<DefaultTier, ReadonlyMap<string, ParamValue>> => ({
    runtime: runtime[namespace],
    config: currentConfig()[namespace],
    environment: fixed.environment[namespace],
    'built-in': fixed['built-in'][namespace],
  });

  const entryOf = (tiers: ReturnType<typeof tiersOf>, name: string): DefaultEntry | undefined => {
    const values: DefaultEntry['tiers'] = {};
    for (const tier of defaultTiers) {
      const value = tiers[tier].get(name);
      if (value !== undefined) values[tier] = value;
    }
    const source = defaultTiers.find((tier) => values[tier] !== undefined);
    const value = source === undefined ? undefined : values[source];
    return source === undefined || value === undefined ? undefined : { value, source, tiers: values };
  };

  const ownOf = (namespace: Namespace, name: string): OwnValues => ({
    runtime: runtime[namespace].get(name) ?? null,
    config: currentConfig()[namespace].get(name) ?? null,
  });
  const effectOf = (namespace: Namespace, name: string): ResolvedDefault | null => {
    const entry = entryOf(tiersOf(namespace), name);
    return entry === undefined ? null : { value: entry.value, source: entry.source };
  };

  const writeConfig = (changes: readonly NamespaceChange[]) => {
    if (store === undefined) {
      throw new AppError('CONFIG_INVALID', 'There is no config file to keep defaults in.', {
        hint: 'Mend the config file and start again, or leave out persist.',
      });
    }
    store.update((object) =>
      changes.reduce((next, { namespace, values }) => withDefaults(next, namespace, values), object),
    );
    config = readConfig(store);
    stamp = store.stamp();
    fault = null;
  };
  const writeRuntime = (namespace: Namespace, name: string, value: ParamValue | null) => {
    if (value === null) runtime[namespace].delete(name);
    else runtime[namespace].set(name, value);
  };

  const validated = async (changes: readonly NamespaceChange[]): Promise<DefaultsSet['unchecked']> => {
    const unchecked: DefaultsSet['unchecked'] = {};
    for (const { namespace, values } of changes) {
      const names = await validate?.(namespace, Object.fromEntries(values.filter(isGiven)));
      if (names !== undefined && names.length > 0) unchecked[namespace] = [...names];
    }
    return unchecked;
  };

  /** Notes what `write` changes about these values. The engine was asked before: nothing may come in between here. */
  const logged = (changes: readonly NamespaceChange[], by: ChangeAuthor, write: () => void): DefaultChange[] => {
    const look = () =>
      changes.flatMap(({ namespace, values }) =>
        values.map(([name]) => ({ namespace, name, own: ownOf(namespace, name), effect: effectOf(namespace, name) })),
      );
    const before = look();
    write();
    const made = look().flatMap(({ namespace, name, own, effect }, at): NewChange[] => {
      const was = before[at];
      if (was === undefined || sameOwn(was.own, own)) return [];
      return [{ by, namespace, name, before: was.effect, after: effect, own: { before: was.own, after: own } }];
    });
    return log.add(made).map((record) => toChange(record, true));
  };

  return {
    configFile,
    resolve(namespace, name) {
      const entry = entryOf(tiersOf(namespace), name);
      return entry && { value: entry.value, source: entry.source };
    },
    all(namespace) {
      const tiers = tiersOf(namespace);
      const names = new Set(defaultTiers.toReversed().flatMap((tier) => [...tiers[tier].keys()]));
      return Object.fromEntries(
        [...names].flatMap((name) => {
          const entry = entryOf(tiers, name);
          return entry === undefined ? [] : [[name, entry]];
        }),
      );
    },
    async set(changes, { persist = false, by = nobody } = {}) {
      const checked = namespaces.flatMap((namespace) => {
        const given = changes[namespace];
        return given === undefined ? [] : [{ namespace, values: checkValues(given) }];
      });
      const unchecked = await validated(checked);
      const made = logged(checked, by, () => {
        if (persist) writeConfig(checked);
        for (const { namespace, values } of checked) {
          // What the file keeps counts from there, so that a later edit of the file is seen.
          for (const [name, value] of values) writeRuntime(namespace, name, persist ? null : value);
        }
      });
      onChange({ namespaces: checked.map(({ namespace }) => namespace), changes: made });
      const values = Object.fromEntries(checked.map((one) => [one.namespace, Object.fromEntries(one.values)]));
      return { values, unchecked };
    },
    async check(namespace, name, given) {
      const value = checkValue(name, given);
      const unchecked = await validate?.(namespace, { [name]: value }, { olderThanMs: typingMs });
      return { value, unchecked: unchecked?.includes(name) ?? false };
    },
    changes: () =>
      log
        .all()
        .map((record) =>
          toChange(record, !record.undone && sameOwn(ownOf(record.namespace, record.name), record.own.after)),
        ),
    undo(changeIds) {
      const { records, restored } = restoredBy(changeIds, { log, ownOf });
      const inFile = restored.filter(({ namespace, name, own }) => own.config !== ownOf(namespace, name).config);
      if (inFile.length > 0) {
        writeConfig(inFile.map(({ namespace, name, own }) => ({ namespace, values: [[name, own.config]] as const })));
      }
      for (const { namespace, name, own } of restored) writeRuntime(namespace, name, own.runtime);
      log.markUndone(new Set(records.map(({ change_id }) => change_id)));
      const changes = records.map((record) => toChange({ ...record, undone: true }, false));
      if (changes.length > 0) {
        onChange({ namespaces: [...new Set(restored.map(({ namespace }) => namespace))], changes });
      }
      return changes.length;
    },
    config() {
      currentConfig();
      return { path: configFile ?? broken?.path, fault, unread: broken !== undefined };
    },
  };
}

interface NamespaceChange {
  namespace: Namespace;
  values: readonly Change[];
}

type Change = readonly [name: string, value: ParamValue | null];

function checkValues(changes: DefaultChanges): Change[] {
  return Object.entries(changes).map(([name, value]) => [name, value === null ? null : checkValue(name, value)]);
}

function isGiven(change: Change): change is readonly [string, ParamValue] {
  return change[1] !== null;
}

const configSchema = z.looseObject({
  defaults: z
    .looseObject(
      Object.fromEntries(namespaces.map((name) => [name, z.record(z.string(), z.unknown()).optional()])) as Record<
        Namespace,
        z.ZodOptional<z.ZodRecord<z.ZodString, z.ZodUnknown>>
      >,
    )
    .optional(),
});

/** The seed project's file: `{"defaults": {"image": {"width": 1024}}}`. A null there means no value. */
function readConfig(store: JsonStore | undefined): Tier {
  const parsed = configSchema.safeParse(store?.read() ?? {});
  if (!parsed.success) throw misshapen(store, parsed.error.issues[0]);
  return eachNamespace((namespace) => {
    const values = new Map<string, ParamValue>();
    for (const [name, value] of Object.entries(parsed.data.defaults?.[namespace] ?? {})) {
      if (value === null) continue;
      const checked = paramValueSchema.safeParse(value);
      if (!checked.success) {
        throw misshapen(store, {
          path: ['defaults', namespace, name],
          message: 'must be a text, a number or true or false',
        });
      }
      values.set(name, checked.data);
    }
    return values;
  });
}

function misshapen(
  store: JsonStore | undefined,
  issue: { path: readonly PropertyKey[]; message: string } | undefined,
): AppError {
  const key = issue?.path.map(String).join('.') ?? '';
  return new AppError('CONFIG_INVALID', `The config file ${store?.path} is not usable: ${key}: ${issue?.message}.`, {
    hint: 'Correct the file, or move it away to start afresh.',
    details: { file: store?.path, key },
  });
}

function withDefaults(
  object: Record<string, unknown>,
  namespace: Namespace,
  changes: readonly Change[],
): Record<string, unknown> {
  const defaults = isRecord(object.defaults) ? object.defaults : {};
  const before = isRecord(defaults[namespace]) ? defaults[namespace] : {};
  const taken = new Set(changes.filter(([, value]) => value === null).map(([name]) => name));
  const after = { ...before, ...Object.fromEntries(changes) };
  const kept = Object.fromEntries(Object.entries(after).filter(([name]) => !taken.has(name)));
  return { ...object, defaults: { ...defaults, [namespace]: kept } };
}

/** Well-known names have a type; any other name may be a parameter of the person's own workflows. */
function checkValue(name: string, value: ParamValue): ParamValue {
  if (!namePattern.test(name)) {
    throw new AppError('VALIDATION_ERROR', `"${name}" is no name of a parameter.`, {
      hint: 'Names have lower-case letters, digits and _ only, at most 64.',
      details: { name },
    });
  }
  const known = wellKnownParams.get(name);
  if (known === undefined) return value;
  return coerceParam({ name, required: false, targets: [], ...known, ...(isSeedName(name) ? { min: -1 } : {}) }, value);
}

function eachNamespace<T>(make: (namespace: Namespace) => T): Record<Namespace, T> {
  return { image: make('image'), audio: make('audio'), video: make('video') };
}
