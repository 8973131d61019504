/**
 * Stills of films, drawn by Chromium's own decoder in a page without a window. It reads what strangers' nodes wrote, so it
 * is as alone as a page can be: a sandboxed process, a session of its own that answers this page and the one film it is at
 * and reaches nothing else, no bridge, no permissions. It starts with the first film and ends when none has come for a while.
 */
import { assetScheme } from '../../shared/bridge.js';
import { AppError } from '../../shared/errors.js';
import type { MediaFault } from '../../shared/media-fault.js';
import { posterAnswerSchema, posterFunction } from '../../shared/poster.js';
import type { Logger } from '../ports.js';
import { app, session, WebContentsView } from './electron.js';
import { fileResponse, type ServedFile } from './files.js';
import { servePage } from './schemes.js';

export interface Posters {
  /** A WebP. Throws MEDIA_UNSUPPORTED, or the signal's reason. */
  draw(film: ServedFile, signal: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface PosterOptions {
  /** Folder of the built page. */
  pageDir: string;
  /** Origin the page comes from, e.g. `app://window`, or the dev server's. */
  pageOrigin: string;
  logger: Logger;
}

const limitMs = 20_000;
const idleMs = 30_000;
/** Bytes of a still: more than any WebP of its size. */
const mostBytes = 8 * 1024 ** 2;

export function createPosters({ pageDir, pageOrigin, logger }: PosterOptions): Posters {
  /** The program's own window comes first: it is what people wait for, and what opens before it would be taken for it. */
  const opened = new Promise<void>((resolve) => {
    app.once('browser-window-created', (_event, window) =>
      window.webContents.once('did-stop-loading', () => resolve()),
    );
  });
  let queue: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;
  /** The view is held although only its contents are used: without it they would be collected. */
  let page: { view: WebContentsView; loaded: Promise<void> } | undefined;
  let isolated: Electron.Session | undefined;
  /** What the page may read now, under a number that it can't guess ahead. */
  let current: { name: string; file: ServedFile } | undefined;
  let drawn = 0;
  const closing = new AbortController();

  /** The session, made once: it has handlers for the two schemes and lets nothing else out. */
  function apart(): Electron.Session {
    if (isolated !== undefined) return isolated;
    const made = session.fromPartition('posters');
    servePage(pageDir, made.protocol);
    made.protocol.handle(assetScheme, async (request) => {
      const { host, pathname } = new URL(request.url);
      const headers = { 'Access-Control-Allow-Origin': pageOrigin, 'X-Content-Type-Options': 'nosniff' };
      if (host !== 'film' || current === undefined || pathname !== `/${current.name}`)
        return new Response('Not found', { status: 404, headers });
      return fileResponse(request, current.file, headers);
    });
    made.webRequest.onBeforeRequest((details, answer) =>
      answer({
        cancel: !details.url.startsWith(`${pageOrigin}/`) && !details.url.startsWith(`${assetScheme}://film/`),
      }),
    );
    made.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
    made.setPermissionCheckHandler(() => false);
    isolated = made;
    return made;
  }

  function open(): { contents: Electron.WebContents; loaded: Promise<void> } {
    clearTimeout(idle);
    const before = page?.view.webContents;
    if (page !== undefined && before !== undefined && !before.isDestroyed() && !before.isCrashed())
      return { contents: before, loaded: page.loaded };
    const view = new WebContentsView({
      webPreferences: {
        session: apart(),
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        webgl: false,
        // Nobody looks at it, which is no reason to slow down.
        backgroundThrottling: false,
      },
    });
    const contents = view.webContents;
    contents.setAudioMuted(true);
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => event.preventDefault());
    const loaded = contents.loadURL(`${pageOrigin}/poster.html`);
    page = { view, loaded };
    return { contents, loaded };
  }

  function end(): void {
    clearTimeout(idle);
    const ended = page?.view.webContents;
    page = undefined;
    if (ended !== undefined && !ended.isDestroyed()) ended.close();
  }

  async function ask(film: ServedFile, stop: AbortSignal): Promise<Uint8Array> {
    const { contents, loaded } = open();
    drawn += 1;
    current = { name: String(drawn), file: film };
    const address = `${assetScheme}://film/${drawn}`;
    const dies = deathOf(contents, stop);
    try {
      await Promise.race([loaded, dies.promise]);
      const call = `${posterFunction}(${JSON.stringify(address)})`;
      const answer = posterAnswerSchema.parse(await Promise.race([contents.executeJavaScript(call), dies.promise]));
      if ('fault' in answer) throw unsupported(answer.fault, answer.reason);
      if (answer.bytes.byteLength > mostBytes) throw unsupported('damaged', 'The still is too large.');
      return answer.bytes;
    } finally {
      dies.forget();
      current = undefined;
    }
  }

  async function turn(film: ServedFile, signal: AbortSignal): Promise<Uint8Array> {
    const late = AbortSignal.timeout(limitMs);
    const stop = AbortSignal.any([signal, closing.signal, late]);
    stop.throwIfAborted();
    try {
      return await ask(film, stop);
    } catch (error) {
      // Whatever it is at, it is not to be waited for.
      if (stop.aborted || !(error instanceof AppError)) end();
      if (late.aborted) throw unsupported('too_large', 'It takes too long to decode.');
      if (!stop.aborted && !(error instanceof AppError)) logger.warn('a still could not be drawn', { error });
      throw error;
    } finally {
      clearTimeout(idle);
      idle = setTimeout(end, idleMs);
      idle.unref();
    }
  }

  return {
    async draw(film, signal) {
      // A program that ends before it had a window gives up what waits for one.
      const leaving = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await Promise.race([opened, leaving]);
      const mine = queue.then(() => turn(film, signal));
      queue = mine.catch(() => undefined);
      return mine;
    },
    async close() {
      closing.abort(new AppError('CANCELLED', 'The program is closing.'));
      await queue;
      end();
    },
  };
}

/** Rejects when the page's process ends, or with the signal's reason. */
function deathOf(contents: Electron.WebContents, stop: AbortSignal): { promise: Promise<never>; forget(): void } {
  let forget = () => {};
  const promise = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(stop.reason);
    // A decoder that a film brings down would be brought down by it again.
    const onGone = () => reject(unsupported('damaged', 'The decoder died of it.'));
    stop.addEventListener('abort', onAbort, { once: true });
    contents.once('render-process-gone', onGone);
    forget = () => {
      stop.removeEventListener('abort', onAbort);
      contents.off('render-process-gone', onGone);
    };
  });
  promise.catch(() => {});
  return { promise, forget };
}

function unsupported(fault: MediaFault, reason: string): AppError {
  return new AppError('MEDIA_UNSUPPORTED', 'No still could be drawn of the film.', {
    hint: 'Give the person the asset_url instead.',
    details: { fault, reason },
  });
}
