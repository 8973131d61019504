import { describe, expect, it } from 'vitest';
import { AppError, type ErrorValue } from '../../shared/errors.js';
import type { AppEvent } from '../../shared/events.js';
import type { Client } from '../bridge.js';
import { follow } from './follow.js';
import { jobFixture, snapshotFixture } from './test-data.js';

interface Answer {
  name: string;
  give(value: unknown): void;
  refuse(error: unknown): void;
}

/** A main process whose answers, events and clock the test moves by hand. */
function stage() {
  const asked: Answer[] = [];
  const timers = new Set<{ run(): void; ms: number }>();
  const seen: string[] = [];
  let listener: ((event: AppEvent) => void) | null = null;
  const client = {
    invoke: ((name: string) =>
      new Promise((give, refuse) => {
        asked.push({ name, give, refuse });
      })) as Client['invoke'],
    onEvent(next: (event: AppEvent) => void) {
      listener = next;
      return () => {
        listener = null;
      };
    },
  };
  const follower = follow({
    client,
    later(run, ms) {
      const timer = { run, ms };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    targets: {
      snapshot: (answer) => seen.push(`snapshot ${answer.seq}`),
      snapshotFailed: (error: ErrorValue) => seen.push(`no snapshot: ${error.code}`),
      gallery: (answer) => seen.push(`gallery ${answer.seq}`),
      galleryFailed: (error: ErrorValue) => seen.push(`no gallery: ${error.code}`),
      events: (events, again) => {
        if (events.length > 0) seen.push(`${again ? 'again' : 'events'} ${events.map((event) => event.seq).join(' ')}`);
      },
    },
  });
  return {
    follower,
    seen,
    listening: () => listener !== null,
    emit: (event: AppEvent) => listener?.(event),
    job: (seq: number) => listener?.({ type: 'job.changed', seq, job: jobFixture({ prompt_id: `p${seq}` }) }),
    removed: (seq: number) => listener?.({ type: 'asset.removed', seq, asset_id: `a${seq}` }),
    /** Lets the timers of up to `ms` milliseconds run. */
    pass(ms: number) {
      for (const timer of [...timers]) {
        if (timer.ms > ms) continue;
        timers.delete(timer);
        timer.run();
      }
    },
    waiting: () => asked.length,
    async answer(snapshotSeq: number, gallerySeq = snapshotSeq) {
      for (const { name, give } of asked.splice(0)) {
        give(
          name === 'get_snapshot'
            ? snapshotFixture({ seq: snapshotSeq })
            : { seq: gallerySeq, asset_ids: [], created_at: [], media_kinds: [], jobs: [], batches: [] },
        );
      }
      await new Promise((resolve) => setTimeout(resolve));
    },
    asked,
  };
}

describe('follow', () => {
  it('reads the state, then applies what comes in order and together', async () => {
    const main = stage();
    await main.answer(10);
    main.job(11);
    main.removed(12);
    main.pass(20);
    expect(main.seen).toEqual(['snapshot 10', 'gallery 10', 'events 11 12']);
    expect(main.waiting()).toBe(0);
  });

  it('applies again what overtook an answer, to the part it belongs to and only if it is newer', async () => {
    const main = stage();
    main.job(9);
    main.removed(10);
    main.job(11);
    main.removed(12);
    await main.answer(10, 11);
    expect(main.seen).toEqual(['events 9 10 11 12', 'snapshot 10', 'again 11', 'gallery 11', 'again 12']);
  });

  it('reads the state anew after a gap, once for a burst of gaps', async () => {
    const main = stage();
    await main.answer(10);
    main.job(13);
    main.job(20);
    main.pass(20);
    expect(main.waiting()).toBe(0);
    main.pass(250);
    expect(main.asked.map((one) => one.name)).toEqual(['get_snapshot', 'get_gallery_index']);
    await main.answer(20);
    expect(main.seen.slice(2)).toEqual(['events 13 20', 'snapshot 20', 'gallery 20']);
    main.job(21);
    main.pass(20);
    main.pass(250);
    expect(main.waiting()).toBe(0);
  });

  it('reads anew when the workflows changed', async () => {
    const main = stage();
    await main.answer(10);
    main.emit({ type: 'workflows.changed', seq: 11 });
    main.pass(250);
    expect(main.waiting()).toBe(2);
  });

  it('tells each part that could not be read, and follows the other', async () => {
    const main = stage();
    for (const { name, give, refuse } of main.asked.splice(0)) {
      if (name === 'get_snapshot') give(snapshotFixture({ seq: 3 }));
      else refuse(new AppError('INTERNAL_ERROR', 'no'));
    }
    await new Promise((resolve) => setTimeout(resolve));
    main.job(4);
    main.pass(20);
    expect(main.seen).toEqual(['snapshot 3', 'no gallery: INTERNAL_ERROR', 'events 4']);
  });

  it('takes the latest reading only, and none after it was ended', async () => {
    const main = stage();
    const [first] = main.asked.splice(0, 2);
    main.follower.reload();
    first?.give(snapshotFixture());
    await main.answer(5);
    expect(main.seen).toEqual(['snapshot 5', 'gallery 5']);
    main.follower.reload();
    main.follower.dispose();
    await main.answer(9);
    expect(main.seen).toHaveLength(2);
    expect(main.listening()).toBe(false);
  });
});
