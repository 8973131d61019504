/** How the window looked last time: theme, cell size, panels, place on the screen. Kept by electron-store. */
import Store from 'electron-store';
import { z } from 'zod';
import { initialWindowState, type WindowState, windowStateSchema } from '../../shared/desktop.js';

const boundsSchema = z.object({
  x: z.number().int().optional(),
  y: z.number().int().optional(),
  width: z.number().int().min(400),
  height: z.number().int().min(300),
  maximized: z.boolean(),
});
export type Bounds = z.infer<typeof boundsSchema>;

const defaultBounds: Bounds = { width: 1280, height: 800, maximized: false };

export interface WindowStateStore {
  readonly state: WindowState;
  update(patch: Partial<WindowState>): WindowState;
  bounds: Bounds;
}

/** `directory` holds `window.json`. What can't be read there falls back to the initial values, key by key. */
export function createWindowStateStore(directory: string): WindowStateStore {
  const store = new Store<Record<string, unknown>>({ cwd: directory, name: 'window', clearInvalidConfig: true });
  const read = (): WindowState => {
    const kept = windowStateSchema.partial().safeParse(store.get('state') ?? {});
    return { ...initialWindowState, ...(kept.success ? kept.data : {}) };
  };
  return {
    get state() {
      return read();
    },
    update(patch) {
      const next = { ...read(), ...patch };
      store.set('state', next);
      return next;
    },
    get bounds() {
      const kept = boundsSchema.safeParse(store.get('bounds'));
      return kept.success ? kept.data : defaultBounds;
    },
    set bounds(value: Bounds) {
      store.set('bounds', value);
    },
  };
}
