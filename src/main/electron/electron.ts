/**
 * Every Electron API the main process uses, in one place: this is what has to keep working when Electron's version
 * changes (the shipped one is newer than the one some tests run on).
 */
export {
  app,
  BrowserWindow,
  clipboard,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  protocol,
  screen,
  session,
  shell,
  Tray,
  type WebContents,
  WebContentsView,
} from 'electron';
