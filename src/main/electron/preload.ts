/** The only code that sees both the page and Electron: it hands the page four functions and no more. */
import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { type Bridge, commandChannel, eventChannel, invokeChannel } from '../../shared/bridge.js';
import type { AppEvent } from '../../shared/events.js';

const platforms: Partial<Record<NodeJS.Platform, Bridge['platform']>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'win32',
};

const bridge: Bridge = {
  invoke: (name, input) => ipcRenderer.invoke(invokeChannel, name, input),
  onEvent(listener) {
    const forward = (_event: unknown, payload: AppEvent) => listener(payload);
    ipcRenderer.on(eventChannel, forward);
    return () => ipcRenderer.off(eventChannel, forward);
  },
  onCommand(listener) {
    const forward = () => listener();
    ipcRenderer.on(commandChannel, forward);
    return () => ipcRenderer.off(commandChannel, forward);
  },
  pathOf: (file) => webUtils.getPathForFile(file),
  platform: platforms[process.platform] ?? 'other',
};

contextBridge.exposeInMainWorld('bridge', bridge);
