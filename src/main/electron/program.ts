/** The desktop program: one window and a tray around a core, from Electron's start to its end. */
import path from 'node:path';
import type { Handlers } from '../../shared/contract.js';
import { linkScheme } from '../../shared/deep-link.js';
import type { WindowCommand } from '../../shared/desktop.js';
import { AppError, type ErrorValue, toErrorValue } from '../../shared/errors.js';
import type { AppEvent } from '../../shared/events.js';
import type { EndpointStatus, EngineStatus } from '../../shared/status.js';
import type { Logger } from '../ports.js';
import { commandOf, createCommands, linkIn } from './commands.js';
import { createDesktopHandlers } from './desktop.js';
import { createDrag, type Drag } from './drag.js';
import { app, type BrowserWindow, clipboard, dialog, nativeTheme, session } from './electron.js';
import { forwardEvents, serveIpc, windowContext } from './ipc.js';
import { createAutostartEntry, createLoginItems, type LoginStartStore } from './login-start.js';
import { installMenu } from './menu.js';
import { createMoving, type DataFolder } from './moving.js';
import { type AssetFiles, appOrigin, serveAssets, servePage } from './schemes.js';
import { type AppTray, createTray } from './tray.js';
import { createWindow } from './window.js';
import { createWindowStateStore, type WindowStateStore } from './window-state.js';

/** The core as this side needs it. */
export interface DesktopCore {
  handlers: Handlers;
  listen(listener: (event: AppEvent) => void): () => void;
  assets: AssetFiles;
  /** The original of an asset and its own name. */
  original(assetId: string): Promise<{ path: string; filename: string }>;
  engine(): EngineStatus;
  endpoint(): EndpointStatus;
  holdStill(): { wasPaused: boolean; letGo(): void };
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface DesktopOptions {
  /** `takeOver`: a headless program that a person started is asked to make room, too. */
  makeCore(options: { takeOver: boolean }): Promise<DesktopCore>;
  /** Folder of the running `index.js`; page and preload lie beside it. */
  mainDir: string;
  /** Folder with `icon.png` and `tray/`. */
  pictures: string;
  /** Address of the development server, when the page comes from there. */
  devServer: string | undefined;
  /** Start without showing the window. */
  hidden: boolean;
  /** Keeps the data directory for later starts. Throws when that can't be written. */
  keepDataDir(dataDir: string): void;
  /** A data directory for this start is named by the environment, before the one that is kept. */
  dataDirGiven: boolean;
  /** What moves the data; undefined where the settings could not be read. */
  dataFolder: DataFolder | undefined;
  logger: Logger;
}

/** Call once, before Electron is ready and after `declareSchemes`. */
export function runDesktop(options: DesktopOptions): void {
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  const program = createProgram(options);
  registerLinks();
  app.on('second-instance', (_event, argv) => {
    // A stdio bridge that did not see the first one yet: nobody asked for a window.
    if (argv.includes('--hidden')) return;
    program.follow(linkIn(argv));
    program.showWindow();
  });
  // So macOS hands links over, also before the app is ready.
  app.on('open-url', (event, link) => {
    event.preventDefault();
    program.follow(commandOf(link));
    program.showWindow();
  });
  program.follow(linkIn(process.argv));
  app.on('activate', program.onActivate);
  app.on('window-all-closed', program.onWindowGone);
  app.on('before-quit', program.onQuit);
  app
    .whenReady()
    .then(program.open)
    .catch((error: unknown) => {
      options.logger.error('the program could not open', { error });
      dialog.showErrorBox(`${app.name} could not open`, toErrorValue(error).message);
      app.exit(1);
    });
}

/** Links of this app open it. A checkout names its own folder; where the system refuses, links are just not opened. */
function registerLinks(): void {
  const [, entry] = process.argv;
  if (app.isPackaged || entry === undefined) app.setAsDefaultProtocolClient(linkScheme);
  else if (process.platform === 'win32')
    app.setAsDefaultProtocolClient(linkScheme, process.execPath, [path.resolve(entry)]);
}

/** Milliseconds the core has to put everything away. What is on the disk by then is whole in any case. */
const quitWithin = 10_000;

function createProgram({
  makeCore,
  mainDir,
  pictures,
  devServer,
  hidden,
  keepDataDir,
  dataDirGiven,
  dataFolder,
  logger,
}: DesktopOptions) {
  const pageOrigin = devServer ?? appOrigin;
  let core: DesktopCore | undefined;
  let fault: ErrorValue | null = null;
  let window: BrowserWindow | undefined;
  let tray: AppTray | undefined;
  let drag: Drag | undefined;
  let state: WindowStateStore | undefined;
  let leaving: 'no' | 'stopping' | 'stopped' = 'no';
  /** The core has started, or failed to: from then on there is something to show. */
  let opened = false;
  /** Somebody asked for the window before it could be made. */
  let awaited = false;

  const commands = createCommands(() => window);
  /** Whoever listens hears every core, one after the other. */
  const listeners = new Set<(event: AppEvent) => void>();
  const listen = (listener: (event: AppEvent) => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };

  const showWindow = () => {
    if (!state || !opened) {
      awaited = true;
      return;
    }
    if (!window || window.isDestroyed()) openWindow(state, false);
    if (window?.isMinimized()) window.restore();
    window?.show();
    window?.focus();
  };

  const openWindow = (look: WindowStateStore, asHidden: boolean) => {
    window = createWindow({
      pageUrl: `${pageOrigin}/`,
      preload: path.join(mainDir, '..', 'preload', 'index.cjs'),
      icon: path.join(pictures, 'icon.png'),
      state: look,
      hidden: asHidden,
      hidesOnClose: () => tray !== undefined && leaving === 'no' && look.state.close_to_tray,
      logger,
    });
    forwardEvents(window, listen);
  };

  const startCore = async ({ takeOver = false } = {}) => {
    try {
      core = await makeCore({ takeOver });
      fault = null;
      core.listen((event) => {
        for (const listener of listeners) listener(event);
      });
      await core.start();
      const { url } = core.endpoint();
      if (url !== null) process.stderr.write(`MCP endpoint ready: ${url}\n`);
    } catch (error) {
      fault = toErrorValue(error);
      logger.error('the core could not be started', { error });
    }
  };

  const restart = (dataDir: string | undefined) => {
    const args = process.argv.slice(1);
    app.relaunch({ args: dataDir === undefined ? args : argumentsFor(dataDir, args) });
    app.quit();
  };

  /** Without an option of its own where that is not needed: with one, the window could no longer move the folder. */
  const argumentsFor = (dataDir: string, args: readonly string[]): string[] => {
    const others = args.filter((arg, at) => !/^--data-dir(=|$)/.test(arg) && args[at - 1] !== '--data-dir');
    try {
      keepDataDir(dataDir);
      if (!dataDirGiven) return others;
    } catch (error) {
      // It holds for this start all the same.
      logger.warn('the chosen data folder could not be kept', { error });
    }
    return [...others, `--data-dir=${dataDir}`];
  };

  const moving = createMoving({
    folder: dataFolder,
    holdStill() {
      if (core) return core.holdStill();
      throw new AppError('NOT_SUPPORTED', 'The app has not started.', { hint: 'Look at the startup message.' });
    },
    async stopCore() {
      session.defaultSession.flushStorageData();
      const stopping = core;
      core = undefined;
      await stopping?.stop();
      tray?.refresh();
    },
    async startCore(paused) {
      await startCore();
      if (paused) await core?.handlers.pause_queue({}, windowContext());
      tray?.refresh();
    },
    restart: () => restart(undefined),
  });

  const openTray = () => {
    tray = createTray({
      icons: { on: trayPicture(pictures, 'on'), off: trayPicture(pictures, 'off') },
      engine: () => core?.engine(),
      endpoint: () => core?.endpoint(),
      toggleEndpoint: (on) => void toggleEndpoint(on),
      showWindow,
      copyAddress: (url) => clipboard.writeText(url),
      quit: () => app.quit(),
    });
    listen(({ type }) => {
      if (type === 'engine.changed' || type === 'endpoint.changed') tray?.refresh();
    });
  };

  /** Without a tray the window is all there is: closing it ends the program. */
  const openTrayIfThereIsOne = () => {
    try {
      openTray();
    } catch (error) {
      logger.warn('there is no tray', { error });
    }
  };

  /** The window is open and says who holds the data: it goes on with the core when that has made room. */
  const takeOver = async () => {
    if (core) return;
    await startCore({ takeOver: true });
    if (!core)
      throw new AppError('DATA_DIR_IN_USE', fault?.message ?? 'The data could not be taken over.', fault ?? {});
    openTrayIfThereIsOne();
  };

  const toggleEndpoint = async (on: boolean) => {
    try {
      await core?.handlers.update_settings({ values: { endpoint_enabled: on } }, windowContext());
    } catch (error) {
      logger.error('the endpoint could not be switched', { on, error });
    }
  };

  return {
    showWindow,
    follow(command: WindowCommand | undefined) {
      if (command !== undefined) commands.send(command);
    },
    /** macOS says this at the start too, where a hidden window is to stay hidden. */
    onActivate: () => {
      if (opened) showWindow();
    },
    onWindowGone: () => {
      if (!tray || state?.state.close_to_tray === false) app.quit();
    },
    /** Electron waits for nobody, so the first attempt to quit is held until the core has put everything away. */
    onQuit: (event: { preventDefault(): void }) => {
      if (leaving === 'stopped' || !(core || moving.busy)) return;
      event.preventDefault();
      if (leaving === 'stopping') return;
      leaving = 'stopping';
      const finish = () => {
        clearTimeout(late);
        if (leaving === 'stopped') return;
        leaving = 'stopped';
        tray?.destroy();
        app.quit();
      };
      const late = setTimeout(() => {
        logger.error('the core takes too long to stop');
        finish();
      }, quitWithin);
      const goodbye = Promise.all([core?.stop(), moving.stop(), drag?.dispose()]);
      goodbye.then(finish, (error: unknown) => {
        logger.error('the core did not stop cleanly', { error });
        finish();
      });
    },
    open: async () => {
      const menu = installMenu({
        development: devServer !== undefined,
        run(id) {
          showWindow();
          commands.send({ kind: 'action', id });
        },
      });
      if (devServer === undefined) servePage(path.join(mainDir, '..', 'renderer'));
      state = createWindowStateStore(app.getPath('userData'));
      serveAssets(() => core?.assets, pageOrigin, logger);
      const original = (assetId: string) => {
        if (!core) throw new AppError('MEDIA_UNAVAILABLE', 'The app has not started.');
        return core.original(assetId);
      };
      drag = createDrag({ page: () => window?.webContents, original, icon: path.join(pictures, 'icon.png') });
      serveIpc({
        handlers: () => core?.handlers,
        desktop: createDesktopHandlers({
          state,
          window: () => window,
          fault: () => fault,
          original,
          restart,
          takeOver,
          drag,
          commands,
          menu,
          loginStart: loginStart(),
          moving,
        }),
        pageOrigin,
        logger,
      });
      await startCore();
      opened = true;
      if (core) openTrayIfThereIsOne();
      // What went wrong must be seen, and without a tray there is nothing else to see.
      openWindow(state, hidden && !awaited && fault === null && tray !== undefined);
    },
  };
}

function loginStart(): LoginStartStore {
  const [, entry] = process.argv;
  const args = app.isPackaged || entry === undefined ? [] : [path.resolve(entry)];
  // An AppImage runs from a place that is another one at each start.
  const command = { file: process.env.APPIMAGE ?? process.execPath, args };
  if (process.platform !== 'linux') return createLoginItems(app, command);
  return createAutostartEntry(app.getPath('appData'), { name: app.name, command });
}

/** macOS paints its own; elsewhere the panel is light or dark as the system is. */
function trayPicture(pictures: string, name: 'on' | 'off'): string {
  const variant = process.platform === 'darwin' ? 'Template' : nativeTheme.shouldUseDarkColors ? 'dark' : 'light';
  return path.join(pictures, 'tray', `tray-${name}-${variant}.png`);
}
