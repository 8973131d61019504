/** The desktop app: reads the settings and hands the desktop program what it needs to make a core. */
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCore } from './core.js';
import { createDataFolder } from './data-folder.js';
import { app } from './electron/electron.js';
import { createPosters } from './electron/poster.js';
import { runDesktop } from './electron/program.js';
import { appOrigin, declareSchemes } from './electron/schemes.js';
import { displayEnvironment } from './endpoint-file.js';
import { makeFolder } from './registry/index.js';
import { defaultDataDir, keepDataDir, loadSettings } from './settings.js';
import { createLogger, systemClock } from './system.js';

const mainDir = path.dirname(fileURLToPath(import.meta.url));
const checkout = path.resolve(mainDir, '..', '..');
const logger = createLogger();
/** Address of the development server, when the page comes from there. */
const devServer = app.isPackaged ? undefined : process.env.ELECTRON_RENDERER_URL;

const place = { env: process.env, home: os.homedir(), platform: process.platform };

/** Settings, or what is wrong with the command line or the environment: the window tells it and offers a way out. */
function readSettings() {
  try {
    const argv = process.argv.slice(app.isPackaged ? 1 : 2);
    return { settings: loadSettings({ argv, ...place, tolerateUnknown: true }), dataDir: undefined, error: undefined };
  } catch (error) {
    return { settings: undefined, dataDir: defaultDataDir(place), error };
  }
}

/** Chromium's own files, and the lock that lets one instance run: one place for each library, where it can be written. */
function windowFolder(library: string | undefined): string {
  const fallback = app.getPath('userData');
  if (library === undefined) return fallback;
  const folder = path.join(library, 'window');
  try {
    makeFolder(folder);
    return folder;
  } catch {
    // The core will say the same, with its reason and a way out, in a window that needs a place all the same.
    return fallback;
  }
}

/** An AppImage runs from a place that is another one at each start. */
function ownLaunch() {
  const env = displayEnvironment(process.env);
  return app.isPackaged
    ? { file: process.env.APPIMAGE ?? process.execPath, args: [], env }
    : { file: process.execPath, args: [checkout], env };
}

declareSchemes();
const { settings, dataDir, error } = readSettings();
app.setPath('userData', windowFolder(settings?.dataDir ?? dataDir));

runDesktop({
  async makeCore({ takeOver }) {
    if (!settings) throw error;
    return createCore({
      program: 'desktop',
      settings,
      version: app.getVersion(),
      testBuild: app.isPackaged && existsSync(path.join(process.resourcesPath, 'test-build.json')),
      bundledWorkflows: path.join(app.isPackaged ? process.resourcesPath : checkout, 'workflows'),
      threads: mainDir,
      env: process.env,
      clock: systemClock,
      logger,
      takeOverFrom: takeOver ? 'anybody' : 'bridge',
      launch: ownLaunch(),
      posters: createPosters({
        pageDir: path.join(mainDir, '..', 'renderer'),
        pageOrigin: devServer ?? appOrigin,
        logger,
      }),
    });
  },
  mainDir,
  pictures: app.isPackaged ? process.resourcesPath : path.join(checkout, 'build'),
  devServer,
  hidden: process.argv.includes('--hidden'),
  keepDataDir: (chosen) => keepDataDir(place, chosen),
  dataDirGiven: (process.env.COMFY_MCP_DATA_DIR ?? '').trim() !== '',
  dataFolder:
    settings &&
    createDataFolder({
      dir: settings.dataDir,
      fixedBy: settings.view().fixed_by.data_dir,
      place,
      readerScript: path.join(mainDir, 'reader-thread.js'),
      clock: systemClock,
    }),
  logger,
});
