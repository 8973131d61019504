/**
 * The window's door: one `invoke` channel, one `event` channel. Every call is checked for its sender, parsed by the
 * contract, run, and answered as `{ok, data}` or `{ok: false, error}`.
 */
import { eventChannel, invokeChannel, type Reply } from '../../shared/bridge.js';
import { type CallContext, contract, type Handlers, type OperationName } from '../../shared/contract.js';
import { type DesktopContract, type DesktopName, desktopContract } from '../../shared/desktop.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import type { AppEvent } from '../../shared/events.js';
import type { Logger } from '../ports.js';
import { type BrowserWindow, ipcMain } from './electron.js';

type ZodOutput<T> = T extends { _output: infer O } ? O : never;

export type DesktopHandlers = {
  [K in DesktopName]: (
    input: ZodOutput<DesktopContract[K]['input']>,
  ) => Promise<ZodOutput<DesktopContract[K]['output']>>;
};

export interface IpcPorts {
  /** Undefined while the core does not run. */
  handlers(): Handlers | undefined;
  desktop: DesktopHandlers;
  /** Origin of the page that may call, e.g. `app://window`. */
  pageOrigin: string;
  logger: Logger;
}

/** Answers the window's calls until the returned function is called. */
export function serveIpc({ handlers, desktop, pageOrigin, logger }: IpcPorts): () => void {
  ipcMain.handle(invokeChannel, async (event, name: unknown, input: unknown): Promise<Reply<unknown>> => {
    try {
      const sender = event.senderFrame;
      if (!sender || sender.parent !== null || !sameOrigin(sender.url, pageOrigin)) {
        throw new AppError('UNAUTHORIZED', 'Only the window of this app may call.');
      }
      if (isDesktop(name)) return { ok: true, data: await callDesktop(desktop, name, input) };
      if (!isWindowOperation(name)) throw new AppError('NOT_FOUND', `There is no operation ${String(name)}.`);
      const core = handlers();
      if (!core)
        throw new AppError('INTERNAL_ERROR', 'The app has not started.', { hint: 'Look at the startup message.' });
      return { ok: true, data: await call(core, name, input, windowContext()) };
    } catch (error) {
      const value = toErrorValue(error);
      if (value.code === 'INTERNAL_ERROR') logger.error('a call of the window failed', { name, error });
      return { ok: false, error: value };
    }
  });
  return () => ipcMain.removeHandler(invokeChannel);
}

/** Custom standard schemes have a `null` origin for Node's URL, so scheme and host are compared. */
export function sameOrigin(url: string, origin: string): boolean {
  try {
    const [a, b] = [new URL(url), new URL(origin)];
    return a.protocol === b.protocol && a.host === b.host;
  } catch {
    return false;
  }
}

/** Sends every event to the window until the returned function is called or the window is gone. */
export function forwardEvents(
  window: BrowserWindow,
  listen: (listener: (event: AppEvent) => void) => () => void,
): () => void {
  const stop = listen((event) => {
    if (!window.isDestroyed()) window.webContents.send(eventChannel, event);
  });
  window.once('closed', stop);
  return stop;
}

function isDesktop(name: unknown): name is DesktopName {
  return typeof name === 'string' && Object.hasOwn(desktopContract, name);
}

function isWindowOperation(name: unknown): name is OperationName {
  return typeof name === 'string' && Object.hasOwn(contract, name) && contract[name as OperationName].doors.ipc;
}

function callDesktop(desktop: DesktopHandlers, name: DesktopName, input: unknown): Promise<unknown> {
  const handler = desktop[name] as (input: unknown) => Promise<unknown>;
  return handler(desktopContract[name].input.parse(input));
}

function call(handlers: Handlers, name: OperationName, input: unknown, context: CallContext): Promise<unknown> {
  const handler = handlers[name] as (input: unknown, context: CallContext) => Promise<unknown>;
  return handler(contract[name].input.parse(input), context);
}

/** The window is one conversation of its own; it hears of progress by events, not by its calls. */
export function windowContext(): CallContext {
  return {
    door: 'ipc',
    sessionId: 'window',
    client: undefined,
    signal: new AbortController().signal,
    progress() {},
    attachImage() {},
  };
}
