/**
 * Settings of the program, for the desktop and the headless program alike: command line, environment, settings file,
 * built in; the first that has a value gives it.
 */
import { existsSync, renameSync } from 'node:fs';
import { AppError } from '../shared/errors.js';
import {
  builtInSettings,
  type SettingName,
  type SettingSource,
  type Settings,
  type SettingsView,
  settingsSchema,
} from '../shared/settings.js';
import { createJsonStore, type JsonStore } from './json-store.js';
import type { LogLevel } from './ports.js';
import {
  type Arguments,
  type GivenValue,
  parseArguments,
  readEnvironment,
  type TaskKind,
} from './settings/arguments.js';
import { noteLibrary, readLocation } from './settings/location.js';
import { absolutePath, applicationDataDir, defaultConfigFile, type Place, pathsOf } from './settings/paths.js';
import { checkSetting, isSettingName, settingFromText } from './settings/values.js';

export { helpText } from './settings/arguments.js';
export { readLocation as keptDataDir, writeLocation as keepDataDir } from './settings/location.js';

/** Something a person should know of; the program goes on. */
export interface SettingsNotice {
  level: 'warning';
  message: string;
  hint: string;
  remedy: 'restart';
}

/** What the program was started for, besides serving. */
export interface Task {
  readonly kind: TaskKind;
  /** Absolute. */
  readonly path: string;
}

export interface SettingsStore {
  /** The settings in effect; a new object after every change. */
  readonly values: Readonly<Settings>;
  readonly sources: Readonly<Record<SettingName, SettingSource>>;
  /** Absolute; holds the settings file and everything the program keeps. */
  readonly dataDir: string;
  /** The file of generation defaults. */
  readonly configFile: string;
  readonly logLevel: LogLevel;
  /** What was wrong with the settings file. */
  readonly notices: readonly SettingsNotice[];
  /** The file may have asked for a token, and what it said could not be read: nobody is to be let in without one. */
  readonly tokenUnknown: boolean;
  /** Undefined: to serve. */
  readonly task: Task | undefined;
  /** Arguments that were left alone, under `tolerateUnknown`. */
  readonly ignored: readonly string[];
  /** What the window shows: never the token or headers. */
  view(): SettingsView;
  /** Absolute folder of the person's own workflows. */
  workflowDir(): string;
  /** Absolute; undefined while nobody set it. */
  folder(name: 'publish_root' | 'comfyui_output_root' | 'import_dir'): string | undefined;
  /** The data directory has a library now: where a person chose it, it is missed from then on. Throws CONFIG_INVALID. */
  noteLibrary(): void;
  /** A path as a person writes it, made absolute: `~/` is home, relative ones start at the working directory. */
  absolute(path: string): string;
  /** Where the program was started, and the user's home. */
  readonly cwd: string;
  readonly home: string;
  /** The file that `update` writes. */
  readonly settingsFile: string;
  /**
   * Writes settings to the file; they are in effect at once. Answers the names whose values changed.
   *
   * @throws AppError VALIDATION_ERROR for a value that the command line or the environment fixes, CONFIG_INVALID for one
   * that does not fit or a file that can't be written; then nothing has changed. `reset` are taken out of the file.
   */
  update(changes: Partial<Settings>, reset?: readonly SettingName[]): SettingName[];
  /**
   * Takes settings out of the file: the named ones, or all that it holds. What is fixed from outside stays as it is.
   *
   * @throws AppError CONFIG_INVALID for a file that can't be written.
   */
  reset(names?: readonly SettingName[]): SettingsReset;
}

export interface SettingsReset {
  /** What was in the file and is no longer. */
  taken: SettingName[];
  /** Those of them whose value is another now. */
  changed: SettingName[];
  /** Puts back what nobody has set meanwhile, and answers the names whose values changed. Throws as `reset`. */
  putBack(): SettingName[];
}

export interface SettingsOptions extends Place {
  /** The arguments after the program's name. */
  argv: readonly string[];
  /** Relative paths start here; the working directory when absent. */
  cwd?: string;
  /** Arguments that nobody here knows are left alone: Electron and Chromium have their own. */
  tolerateUnknown?: boolean;
  /** A settings file that can't be used is an error: nobody would see a notice. */
  strict?: boolean;
}

/** The data directory when nothing but the environment and the system's habits are known. Never throws. */
export function defaultDataDir({ cwd = process.cwd(), ...place }: Place & { cwd?: string }): string {
  const given = place.env.COMFY_MCP_DATA_DIR?.trim();
  if (given) return absolutePath(given, place, cwd);
  try {
    return readLocation(place) ?? applicationDataDir(place);
  } catch {
    // Told by whoever reads the settings in earnest.
    return applicationDataDir(place);
  }
}

/**
 * Reads the settings. A broken settings file is set aside and told in `notices`.
 *
 * @throws AppError CONFIG_INVALID, one sentence, for a wrong argument or environment variable; with `strict` also for a
 * settings file that can't be used, which is left as it is.
 */
export function loadSettings({
  argv,
  cwd = process.cwd(),
  tolerateUnknown = false,
  strict = false,
  ...place
}: SettingsOptions): SettingsStore {
  const parsed = parseArguments(argv, { tolerateUnknown });
  const environment = readEnvironment(place.env);
  const notices: SettingsNotice[] = [];
  const given = (target: Parameters<Arguments['given']['get']>[0]) =>
    parsed.given.get(target) ?? environment.get(target);
  const path = (target: 'data_dir' | 'config_file', fallback: () => string) => {
    const text = given(target)?.text;
    return text ? absolutePath(text, place, cwd) : fallback();
  };

  const dataDir = path('data_dir', () => readLocation(place) ?? applicationDataDir(place));
  const configFile = path('config_file', () => defaultConfigFile(place));
  const file = createJsonStore(pathsOf(place.platform).join(dataDir, 'settings.json'), {
    what: 'The settings file',
    mode: 0o600,
  });
  const fixed = {
    argument: fromTexts(parsed.given),
    environment: fromTexts(environment),
  };
  const firstRead = readFile(file, { notices, strict });
  let { values, sources } = combine(fixed, firstRead.values);
  /** Relative folders start where they were written down: the file's in the data directory. */
  const folder = (name: 'workflow_dir' | 'publish_root' | 'comfyui_output_root' | 'import_dir') =>
    values[name] === '' ? undefined : absolutePath(values[name], place, sources[name] === 'file' ? dataDir : cwd);

  const workflowDir = () => folder('workflow_dir') ?? pathsOf(place.platform).join(dataDir, 'workflows');
  const fixedBy = Object.fromEntries(
    ([...settingNames(), 'data_dir', 'config_file'] as const).flatMap((name) => {
      const from = given(name)?.from;
      return from === undefined ? [] : [[name, from]];
    }),
  );
  /** Writes the file, takes over what it says then, and answers the names whose values changed. */
  const write = (change: (object: Record<string, unknown>) => Record<string, unknown>): SettingName[] => {
    file.update(change);
    const before = values;
    ({ values, sources } = combine(fixed, readFile(file, { notices, strict: false }).values));
    return settingNames().filter((name) => JSON.stringify(before[name]) !== JSON.stringify(values[name]));
  };

  return {
    get values() {
      return values;
    },
    get sources() {
      return sources;
    },
    dataDir,
    configFile,
    logLevel: logLevelOf(given('log_level')),
    notices,
    tokenUnknown: firstRead.tokenUnknown && sources.token === 'built-in',
    ignored: parsed.ignored,
    task: taskOf(parsed, (text) => absolutePath(text, place, cwd), tolerateUnknown),
    view() {
      const { token, comfyui_headers, ...shown } = values;
      return {
        values: { ...shown, has_token: token !== '', comfyui_header_names: Object.keys(comfyui_headers) },
        sources: { ...sources },
        data_dir: dataDir,
        config_file: configFile,
        fixed_by: fixedBy,
        workflow_dir: workflowDir(),
      };
    },
    workflowDir,
    folder,
    noteLibrary: () => noteLibrary(place, dataDir),
    absolute: (text) => absolutePath(text, place, cwd),
    cwd,
    home: place.home,
    settingsFile: file.path,
    update(changes, reset = []) {
      const checked = checkChanges(changes, values, given);
      return write((object) => ({ ...without(object, reset), ...checked }));
    },
    reset(names = settingNames()) {
      let held: Record<string, unknown> = {};
      const changed = write((object) => {
        held = Object.fromEntries(Object.entries(object).filter(([name]) => names.some((one) => one === name)));
        return without(object, names);
      });
      return {
        taken: Object.keys(held).filter(isSettingName),
        changed,
        putBack: () => write((object) => ({ ...held, ...object })),
      };
    },
  };
}

function taskOf({ given }: Arguments, absolute: (text: string) => string, inWindow: boolean): Task | undefined {
  const kinds = (['backup', 'restore'] as const).filter((kind) => given.has(kind));
  const [kind, second] = kinds;
  if (kind === undefined) return undefined;
  if (second !== undefined) {
    throw new AppError('CONFIG_INVALID', '--backup and --restore can not be done at once.', {
      hint: 'Start the program twice, one after the other.',
    });
  }
  if (inWindow) {
    throw new AppError('CONFIG_INVALID', `--${kind} belongs to the program without a window.`, {
      hint: 'Start without it and use Settings, Storage.',
    });
  }
  return { kind, path: absolute(given.get(kind)?.text ?? '') };
}

function without(object: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function settingNames(): SettingName[] {
  return Object.keys(builtInSettings).filter(isSettingName);
}

function fromTexts(texts: ReadonlyMap<string, GivenValue>): Partial<Settings> {
  const values = [...texts].flatMap(([target, { text, from }]) =>
    isSettingName(target) ? [[target, settingFromText(target, text, from)] as const] : [],
  );
  return settingsSchema.partial().parse(Object.fromEntries(values));
}

function combine(
  fixed: Record<'argument' | 'environment', Partial<Settings>>,
  file: Partial<Settings>,
): { values: Settings; sources: Record<SettingName, SettingSource> } {
  const sourceOf = (name: SettingName): SettingSource => {
    if (fixed.argument[name] !== undefined) return 'argument';
    if (fixed.environment[name] !== undefined) return 'environment';
    return file[name] !== undefined ? 'file' : 'built-in';
  };
  return {
    values: { ...builtInSettings, ...file, ...fixed.environment, ...fixed.argument },
    sources: Object.fromEntries(settingNames().map((name) => [name, sourceOf(name)])) as Record<
      SettingName,
      SettingSource
    >,
  };
}

/** The file's settings. A value that does not fit is told and left out; a broken file is set aside, never overwritten. */
function readFile(
  file: JsonStore,
  { notices, strict }: { notices: SettingsNotice[]; strict: boolean },
): { values: Partial<Settings>; tokenUnknown: boolean } {
  const object = strict ? file.read() : readOrSetAside(file, notices);
  const values: [string, unknown][] = [];
  let tokenUnknown = object === undefined;
  for (const [name, value] of Object.entries(object ?? {})) {
    if (!isSettingName(name)) continue;
    try {
      values.push([name, checkSetting(name, value, `${name} in ${file.path}`)]);
    } catch (error) {
      if (!(error instanceof AppError) || strict) throw error;
      notices.push(notice(error.message, 'Correct the file and start again; until then the built-in value is used.'));
      if (name === 'token') tokenUnknown = true;
    }
  }
  return { values: settingsSchema.partial().parse(Object.fromEntries(values)), tokenUnknown };
}

function notice(message: string, hint: string): SettingsNotice {
  return { level: 'warning', message, hint, remedy: 'restart' };
}

/** Undefined when there is a file that can't be used. */
function readOrSetAside(file: JsonStore, notices: SettingsNotice[]): Record<string, unknown> | undefined {
  try {
    return file.read();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.details?.inaccessible === true) {
      notices.push(notice(error.message, error.hint ?? ''));
      return undefined;
    }
    const aside = freeName(file.path);
    try {
      renameSync(file.path, aside);
      notices.push(
        notice(
          `${error.message} It was set aside as ${aside}.`,
          'The built-in settings are used. Correct that file, rename it back and start again, or set what you need anew.',
        ),
      );
    } catch (cause) {
      // It stays where it is; writing settings refuses to overwrite it.
      const reason = cause instanceof Error ? cause.message : String(cause);
      notices.push(notice(`${error.message} It could not be set aside: ${reason}.`, error.hint ?? ''));
    }
    return undefined;
  }
}

/** A name that no earlier broken file has. */
function freeName(path: string): string {
  let number = 1;
  while (existsSync(`${path}.broken-${number}`)) number += 1;
  return `${path}.broken-${number}`;
}

function checkChanges(
  changes: Partial<Settings>,
  values: Readonly<Settings>,
  fixedBy: (name: SettingName) => GivenValue | undefined,
): Partial<Settings> {
  const checked: [string, unknown][] = [];
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    if (!isSettingName(name)) {
      throw new AppError('VALIDATION_ERROR', `There is no setting "${name}".`, { details: { setting: name } });
    }
    const next = checkSetting(name, value, name);
    const fixed = fixedBy(name);
    if (fixed !== undefined) {
      // A form sends everything it shows: the value in effect is no change.
      if (JSON.stringify(next) === JSON.stringify(values[name])) continue;
      const where = fixed.from.startsWith('--') ? 'the command line' : 'the environment';
      throw new AppError(
        'VALIDATION_ERROR',
        `${name} is fixed by ${where} (${fixed.from}), so it can't be changed here.`,
        {
          hint: 'Start the program without it to change the setting.',
          details: { setting: name, from: fixed.from },
        },
      );
    }
    checked.push([name, next]);
  }
  return Object.fromEntries(checked);
}

function logLevelOf(given: GivenValue | undefined): LogLevel {
  const levels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
  const wanted = given?.text.trim().toLowerCase() ?? 'info';
  const level = levels.find((name) => name === wanted);
  if (level !== undefined) return level;
  throw new AppError('CONFIG_INVALID', `${given?.from} is "${given?.text}", but must be ${levels.join(', ')}.`, {
    hint: 'Correct it, or leave it out.',
  });
}
