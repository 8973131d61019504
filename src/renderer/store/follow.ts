/**
 * Follows the one event stream: the state first, then what changes it. Events are numbered without gaps, so a missing
 * number means the state must be read anew. Events go on being applied meanwhile; those that came during the reading
 * are applied once more to what was read, because an answer may be older than an event that overtook it.
 */
import type { OperationOutput } from '../../shared/contract.js';
import { type ErrorValue, toErrorValue } from '../../shared/errors.js';
import type { AppEvent } from '../../shared/events.js';
import type { Client } from '../bridge.js';

export interface FollowTargets {
  snapshot(answer: OperationOutput<'get_snapshot'>): void;
  snapshotFailed(error: ErrorValue): void;
  gallery(answer: OperationOutput<'get_gallery_index'>): void;
  galleryFailed(error: ErrorValue): void;
  /** Events in order. `again` are those applied before, to a state that has been replaced since. */
  events(events: readonly AppEvent[], again: boolean): void;
}

export interface FollowOptions {
  client: Pick<Client, 'invoke' | 'onEvent'>;
  targets: FollowTargets;
  /** Runs a function a little later; the answer calls it off. */
  later(run: () => void, milliseconds: number): () => void;
}

/** Milliseconds events are gathered before they are applied: less than a frame, enough for a burst. */
const gatherMs = 12;
/** Milliseconds before the state is read again after a gap, so that a burst of gaps reads once. */
const rereadMs = 250;

/** What tells that something has changed, and not what it is now. Defaults stand in the parameters of workflows. */
const rereads: ReadonlySet<AppEvent['type']> = new Set(['workflows.changed', 'defaults.changed', 'library.changed']);

export interface Follower {
  /** Reads the small state and the index anew. */
  reload(): void;
  dispose(): void;
}

export function follow({ client, targets, later }: FollowOptions): Follower {
  let lastSeq: number | null = null;
  let waiting: AppEvent[] = [];
  /** What came since the reading began; null when nothing is being read. */
  let since: AppEvent[] | null = null;
  let cancelFlush: (() => void) | null = null;
  let cancelReread: (() => void) | null = null;
  let disposed = false;
  let reading = 0;

  const flush = () => {
    cancelFlush = null;
    const events = waiting;
    waiting = [];
    if (events.length > 0) targets.events(events, false);
  };

  const sawSeq = (seq: number) => {
    lastSeq = Math.max(lastSeq ?? seq, seq);
  };

  const read = async () => {
    reading += 1;
    const mine = reading;
    const current = () => !disposed && mine === reading;
    since ??= [];
    const [snapshot, gallery] = await Promise.allSettled([
      client.invoke('get_snapshot', {}),
      client.invoke('get_gallery_index', {}),
    ]);
    if (!current()) return;
    cancelFlush?.();
    flush();
    const missed = since ?? [];
    since = null;
    if (snapshot.status === 'fulfilled') {
      const { seq } = snapshot.value;
      sawSeq(seq);
      targets.snapshot(snapshot.value);
      targets.events(
        missed.filter((event) => event.seq > seq && !isOfGallery(event)),
        true,
      );
    } else targets.snapshotFailed(toErrorValue(snapshot.reason));
    if (gallery.status === 'fulfilled') {
      const { seq } = gallery.value;
      sawSeq(seq);
      targets.gallery(gallery.value);
      targets.events(
        missed.filter((event) => event.seq > seq && isOfGallery(event)),
        true,
      );
    } else targets.galleryFailed(toErrorValue(gallery.reason));
  };

  const scheduleRead = () => {
    cancelReread ??= later(() => {
      cancelReread = null;
      void read();
    }, rereadMs);
  };

  const stopListening = client.onEvent((event) => {
    if (disposed) return;
    const gap = lastSeq !== null && event.seq > lastSeq + 1;
    sawSeq(event.seq);
    if (gap || rereads.has(event.type)) scheduleRead();
    waiting.push(event);
    since?.push(event);
    cancelFlush ??= later(flush, gatherMs);
  });

  void read();
  return {
    reload: () => void read(),
    dispose() {
      disposed = true;
      stopListening();
      cancelFlush?.();
      cancelReread?.();
    },
  };
}

function isOfGallery(event: AppEvent): boolean {
  return event.type === 'asset.added' || event.type === 'asset.updated' || event.type === 'asset.removed';
}
