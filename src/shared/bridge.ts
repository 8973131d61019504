/**
 * The bridge between window and main process: one `invoke`, one event stream. Transport-neutral: nothing here knows
 * Electron, so the same two calls can later run over another wire.
 */
import type { OperationInput, OperationName, OperationOutput } from './contract.js';
import type { DesktopInput, DesktopName, DesktopOutput } from './desktop.js';
import type { ErrorValue } from './errors.js';
import type { AppEvent } from './events.js';
import type { ThumbnailSize } from './thumbnail.js';

export const invokeChannel = 'invoke';
export const eventChannel = 'event';
/** Says that `take_commands` has something; carries nothing itself, so that none is lost while the page loads. */
export const commandChannel = 'command';

export type Reply<T> = { ok: true; data: T } | { ok: false; error: ErrorValue };

/** What the preload script puts at `window.bridge`. */
export interface Bridge {
  invoke(name: string, input: unknown): Promise<Reply<unknown>>;
  /** Calls back for every event until the returned function is called. */
  onEvent(listener: (event: AppEvent) => void): () => void;
  /** Calls back when a command waits, until the returned function is called. */
  onCommand(listener: () => void): () => void;
  /** Where files that were dropped on the window lie on this machine; empty for what is no file of it. */
  pathOf(file: File): string;
  readonly platform: 'linux' | 'darwin' | 'win32' | 'other';
}

export interface TypedInvoke {
  <K extends OperationName>(name: K, input: OperationInput<K>): Promise<OperationOutput<K>>;
  <K extends DesktopName>(name: K, input: DesktopInput<K>): Promise<DesktopOutput<K>>;
}

/** Scheme the window loads pictures, sound and video from. Only the main process answers it. */
export const assetScheme = 'asset';

/**
 * Address of a thumbnail: WebP, longest side `size` pixels. What has no picture answers 415 with the error's value as JSON
 * (`details.fault` is a `MediaFault`), what can't be had 404 with the same.
 */
export function thumbnailAddress(assetId: string, size: ThumbnailSize): string {
  return `${assetScheme}://thumbnail/${encodeURIComponent(assetId)}?size=${size}`;
}

/** Address of a model's own picture, a small WebP; `version` changes with its file. 404 where there is none. */
export function modelPictureAddress(folder: string, name: string, version: number): string {
  return `${assetScheme}://model/${encodeURIComponent(`${folder}/${name}`)}?version=${version}`;
}

/**
 * Address of small pictures of many assets at once, as far as they were made before: JSON as `thumbnailsSchema` has it.
 * `pixels` is the edge of the square each has to fill.
 */
export function thumbnailsAddress(assetIds: readonly string[], pixels: number): string {
  return `${assetScheme}://thumbnails/${pixels}?ids=${encodeURIComponent(assetIds.join(' '))}`;
}

/** Address of a sound's waveform: JSON as `peaksSchema` has it, or a thumbnail's errors. */
export function peaksAddress(assetId: string): string {
  return `${assetScheme}://peaks/${encodeURIComponent(assetId)}`;
}

/** Address of the original bytes; answers Range requests. */
export function originalAddress(assetId: string): string {
  return `${assetScheme}://original/${encodeURIComponent(assetId)}`;
}

/** Address of a template's picture at the engine; `key` is `module/name`. 404 where there is none. */
export function templateAddress(key: string, ending: string): string {
  return `${assetScheme}://template/${encodeURIComponent(key)}?ending=${encodeURIComponent(ending)}`;
}
