/** The command line and the environment, read into settings by name. */
import { AppError } from '../../shared/errors.js';
import { editDistance, nearest } from '../../shared/nearest.js';
import type { SettingName } from '../../shared/settings.js';

/** What an option sets: a setting, or something that is needed before there are settings. */
type Target = SettingName | 'data_dir' | 'config_file' | 'log_level' | TaskKind;

/** What the program may be started for, besides serving. */
export type TaskKind = 'backup' | 'restore';

interface OptionSpec {
  readonly target: Target;
  readonly flag?: true;
  readonly variable?: string;
  readonly value?: string;
  readonly help: string;
}

const options: Readonly<Record<string, OptionSpec>> = {
  'comfyui-url': {
    target: 'comfyui_url',
    variable: 'COMFYUI_URL',
    value: 'URL',
    help: 'address of ComfyUI (http://localhost:8188)',
  },
  host: {
    target: 'host',
    variable: 'COMFY_MCP_HOST',
    value: 'ADDRESS',
    help: 'address the MCP endpoint listens on (127.0.0.1)',
  },
  port: {
    target: 'port',
    variable: 'COMFY_MCP_PORT',
    value: 'NUMBER',
    help: 'port of the MCP endpoint (9000; 0 = any free one)',
  },
  'workflow-dir': {
    target: 'workflow_dir',
    variable: 'COMFY_MCP_WORKFLOW_DIR',
    value: 'FOLDER',
    help: 'folder of your own workflows (workflows in the data folder)',
  },
  'data-dir': {
    target: 'data_dir',
    variable: 'COMFY_MCP_DATA_DIR',
    value: 'FOLDER',
    help: 'folder of the library and the settings',
  },
  config: {
    target: 'config_file',
    variable: 'COMFY_MCP_CONFIG',
    value: 'FILE',
    help: 'file of the generation defaults (~/.config/comfy-mcp/config.json)',
  },
  demo: {
    target: 'demo',
    variable: 'COMFY_MCP_DEMO',
    flag: true,
    help: 'use the built-in demo engine instead of ComfyUI (--no-demo: do not)',
  },
  token: {
    target: 'token',
    variable: 'COMFY_MCP_TOKEN',
    value: 'TEXT',
    help: 'bearer token that clients of the endpoint must send',
  },
  'import-dir': {
    target: 'import_dir',
    variable: 'COMFY_MCP_IMPORT_DIR',
    value: 'FOLDER',
    help: 'folder whose pictures, videos and sounds are taken into the library, and watched',
  },
  'input-dir': {
    target: 'input_dirs',
    variable: 'COMFY_MCP_INPUT_DIRS',
    value: 'FOLDERS',
    help: 'folders that agents may upload files from, as in PATH (none)',
  },
  'publish-root': {
    target: 'publish_root',
    variable: 'COMFY_MCP_PUBLISH_ROOT',
    value: 'FOLDER',
    help: 'project that pictures are published into (the working directory)',
  },
  'comfyui-output-root': {
    target: 'comfyui_output_root',
    variable: 'COMFYUI_OUTPUT_ROOT',
    value: 'FOLDER',
    help: 'where ComfyUI writes on this machine, for publishing while it is away (found by itself)',
  },
  backup: { target: 'backup', value: 'FILE.zip', help: 'write everything in the library into a zip, and end' },
  restore: { target: 'restore', value: 'FILE.zip', help: 'take in what a backup or an export holds, and end' },
  'log-level': { target: 'log_level', value: 'LEVEL', help: 'debug, info, warn or error (info)' },
};

/** Settings that only the environment has, besides those of the options. */
const onlyVariables: Readonly<Record<string, Target>> = {
  COMFY_MCP_ASSET_TTL_HOURS: 'asset_ttl_hours',
  COMFY_MCP_REGISTER_FOREIGN: 'register_foreign_outputs',
};

/** Read from the environment by the defaults, told here for the help page. */
const modelVariables = 'COMFY_MCP_DEFAULT_IMAGE_MODEL, COMFY_MCP_DEFAULT_AUDIO_MODEL, COMFY_MCP_DEFAULT_VIDEO_MODEL';

/** A value and how an error names where it was given, e.g. `--port` or `COMFY_MCP_PORT`. */
export interface GivenValue {
  readonly text: string;
  readonly from: string;
}

export interface Arguments {
  readonly given: ReadonlyMap<Target, GivenValue>;
  readonly help: boolean;
  readonly version: boolean;
  /** Left alone under `tolerateUnknown`. */
  readonly ignored: readonly string[];
}

/**
 * Reads the arguments after the program's name: `--name value`, `--name=value`, `--demo`, `--demo=false`, `--no-demo`;
 * the last one of a name counts.
 *
 * `tolerateUnknown` leaves unknown arguments alone, since Electron and Chromium have switches of their own; those that
 * are one letter away from one of ours are refused even then.
 *
 * @throws AppError CONFIG_INVALID, one sentence, with the nearest name for an unknown one.
 */
export function parseArguments(argv: readonly string[], { tolerateUnknown = false } = {}): Arguments {
  const given = new Map<Target, GivenValue>();
  const ignored: string[] = [];
  let help = false;
  let version = false;
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index] ?? '';
    const { name, value: attached } = split(argument);
    const known = name === undefined ? undefined : optionNamed(name);
    if (argument === '--help' || argument === '-h') help = true;
    else if (argument === '--version' || argument === '-v') version = true;
    else if (known === undefined) {
      if (!tolerateUnknown || (name !== undefined && isNearMiss(name))) throw unknownArgument(argument, name);
      ignored.push(argument);
    } else if (known.spec.flag) {
      const text = known.negated ? 'false' : (attached ?? 'true');
      if (known.negated && attached !== undefined) throw refuse(`--${name} takes no value.`, 'Write it without "=".');
      given.set(known.spec.target, { text, from: `--${name}` });
    } else {
      let text = attached;
      if (text === undefined) {
        const next = argv[index + 1];
        if (next === undefined || next.startsWith('--')) {
          throw refuse(`--${name} needs a value.`, `Write it like --${name}=${known.spec.value}.`);
        }
        text = next;
        index += 1;
      }
      given.set(known.spec.target, { text, from: `--${name}` });
    }
  }
  return { given, help, version, ignored };
}

/** Values of the environment; an empty variable counts as absent. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): ReadonlyMap<Target, GivenValue> {
  const variables = [
    ...Object.values(options).flatMap(({ variable, target }) =>
      variable === undefined ? [] : [[variable, target] as const],
    ),
    ...Object.entries(onlyVariables),
  ];
  const given = new Map<Target, GivenValue>();
  for (const [variable, target] of variables) {
    const text = env[variable]?.trim();
    if (text) given.set(target, { text, from: variable });
  }
  return given;
}

/** The page that `--help` prints. */
export function helpText(): string {
  const rows = Object.entries(options).map(([name, { value, variable, help }]) => ({
    left: `  --${name}${value === undefined ? '' : ` ${value}`}`,
    right: `${help}${variable === undefined ? '' : ` [${variable}]`}`,
  }));
  rows.push(
    { left: '  --help, -h', right: 'print this page' },
    { left: '  --version, -v', right: 'print the version' },
  );
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2;
  return [
    'ComfyUI MCP Desktop: lets agents make images, audio and video with ComfyUI.',
    '',
    'Options [and the environment variables that stand for them]:',
    ...rows.map(({ left, right }) => left.padEnd(width) + right),
    '',
    'Further environment variables:',
    '  COMFY_MCP_ASSET_TTL_HOURS: hours until agents no longer see an asset (24; 0 = never)',
    '  COMFY_MCP_REGISTER_FOREIGN: 1 = what others make with the same ComfyUI comes into the library too',
    `  ${modelVariables}: default models`,
    '',
    'Command line wins over environment, environment over the settings file.',
    '',
  ].join('\n');
}

function split(argument: string): { name: string | undefined; value: string | undefined } {
  const match = /^--([^=]+)(?:=(.*))?$/s.exec(argument);
  return { name: match?.[1], value: match?.[2] };
}

function optionNamed(name: string): { spec: OptionSpec; negated: boolean } | undefined {
  const spec = Object.hasOwn(options, name) ? options[name] : undefined;
  if (spec !== undefined) return { spec, negated: false };
  const positive = name.startsWith('no-') ? name.slice(3) : '';
  const negatable = Object.hasOwn(options, positive) ? options[positive] : undefined;
  return negatable?.flag === true ? { spec: negatable, negated: true } : undefined;
}

function optionNames(): string[] {
  return [...Object.keys(options), 'help', 'version'];
}

function isNearMiss(name: string): boolean {
  return optionNames().some((known) => known.length > 3 && editDistance(known, name) === 1);
}

function unknownArgument(argument: string, name: string | undefined): AppError {
  if (name === undefined) {
    return refuse(`The argument "${argument}" is not understood.`, 'Options begin with --; --help lists them.');
  }
  const [close] = nearest(name, optionNames(), 1);
  const question = close === undefined ? '.' : `; did you mean --${close}?`;
  return refuse(`There is no option --${name}${question}`, '--help lists all options.');
}

function refuse(message: string, hint: string): AppError {
  return new AppError('CONFIG_INVALID', message, { hint });
}
