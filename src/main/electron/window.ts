/** The one window: sandboxed, isolated, without Node, and unable to go anywhere but its own page. */
import type { Logger } from '../ports.js';
import { app, BrowserWindow, nativeTheme, screen, session, shell } from './electron.js';
import { sameOrigin } from './ipc.js';
import { placed } from './placing.js';
import type { Bounds, WindowStateStore } from './window-state.js';

/** Painted before the page is there, so that nothing flashes: the tokens' base surfaces. */
const backgrounds = { dark: '#151412', light: '#f8f5f0' };

export interface WindowOptions {
  /** Page address, e.g. `app://window/`, or the dev server's. */
  pageUrl: string;
  preload: string;
  icon: string;
  state: WindowStateStore;
  /** Created without being shown: started by the bridge or at login. */
  hidden: boolean;
  /** Whether closing hides: true while the tray is there and the person has not chosen to quit. */
  hidesOnClose(): boolean;
  logger: Logger;
}

export function createWindow({
  pageUrl,
  preload,
  icon,
  state,
  hidden,
  hidesOnClose,
  logger,
}: WindowOptions): BrowserWindow {
  nativeTheme.themeSource = state.state.theme;
  const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
  const { maximized, ...bounds } = placed(state.bounds, screens);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 720,
    minHeight: 480,
    show: false,
    title: app.name,
    icon,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      spellcheck: false,
    },
  });
  keepAtHome(window, pageUrl);
  keepBounds(window, state);
  comeBack(window, logger);
  window.once('ready-to-show', () => {
    if (hidden) {
      if (maximized) window.once('show', () => window.maximize());
      return;
    }
    if (maximized) window.maximize();
    window.show();
  });
  window.on('close', (event) => {
    if (!hidesOnClose()) return;
    event.preventDefault();
    window.hide();
  });
  window.loadURL(pageUrl).catch((error: unknown) => logger.error('the page could not be loaded', { error }));
  return window;
}

/** Milliseconds a page must have lived to be loaded again: one that dies at once would die for ever. */
const livesAtLeast = 5000;

/** A page whose process died is loaded again: everything it shows is the core's, nothing is lost. */
function comeBack(window: BrowserWindow, logger: Logger): void {
  let loadedAt = 0;
  window.webContents.on('did-finish-load', () => {
    loadedAt = performance.now();
  });
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    logger.error('the page died', { reason, exit_code: exitCode });
    if (performance.now() - loadedAt > livesAtLeast) window.webContents.reload();
  });
}

/** Links open in the person's browser; the page itself never leaves, opens windows, or gets permissions. */
function keepAtHome(window: BrowserWindow, pageUrl: string): void {
  window.webContents.setWindowOpenHandler(({ url }) => {
    if (/^https?:/.test(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
  window.webContents.on('will-navigate', (event, url) => {
    if (!sameOrigin(url, pageUrl)) event.preventDefault();
  });
  window.webContents.on('will-attach-webview', (event) => event.preventDefault());
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === 'clipboard-sanitized-write' || permission === 'fullscreen'),
  );
}

function keepBounds(window: BrowserWindow, state: WindowStateStore): void {
  let timer: NodeJS.Timeout | undefined;
  const save = () => {
    // A hidden window no longer tells whether it fills the screen.
    if (window.isDestroyed() || window.isMinimized() || !window.isVisible()) return;
    const bounds: Bounds = { ...window.getNormalBounds(), maximized: window.isMaximized() };
    state.bounds = bounds;
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(save, 400);
  };
  window.on('resize', soon);
  window.on('move', soon);
  window.on('close', () => {
    clearTimeout(timer);
    save();
  });
}
