/** What only the desktop app can do: dialogs, clipboard, the browser, and how the window looks. */
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import type { ErrorValue } from '../../shared/errors.js';
import { AppError } from '../../shared/errors.js';
import type { Commands } from './commands.js';
import type { Drag } from './drag.js';
import { app, type BrowserWindow, clipboard, dialog, nativeTheme, shell } from './electron.js';
import type { DesktopHandlers } from './ipc.js';
import type { LoginStartStore } from './login-start.js';
import type { AppMenu } from './menu.js';
import type { Moving } from './moving.js';
import type { WindowStateStore } from './window-state.js';

export interface DesktopPorts {
  state: WindowStateStore;
  window(): BrowserWindow | undefined;
  fault(): ErrorValue | null;
  /** The original of an asset and the name to offer for it. */
  original(assetId: string): Promise<{ path: string; filename: string }>;
  restart(dataDir: string | undefined): void;
  /** Starts the core in place of a headless program. @throws AppError when that does not make room. */
  takeOver(): Promise<void>;
  drag: Pick<Drag, 'begin'>;
  commands: Pick<Commands, 'take'>;
  menu: AppMenu;
  loginStart: LoginStartStore;
  moving: Pick<Moving, 'handlers'>;
}

export function createDesktopHandlers({
  state,
  window,
  fault,
  original,
  restart,
  takeOver,
  drag,
  commands,
  menu,
  loginStart,
  moving,
}: DesktopPorts): DesktopHandlers {
  return {
    ...moving.handlers,
    take_commands: async () => ({ commands: commands.take() }),
    async set_menu({ items }) {
      menu.setItems(items);
      return {};
    },
    get_startup_fault: async () => ({ fault: fault() }),
    async take_over() {
      await takeOver();
      return {};
    },
    async restart({ choose_data_dir }) {
      if (!choose_data_dir) {
        restart(undefined);
        return { restarting: true };
      }
      const chosen = await chosenPath(window(), {
        title: 'Choose a folder for your library',
        properties: ['openDirectory', 'createDirectory'],
      });
      if (chosen === null) return { restarting: false };
      restart(chosen);
      return { restarting: true };
    },
    async quit() {
      app.quit();
      return {};
    },
    get_login_start: () => loginStart.read(),
    set_login_start: ({ enabled }) => loginStart.set(enabled),
    get_window_state: async () => state.state,
    async set_window_state(patch) {
      const next = state.update(patch);
      nativeTheme.themeSource = next.theme;
      return next;
    },
    async save_asset_as({ asset_id }) {
      const file = await original(asset_id);
      const parent = window();
      const options = { defaultPath: path.join(app.getPath('downloads'), file.filename) };
      const choice = parent ? await dialog.showSaveDialog(parent, options) : await dialog.showSaveDialog(options);
      if (choice.canceled || choice.filePath === '') return { path: null };
      await copyFile(file.path, choice.filePath).catch((cause: unknown) => {
        throw new AppError('INTERNAL_ERROR', `The file could not be written to ${choice.filePath}.`, {
          hint: 'Choose a folder you may write to.',
          cause,
        });
      });
      return { path: choice.filePath };
    },
    choose_folder: async ({ title }) => ({
      path: await chosenPath(window(), { title, properties: ['openDirectory', 'createDirectory'] }),
    }),
    async drag_out({ asset_ids }) {
      await drag.begin(asset_ids);
      return {};
    },
    async show_in_folder({ path: file }) {
      shell.showItemInFolder(file);
      return {};
    },
    async choose_export_target({ to, name }) {
      if (to === 'folder') {
        return {
          path: await chosenPath(window(), { title: 'Export into', properties: ['openDirectory', 'createDirectory'] }),
        };
      }
      const options = { defaultPath: path.join(app.getPath('downloads'), `${name}.zip`), filters: [zipFiles] };
      const parent = window();
      const choice = parent ? await dialog.showSaveDialog(parent, options) : await dialog.showSaveDialog(options);
      if (choice.canceled || choice.filePath === '') return { path: null };
      // Not every system adds the ending by itself.
      return { path: path.extname(choice.filePath) === '' ? `${choice.filePath}.zip` : choice.filePath };
    },
    async choose_backup() {
      const filters = [{ name: 'Backups and exports', extensions: ['zip', 'json'] }];
      return { path: await chosenPath(window(), { title: 'Restore from', properties: ['openFile'], filters }) };
    },
    async choose_workflow_files() {
      const properties: Electron.OpenDialogOptions['properties'] = ['openFile', 'multiSelections'];
      const options = { title: 'Import workflows', properties, filters: workflowFiles };
      const choice = await openDialog(window(), options);
      return { paths: choice.canceled ? [] : choice.filePaths };
    },
    async copy_text({ text }) {
      clipboard.writeText(text);
      return {};
    },
    async open_external({ url }) {
      await shell.openExternal(url);
      return {};
    },
  };
}

const zipFiles = { name: 'Zip', extensions: ['zip'] };
const media = 'png webp jpg jpeg gif avif mp4 mov webm mkv flac mp3 opus ogg wav'.split(' ');
const workflowFiles = [
  { name: 'Workflows, and what ComfyUI made', extensions: ['json', ...media] },
  { name: 'All files', extensions: ['*'] },
];

async function chosenPath(parent: BrowserWindow | undefined, options: Electron.OpenDialogOptions) {
  const choice = await openDialog(parent, options);
  return choice.canceled ? null : (choice.filePaths[0] ?? null);
}

function openDialog(parent: BrowserWindow | undefined, options: Electron.OpenDialogOptions) {
  return parent ? dialog.showOpenDialog(parent, options) : dialog.showOpenDialog(options);
}
