import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../shared/errors.js';
import { builtInSettings, type Settings } from '../shared/settings.js';
import { defaultDataDir, helpText, keepDataDir, loadSettings, type SettingsOptions } from './settings.js';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'settings-'));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

function load(argv: string[] = [], env: Record<string, string> = {}, options: Partial<SettingsOptions> = {}) {
  return loadSettings({
    argv,
    env: { COMFY_MCP_DATA_DIR: dataDir, ...env },
    home: '/home/ada',
    platform: 'linux',
    cwd: '/start',
    ...options,
  });
}

const file = () => join(dataDir, 'settings.json');
const writeSettings = (content: unknown) =>
  writeFile(file(), typeof content === 'string' ? content : JSON.stringify(content));
const readSettings = async (): Promise<unknown> => JSON.parse(await readFile(file(), 'utf8'));

function errorOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a data directory that was chosen', () => {
  const place = () => ({ env: {}, home: dataDir, platform: 'linux' as const });
  const started = (argv: string[] = [], env: Record<string, string> = {}) =>
    loadSettings({ argv, cwd: '/start', ...place(), env }).dataDir;

  it('holds for later starts, and an option or a variable comes before it', () => {
    const usual = join(dataDir, '.local', 'share', 'comfyui-mcp-desktop');
    expect(started()).toBe(usual);
    keepDataDir(place(), '/elsewhere');
    expect(started()).toBe('/elsewhere');
    expect(defaultDataDir(place())).toBe('/elsewhere');
    expect(started([], { COMFY_MCP_DATA_DIR: '/env' })).toBe('/env');
    expect(started(['--data-dir', '/given'], { COMFY_MCP_DATA_DIR: '/env' })).toBe('/given');
    keepDataDir(place(), '/third');
    expect(started()).toBe('/third');
  });

  it('that makes no sense is told', async () => {
    const location = join(dataDir, '.config', 'comfy-mcp', 'location.json');
    await mkdir(join(dataDir, '.config', 'comfy-mcp'), { recursive: true });
    for (const content of ['{', '{"data_dir": 5}', '{"data_dir": "not/absolute"}']) {
      await writeFile(location, content);
      const error = errorOf(() => started());
      expect(error.code).toBe('CONFIG_INVALID');
      expect(error.message).toContain('location.json');
      expect(error.details).toMatchObject({ location: true });
      expect(defaultDataDir(place())).toContain('comfyui-mcp-desktop');
    }
  });

  it('is chosen anew in place of a file that can not be understood, which is set aside', async () => {
    const folder = join(dataDir, '.config', 'comfy-mcp');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'location.json'), '{');
    keepDataDir(place(), '/elsewhere');
    expect(started()).toBe('/elsewhere');
    const aside = (await readdir(folder)).find((name) => name.startsWith('location.json.broken-'));
    expect(await readFile(join(folder, aside ?? ''), 'utf8')).toBe('{');
  });
});

describe('tiers', () => {
  const table: [keyof Settings, string[], Record<string, string>, unknown][] = [
    ['comfyui_url', ['--comfyui-url', 'http://gpu:8188'], { COMFYUI_URL: 'http://gpu:8188' }, 'http://gpu:8188'],
    ['host', ['--host', '0.0.0.0'], { COMFY_MCP_HOST: '0.0.0.0' }, '0.0.0.0'],
    ['port', ['--port=0'], { COMFY_MCP_PORT: '0' }, 0],
    ['workflow_dir', ['--workflow-dir', '/w'], { COMFY_MCP_WORKFLOW_DIR: '/w' }, '/w'],
    ['demo', ['--demo'], { COMFY_MCP_DEMO: '1' }, true],
    ['import_dir', ['--import-dir', '/pictures'], { COMFY_MCP_IMPORT_DIR: '/pictures' }, '/pictures'],
    ['publish_root', ['--publish-root', '/site'], { COMFY_MCP_PUBLISH_ROOT: '/site' }, '/site'],
    ['comfyui_output_root', ['--comfyui-output-root', '/out'], { COMFYUI_OUTPUT_ROOT: '/out' }, '/out'],
    ['token', ['--token', 'secret'], { COMFY_MCP_TOKEN: 'secret' }, 'secret'],
  ];

  it.each(table)('%s has an option and a variable', (name, argv, env, value) => {
    expect(load().sources[name]).toBe('built-in');
    expect(load().values[name]).toEqual(builtInSettings[name]);
    expect(load([], env)).toMatchObject({ values: { [name]: value }, sources: { [name]: 'environment' } });
    expect(load(argv)).toMatchObject({ values: { [name]: value }, sources: { [name]: 'argument' } });
    expect(load(argv, env).sources[name]).toBe('argument');
  });

  it('reads the hours until assets expire from the environment', () => {
    expect(load([], { COMFY_MCP_ASSET_TTL_HOURS: '0' }).values.asset_ttl_hours).toBe(0);
    expect(load([], { COMFY_MCP_ASSET_TTL_HOURS: '1.5' }).values.asset_ttl_hours).toBe(1.5);
  });

  it('asks command line, environment, file, built in, in that order', async () => {
    await writeSettings({ port: 9100, host: 'localhost', comfyui_url: 'http://file:1' });
    const settings = load(['--port', '9300'], { COMFY_MCP_PORT: '9200', COMFYUI_URL: 'http://env:1' });
    expect(settings.values).toMatchObject({ port: 9300, host: 'localhost', comfyui_url: 'http://env:1', demo: false });
    expect(settings.sources).toMatchObject({
      port: 'argument',
      host: 'file',
      comfyui_url: 'environment',
      demo: 'built-in',
    });
  });

  it('treats an empty variable as absent', () => {
    expect(load([], { COMFY_MCP_PORT: '', COMFYUI_URL: ' ' }).values).toMatchObject({
      port: 9000,
      comfyui_url: 'http://localhost:8188',
    });
  });

  it.each([
    [['--demo'], {}, true],
    [['--demo=true'], {}, true],
    [['--demo=false'], { COMFY_MCP_DEMO: '1' }, false],
    [['--no-demo'], { COMFY_MCP_DEMO: 'true' }, false],
    [['--demo', '--no-demo'], {}, false],
    [[], { COMFY_MCP_DEMO: '0' }, false],
    [[], { COMFY_MCP_DEMO: 'on' }, true],
  ])('%j with %j sets demo to %j', (argv, env, value) => {
    expect(load(argv, env).values.demo).toBe(value);
  });

  it('creates nothing by reading', async () => {
    load(['--data-dir', join(dataDir, 'new')]);
    expect(await readdir(dataDir)).toEqual([]);
  });
});

describe('wrong arguments', () => {
  it.each([
    [['--prot', '9000'], {}, '--port'],
    [['--comfy-url=http://x'], {}, '--comfyui-url'],
    [['--frobnicate'], {}, 'There is no option --frobnicate.'],
    [['9000'], {}, '"9000"'],
    [['--port'], {}, '--port needs a value'],
    [['--port', '--demo'], {}, '--port needs a value'],
    [['--no-demo=1'], {}, '--no-demo takes no value'],
    [['--no-port'], {}, '--no-port'],
    [['--port', 'abc'], {}, '--port is "abc"'],
    [['--port='], {}, '--port'],
    [['--port=65536'], {}, '0 to 65535'],
    [['--port=-1'], {}, '0 to 65535'],
    [['--port=80.5'], {}, '0 to 65535'],
    [[], { COMFY_MCP_PORT: '99999' }, 'COMFY_MCP_PORT is 99999'],
    [['--comfyui-url', 'not an address'], {}, '--comfyui-url is "not an address"'],
    [['--comfyui-url=ftp://x'], {}, 'http://localhost:8188'],
    [[], { COMFYUI_URL: 'http://' }, 'COMFYUI_URL'],
    [['--demo=maybe'], {}, '--demo is "maybe"'],
    [['--host', 'http://x'], {}, '--host'],
    [['--log-level', 'loud'], {}, 'debug, info, warn, error'],
    [[], { COMFY_MCP_ASSET_TTL_HOURS: '-1' }, 'COMFY_MCP_ASSET_TTL_HOURS'],
  ])('%j with %j: one sentence', (argv, env, part) => {
    const error = errorOf(() => load(argv, env));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.message).toContain(part);
    expect(error.message).not.toContain('\n');
  });

  it('are read as text, the last one counts', () => {
    expect(load(['--port', '1', '--port=2']).values.port).toBe(2);
    expect(load(['--token', '-dashed']).values.token).toBe('-dashed');
    expect(load(['--token=a=b']).values.token).toBe('a=b');
    expect(load(['--comfyui-url', '192.168.0.5:8188']).values.comfyui_url).toBe('192.168.0.5:8188');
  });

  it('never show what may be secret', () => {
    const error = errorOf(() => load(['--comfyui-url', 'ftp://me:hidden@host']));
    expect(JSON.stringify(error.toValue())).not.toContain('hidden');
  });

  it('tell what the program is started for, which the window is not', () => {
    expect(load().task).toBeUndefined();
    expect(load(['--backup', 'x.zip']).task).toEqual({ kind: 'backup', path: '/start/x.zip' });
    expect(load(['--restore=~/x.zip']).task).toEqual({ kind: 'restore', path: '/home/ada/x.zip' });
    expect(errorOf(() => load(['--backup']))).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(errorOf(() => load(['--backup', 'x.zip', '--restore', 'x.zip'])).message).toContain('at once');
    const window = { tolerateUnknown: true };
    expect(errorOf(() => load(['--backup', 'x.zip'], {}, window)).hint).toContain('Settings, Storage');
    expect(helpText()).toContain('--restore FILE.zip');
  });

  it("leaves Electron's and Chromium's switches alone when told to, but not a slip of the finger", () => {
    const argv = [
      '.',
      '--no-sandbox',
      '--remote-debugging-port',
      '9222',
      '--inspect=0',
      '--user-data-dir=/x',
      '--lang',
      'de',
      '--hidden',
      '--port',
      '9001',
    ];
    const settings = load(argv, {}, { tolerateUnknown: true });
    expect(settings.values.port).toBe(9001);
    expect(settings.ignored).toEqual(argv.slice(0, -2));
    expect(errorOf(() => load(['--prot', '1'], {}, { tolerateUnknown: true })).message).toContain('--port');
    expect(errorOf(() => load(['--no-sandbox'])).code).toBe('CONFIG_INVALID');
  });

  it('does not take help and version for unknown', () => {
    for (const argument of ['--help', '-h', '--version', '-v']) expect(load([argument]).values.port).toBe(9000);
  });

  it('lists every option and variable on the help page', () => {
    const page = helpText();
    for (const word of [
      '--comfyui-url URL',
      'COMFYUI_URL',
      '--host',
      'COMFY_MCP_HOST',
      '--port',
      'COMFY_MCP_PORT',
      '--workflow-dir',
      'COMFY_MCP_WORKFLOW_DIR',
      '--data-dir',
      'COMFY_MCP_DATA_DIR',
      '--config',
      'COMFY_MCP_CONFIG',
      '--demo',
      'COMFY_MCP_DEMO',
      '--token',
      'COMFY_MCP_TOKEN',
      '--log-level',
      '--help',
      '--version',
      'COMFY_MCP_ASSET_TTL_HOURS',
      'COMFY_MCP_DEFAULT_IMAGE_MODEL',
    ]) {
      expect(page).toContain(word);
    }
  });
});

describe('places', () => {
  const home = { linux: '/home/ada', darwin: '/Users/ada', win32: 'C:\\Users\\ada' };

  it.each([
    ['linux', {}, '/home/ada/.local/share/comfyui-mcp-desktop'],
    ['linux', { XDG_DATA_HOME: '/xdg' }, '/xdg/comfyui-mcp-desktop'],
    ['linux', { XDG_DATA_HOME: 'relative' }, '/home/ada/.local/share/comfyui-mcp-desktop'],
    ['darwin', {}, '/Users/ada/Library/Application Support/ComfyUI MCP Desktop'],
    ['win32', { APPDATA: 'D:\\Roaming' }, 'D:\\Roaming\\ComfyUI MCP Desktop'],
    ['win32', {}, 'C:\\Users\\ada\\AppData\\Roaming\\ComfyUI MCP Desktop'],
  ] as const)('on %s with %j data lie in %s', (platform, env, expected) => {
    expect(defaultDataDir({ platform, env, home: home[platform], cwd: '/start' })).toBe(expected);
  });

  it('follow the options, then the variables; ~ is home, relative ones start at the working directory', () => {
    const settings = load(['--config', '~/my.json', '--data-dir', 'data', '--workflow-dir=flows'], {
      COMFY_MCP_CONFIG: '/env.json',
    });
    expect(settings.configFile).toBe('/home/ada/my.json');
    expect(settings.dataDir).toBe('/start/data');
    expect(settings.workflowDir()).toBe('/start/flows');
    expect(load([], { COMFY_MCP_CONFIG: '/env.json' }).configFile).toBe('/env.json');
    expect(load().configFile).toBe('/home/ada/.config/comfy-mcp/config.json');
    expect(load().dataDir).toBe(dataDir);
  });

  it("keep a person's workflows in the data directory unless a setting says otherwise", async () => {
    expect(load().workflowDir()).toBe(join(dataDir, 'workflows'));
    await writeSettings({ workflow_dir: '/mine' });
    expect(load().workflowDir()).toBe('/mine');
    expect(load([], { COMFY_MCP_WORKFLOW_DIR: '/env' }).workflowDir()).toBe('/env');
  });

  it('take the log level from the command line', () => {
    expect(load().logLevel).toBe('info');
    expect(load(['--log-level', 'Debug']).logLevel).toBe('debug');
  });
});

describe('update', () => {
  it('takes what is reset out of the file, and leaves the rest', () => {
    const first = load();
    first.update({ port: 9100, host: '127.0.0.2' });
    expect(first.update({}, ['port'])).toEqual(['port']);
    expect(first.values).toMatchObject({ port: 9000, host: '127.0.0.2' });
    expect(first.sources).toMatchObject({ port: 'built-in', host: 'file' });
  });

  it('writes the file, readable by the user only, and keeps what it does not know', async () => {
    await writeSettings({ port: 9100, future: { a: 1 } });
    const settings = load();
    expect(settings.update({ comfyui_url: 'http://gpu:8188', token: 't', port: 9100 })).toEqual([
      'comfyui_url',
      'token',
    ]);
    expect(settings.values).toMatchObject({ comfyui_url: 'http://gpu:8188', port: 9100 });
    expect(settings.sources.comfyui_url).toBe('file');
    expect(await readSettings()).toEqual({ port: 9100, future: { a: 1 }, comfyui_url: 'http://gpu:8188', token: 't' });
    expect(await readdir(dataDir)).toEqual(['settings.json']);
    expect(load().values.token).toBe('t');
  });

  it('makes the file for the owner alone', async () => {
    load().update({ token: 't' });
    expect((await stat(file())).mode & 0o077).toBe(0);
  });

  it('refuses what the command line or the environment fixes, unless it stays the same', async () => {
    const settings = load(['--port', '9300'], { COMFYUI_URL: 'http://env:1' });
    expect(errorOf(() => settings.update({ port: 9400, demo: true }))).toMatchObject({
      code: 'VALIDATION_ERROR',
      message: expect.stringContaining('command line'),
    });
    expect(errorOf(() => settings.update({ comfyui_url: 'http://other:1' })).message).toContain(
      'environment (COMFYUI_URL)',
    );
    expect(settings.values).toMatchObject({ port: 9300, demo: false });
    expect(settings.update({ port: 9300, demo: true })).toEqual(['demo']);
    expect(await readSettings()).toEqual({ demo: true });
  });

  it.each([{ port: 70000 }, { comfyui_url: 'no address' }, { asset_ttl_hours: -1 }, { host: 'a b' }])(
    'refuses %j and changes nothing',
    async (changes) => {
      const settings = load();
      expect(errorOf(() => settings.update({ demo: true, ...changes })).code).toBe('CONFIG_INVALID');
      expect(settings.values).toEqual(builtInSettings);
      expect(await readdir(dataDir)).toEqual([]);
    },
  );

  it('shows neither token nor headers', () => {
    const settings = load(['--token', 'hush']);
    settings.update({ comfyui_headers: { Authorization: 'Bearer hush' } });
    const view = settings.view();
    expect(JSON.stringify(view)).not.toContain('hush');
    expect(view.values).toMatchObject({ has_token: true, comfyui_header_names: ['Authorization'] });
    expect(view).toMatchObject({ data_dir: dataDir, sources: { token: 'argument', comfyui_headers: 'file' } });
  });
});

describe('a settings file that cannot be used', () => {
  it.each(['{"port": 91', '[]', 'null'])('%j is set aside with its name told', async (content) => {
    await writeSettings(content);
    const settings = load();
    expect(settings.values).toEqual(builtInSettings);
    expect(settings.notices).toHaveLength(1);
    const aside = `${file()}.broken-1`;
    expect(settings.notices[0]?.message).toContain(aside);
    expect(await readFile(aside, 'utf8')).toBe(content);
    settings.update({ demo: true });
    expect(await readSettings()).toEqual({ demo: true });
    expect(await readFile(aside, 'utf8')).toBe(content);
  });

  it('does not overwrite an earlier one', async () => {
    await writeSettings('first');
    load();
    await writeSettings('second');
    load();
    expect(await readFile(`${file()}.broken-1`, 'utf8')).toBe('first');
    expect(await readFile(`${file()}.broken-2`, 'utf8')).toBe('second');
  });

  it('is an error where nobody would see a notice, and stays as it is', async () => {
    for (const [content, message] of [
      ['{"token": "secret", "port": ', /^The settings file .*settings\.json is not valid JSON near line 1/],
      [{ token: 5 }, /^token in .*settings\.json is not usable, but must be a text\.$/],
      [{ port: 'many' }, /^port in .*settings\.json is "many", but must be a whole number from 0 to 65535\.$/],
    ] as const) {
      await writeSettings(content);
      const before = await readFile(file(), 'utf8');
      const error = errorOf(() => load([], {}, { strict: true }));
      expect(error.code).toBe('CONFIG_INVALID');
      expect(error.message).toMatch(message);
      expect(await readFile(file(), 'utf8')).toBe(before);
    }
    await writeSettings({ port: 9001 });
    expect(load([], {}, { strict: true }).values.port).toBe(9001);
  });

  it('leaves open whether it asked for a token, unless another tier says', async () => {
    const cases: [unknown, string[], boolean][] = [
      ['{"token": "secret", ', [], true],
      ['{"token": "secret", ', ['--token', 'mine'], false],
      [{ token: 5 }, [], true],
      [{ port: 'many' }, [], false],
      [{ token: 'secret' }, [], false],
    ];
    for (const [content, argv, unknown] of cases) {
      await writeSettings(content);
      expect(load(argv).tokenUnknown).toBe(unknown);
    }
    await rm(file());
    expect(load().tokenUnknown).toBe(false);
  });

  it('is kept when only single values do not fit', async () => {
    await writeSettings({ port: 'high', demo: true, host: 5 });
    const settings = load();
    expect(settings.values).toMatchObject({ port: 9000, demo: true, host: '127.0.0.1' });
    expect(settings.notices.map((notice) => notice.message)).toEqual([
      expect.stringContaining('port in'),
      expect.stringContaining('host in'),
    ]);
    settings.update({ port: 9500 });
    expect(await readSettings()).toEqual({ port: 9500, demo: true, host: 5 });
  });

  it('is left where it is when it cannot be read at all', async () => {
    await mkdir(file());
    const settings = load();
    expect(settings.values).toEqual(builtInSettings);
    expect(settings.notices).toHaveLength(1);
    expect((await stat(file())).isDirectory()).toBe(true);
    expect(errorOf(() => settings.update({ demo: true })).code).toBe('CONFIG_INVALID');
    expect(settings.values.demo).toBe(false);
  });
});
