/** The application menu: what every program has, so that copy, paste, zoom and quit work by key. */
import { app, Menu } from './electron.js';

export function installMenu(development: boolean): void {
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []),
      { label: 'File', submenu: [{ role: 'quit', label: `Quit ${app.name}`, accelerator: 'CmdOrCtrl+Q' }] },
      { role: 'editMenu' },
      {
        label: 'View',
        submenu: [
          ...(development ? [{ role: 'reload' as const }, { role: 'toggleDevTools' as const }] : []),
          { role: 'resetZoom' as const },
          { role: 'zoomIn' as const },
          { role: 'zoomOut' as const },
          { type: 'separator' as const },
          { role: 'togglefullscreen' as const },
        ],
      },
    ]),
  );
}
