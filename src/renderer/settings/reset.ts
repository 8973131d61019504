/** Taking settings back to what the app came with, and the way back from that. */
import { initialWindowState, type WindowState } from '../../shared/desktop.js';
import type { SettingName, SettingsView } from '../../shared/settings.js';
import type { App, SettingsSection } from '../store/store.js';
import { plural } from '../ui/format.js';

/** Settings of the window that have a row of their own. */
const windowNames = ['theme', 'close_to_tray'] as const satisfies readonly (keyof WindowState)[];

const sectionNames: Partial<Record<SettingsSection, readonly SettingName[]>> = {
  engine: ['comfyui_url', 'comfyui_headers', 'demo', 'register_foreign_outputs'],
  endpoint: ['endpoint_enabled', 'port', 'host', 'token'],
  library: ['import_dir'],
  storage: ['asset_ttl_hours', 'cache_limit_bytes', 'workflow_dir'],
  publishing: ['publish_root', 'comfyui_output_root'],
};

/** What a reset would take back. */
export interface Resettable {
  /** Undefined: all that the settings file holds. */
  names: readonly SettingName[] | undefined;
  window: readonly (typeof windowNames)[number][];
  count: number;
}

/** What is set by hand in a section of the settings, or in all of them. */
export function resettable(settings: SettingsView, window: WindowState, section: SettingsSection | 'all'): Resettable {
  const fromFile = Object.keys(settings.sources).filter((name) => settings.sources[name] === 'file');
  const own = sectionNames[section === 'all' ? 'about' : section] ?? [];
  const names = section === 'all' ? undefined : own.filter((name) => fromFile.includes(name));
  const ofWindow = section === 'all' || section === 'window' ? windowNames : [];
  const changed = ofWindow.filter((name) => window[name] !== initialWindowState[name]);
  return { names, window: changed, count: (names ?? fromFile).length + changed.length };
}

/** Resets, and offers the way back: in a message, and as the latest step of what can be undone. */
export async function resetSettings(app: App, { names, window }: Resettable): Promise<void> {
  const before = app.store.getState().window;
  let undoId: string | null = null;
  const reset = async () => {
    let count = window.length;
    if (names === undefined || names.length > 0) {
      const done = await app.client.invoke('reset_settings', names === undefined ? {} : { names: [...names] });
      undoId = done.undo_id;
      count += done.reset.length;
    }
    if (window.length > 0) app.setWindow(pick(initialWindowState, window));
    return count;
  };
  const undo = async () => {
    if (undoId !== null) await app.client.invoke('undo_reset_settings', { undo_id: undoId });
    if (window.length > 0) app.setWindow(pick(before, window));
  };
  try {
    const count = await reset();
    const takeBack = app.history.add({ title: 'Reset of settings', undo, redo: async () => void (await reset()) });
    app.toast(`${plural(count, 'setting')} reset.`, { action: { label: 'Undo', run: () => void takeBack() } });
  } catch (error) {
    app.fail(error);
  }
}

function pick<K extends keyof WindowState>(state: WindowState, names: readonly K[]): Partial<WindowState> {
  return Object.fromEntries(names.map((name) => [name, state[name]])) as Partial<WindowState>;
}
