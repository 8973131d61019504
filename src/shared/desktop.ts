/**
 * What only the desktop app can do: native dialogs, files, how the window looked. Travels over the same IPC channel as
 * the contract, but is served by Electron's side, not by the core.
 */
import { z } from 'zod';
import { movePlanSchema, moveStatusSchema, oldFolderSchema } from './data-move.js';
import { errorValueSchema } from './errors.js';

export const windowStateSchema = z.object({
  theme: z.enum(['system', 'dark', 'light']),
  /** Target edge of a gallery cell in pixels. */
  cell: z.union([z.literal(96), z.literal(128), z.literal(160), z.literal(224), z.literal(320)]),
  sidebar: z.boolean(),
  inspector: z.boolean(),
  /** What one job made is one tile in the gallery, until it is opened. */
  stacks: z.boolean(),
  /** Closing the window leaves the app in the tray, where there is one. */
  close_to_tray: z.boolean(),
  /** The first run is over: the gallery opens instead of the welcome. */
  welcomed: z.boolean(),
});
export type WindowState = z.infer<typeof windowStateSchema>;

export const initialWindowState: WindowState = {
  theme: 'system',
  cell: 160,
  sidebar: true,
  inspector: false,
  stacks: true,
  close_to_tray: true,
  welcomed: false,
};

/** What the window is told to do from outside of its page. */
export const windowCommandSchema = z.discriminatedUnion('kind', [
  /** Chosen in the application menu: an id of the page's actions. */
  z.object({ kind: z.literal('action'), id: z.string() }),
  /** A link was opened; `asset_id` is null where it leads nowhere. */
  z.object({ kind: z.literal('link'), asset_id: z.string().nullable() }),
]);
export type WindowCommand = z.infer<typeof windowCommandSchema>;

export const menuNames = ['file', 'edit', 'view', 'help'] as const;
export type MenuName = (typeof menuNames)[number];
export const menuItemSchema = z.object({
  id: z.string().min(1).max(100),
  menu: z.enum(menuNames),
  label: z.string().min(1).max(200),
  /** As Electron writes it; shown only, the page itself listens to keys. */
  accelerator: z.string().max(50).nullable(),
  enabled: z.boolean(),
});
export type MenuItem = z.infer<typeof menuItemSchema>;

const loginStartSchema = z.object({ enabled: z.boolean() });
export type LoginStart = z.infer<typeof loginStartSchema>;

export const desktopContract = {
  /** What waits to be done, the oldest first; each is handed out once. */
  take_commands: { input: z.object({}), output: z.object({ commands: z.array(windowCommandSchema) }) },
  /** The page's part of the application menu. */
  set_menu: { input: z.object({ items: z.array(menuItemSchema).max(100) }), output: z.object({}) },
  /** What kept the core from starting; null when it runs. The window then offers the ways out below. */
  get_startup_fault: { input: z.object({}), output: z.object({ fault: errorValueSchema.nullable() }) },
  /** Starts the program anew, with another data directory if one is asked for and chosen. */
  restart: { input: z.object({ choose_data_dir: z.boolean() }), output: z.object({ restarting: z.boolean() }) },
  /** Asks the headless program that holds the data to make room, and goes on in its place. */
  take_over: { input: z.object({}), output: z.object({}) },
  /** Where the data would lie if it was moved to a folder, and whether it can be. */
  plan_data_move: { input: z.object({ path: z.string().min(1) }), output: movePlanSchema },
  /**
   * Moves the data, or takes the library that lies there, and starts anew. While it copies, the core is away. When it
   * rejects, everything is as it was.
   */
  move_data_dir: { input: z.object({ path: z.string().min(1), use_library: z.boolean() }), output: z.object({}) },
  get_data_move: { input: z.object({}), output: moveStatusSchema },
  cancel_data_move: { input: z.object({}), output: z.object({}) },
  /** The folder that the data was moved out of; null when there is nothing to tell. */
  get_old_data_dir: { input: z.object({}), output: z.object({ old: oldFolderSchema.nullable() }) },
  remove_old_data_dir: { input: z.object({}), output: z.object({}) },
  /** It stays, and is not told any more. */
  keep_old_data_dir: { input: z.object({}), output: z.object({}) },
  quit: { input: z.object({}), output: z.object({}) },
  /** Whether the app starts with the session, without its window. */
  get_login_start: { input: z.object({}), output: loginStartSchema },
  set_login_start: { input: z.object({ enabled: z.boolean() }), output: loginStartSchema },
  get_window_state: { input: z.object({}), output: windowStateSchema },
  set_window_state: { input: windowStateSchema.partial(), output: windowStateSchema },
  /** Asks where to, then copies the original there. `path` is null when the person changed their mind. */
  save_asset_as: { input: z.object({ asset_id: z.string() }), output: z.object({ path: z.string().nullable() }) },
  /** Asks for a folder. `path` is null when the person changed their mind. */
  choose_folder: {
    input: z.object({ title: z.string() }),
    output: z.object({ path: z.string().nullable() }),
  },
  /** Starts a drag out of the window with the originals of these. */
  drag_out: { input: z.object({ asset_ids: z.array(z.string()).min(1).max(100) }), output: z.object({}) },
  /** Opens the system's file manager where the file lies. */
  show_in_folder: { input: z.object({ path: z.string().min(1) }), output: z.object({}) },
  /** Asks for the zip to write, or the folder that gets a new one. `name` has no ending. Null: they changed their mind. */
  choose_export_target: {
    input: z.object({ to: z.enum(['zip', 'folder']), name: z.string().min(1).max(200) }),
    output: z.object({ path: z.string().nullable() }),
  },
  /** Asks for a backup: a zip, or the manifest in the folder of an export. */
  choose_backup: { input: z.object({}), output: z.object({ path: z.string().nullable() }) },
  /** Asks for files that workflows may be in: JSON, and what ComfyUI writes graphs into. None: they changed their mind. */
  choose_workflow_files: { input: z.object({}), output: z.object({ paths: z.array(z.string()) }) },
  copy_text: { input: z.object({ text: z.string() }), output: z.object({}) },
  /** Opens an http(s) address in the person's browser. */
  open_external: { input: z.object({ url: z.url({ protocol: /^https?$/ }) }), output: z.object({}) },
} as const;

export type DesktopContract = typeof desktopContract;
export type DesktopName = keyof DesktopContract;
export type DesktopInput<K extends DesktopName> = z.input<DesktopContract[K]['input']>;
export type DesktopOutput<K extends DesktopName> = z.output<DesktopContract[K]['output']>;
