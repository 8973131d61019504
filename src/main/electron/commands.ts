/** Commands for the page from outside of it. They wait here until the page takes them: it may still be loading. */
import { commandChannel } from '../../shared/bridge.js';
import { assetOfLink, isLink } from '../../shared/deep-link.js';
import type { WindowCommand } from '../../shared/desktop.js';
import type { BrowserWindow } from './electron.js';

export interface Commands {
  send(command: WindowCommand): void;
  /** What waits; each is handed out once. */
  take(): WindowCommand[];
}

export function createCommands(window: () => BrowserWindow | undefined): Commands {
  const waiting: WindowCommand[] = [];
  return {
    send(command) {
      waiting.push(command);
      const page = window();
      if (page !== undefined && !page.isDestroyed()) page.webContents.send(commandChannel);
    },
    take: () => waiting.splice(0),
  };
}

/** The link on a command line, which is how Linux and Windows hand it over; undefined when there is none. */
export function linkIn(argv: readonly string[]): WindowCommand | undefined {
  const link = argv.find(isLink);
  return link === undefined ? undefined : commandOf(link);
}

export function commandOf(link: string): WindowCommand {
  return { kind: 'link', asset_id: assetOfLink(link) };
}
