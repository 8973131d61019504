/** The tray: state at a glance, the endpoint's switch, the window, the way out. */
import type { EndpointStatus, EngineStatus } from '../../shared/status.js';
import { app, Menu, nativeImage, Tray } from './electron.js';

export interface TrayPorts {
  /** Path of the picture for each state of the endpoint. */
  icons: { on: string; off: string };
  engine(): EngineStatus | undefined;
  endpoint(): EndpointStatus | undefined;
  toggleEndpoint(on: boolean): void;
  showWindow(): void;
  copyAddress(url: string): void;
  quit(): void;
}

export interface AppTray {
  /** Call when engine or endpoint changed. */
  refresh(): void;
  destroy(): void;
}

export function createTray(ports: TrayPorts): AppTray {
  const tray = new Tray(image(ports.icons.off));
  tray.on('click', () => ports.showWindow());

  let shown = '';
  const refresh = () => {
    const endpoint = ports.endpoint();
    // A menu that is set anew closes under the pointer, and the engine tells its free memory every few seconds.
    const next = `${engineLine(ports.engine())}\n${endpoint?.state}\n${endpointLine(endpoint)}`;
    if (next === shown) return;
    shown = next;
    const on = endpoint?.state === 'on';
    tray.setImage(image(on ? ports.icons.on : ports.icons.off));
    tray.setToolTip(`${app.name}: ${endpointLine(endpoint)}`);
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { id: 'engine', label: engineLine(ports.engine()), enabled: false },
        { id: 'endpoint', label: endpointLine(endpoint), enabled: false },
        { type: 'separator' },
        {
          id: 'toggle',
          label: on ? 'Stop the MCP endpoint' : 'Start the MCP endpoint',
          enabled: endpoint !== undefined,
          click: () => ports.toggleEndpoint(!on),
        },
        {
          id: 'copy',
          label: 'Copy the endpoint address',
          enabled: on,
          click: () => {
            const url = ports.endpoint()?.url;
            if (url) ports.copyAddress(url);
          },
        },
        { type: 'separator' },
        { id: 'show', label: `Open ${app.name}`, click: () => ports.showWindow() },
        { id: 'quit', label: 'Quit', click: () => ports.quit() },
      ]),
    );
  };
  refresh();
  return { refresh, destroy: () => tray.destroy() };
}

function image(file: string) {
  const icon = nativeImage.createFromPath(file);
  // macOS paints template images itself, light or dark as its menu bar is.
  if (process.platform === 'darwin') icon.setTemplateImage(true);
  return icon;
}

/** One line about the engine for people, e.g. `ComfyUI 0.3.64 at localhost:8188`. */
export function engineLine(engine: EngineStatus | undefined): string {
  if (!engine) return 'Not started';
  if (engine.kind === 'demo') return 'Demo engine';
  const place = engine.url.replace(/^https?:\/\//, '');
  if (engine.state === 'ready') return `ComfyUI${engine.version ? ` ${engine.version}` : ''} at ${place}`;
  return engine.state === 'connecting' ? `Connecting to ${place}` : `ComfyUI does not answer at ${place}`;
}

/** One line about the endpoint, e.g. `MCP on 127.0.0.1:9000, 2 agents`. */
export function endpointLine(endpoint: EndpointStatus | undefined): string {
  if (!endpoint || endpoint.state === 'off') return 'MCP endpoint off';
  if (endpoint.state === 'failed') return endpoint.error?.message ?? 'MCP endpoint failed';
  const agents = endpoint.agents.length;
  const who = agents === 0 ? '' : agents === 1 ? ', 1 agent' : `, ${agents} agents`;
  return `MCP on ${endpoint.url?.replace(/^https?:\/\//, '').replace(/\/mcp$/, '') ?? ''}${who}`;
}
