import { type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { nextSpeed, stepTo, usualFrame } from './media-time.js';
import { startPlaying } from './play.js';
import { type Player, useTicks, watchFrames } from './usePlayer.js';

/** Further apart than this, in seconds, one is set to the other's time. */
const apart = 0.1;

/** What the element of one film or sound gets, among several that play as one. */
export interface Joined {
  muted: boolean;
  ref(element: HTMLMediaElement | null): (() => void) | undefined;
  onPlay(): void;
  onPause(): void;
  onEnded(): void;
  onLoadedMetadata(event: SyntheticEvent<HTMLMediaElement>): void;
}

/** Several films or sounds that play as one, to the time of the longest; only one of them is heard. */
export function useTogether(heard: string): { player: Player; join(id: string): Joined } {
  const all = useRef(new Map<string, HTMLMediaElement>());
  const frames = useRef(new Map<string, number>());
  const [playing, setPlaying] = useState(false);
  const [time, setTime] = useState(0);
  const [length, setLength] = useState(0);
  const [speed, setSpeed] = useState(1);
  const [loop, setLoop] = useState(true);
  const [muted, setMuted] = useState(false);
  useEffect(() => {
    for (const media of all.current.values()) media.playbackRate = speed;
  }, [speed]);
  useTicks(playing, () => {
    const leader = longest(all.current.values());
    if (leader === undefined) return;
    setTime(leader.currentTime);
    for (const media of all.current.values()) follow(media, leader);
  });

  const seek = (next: number) => {
    setTime(next);
    for (const media of all.current.values()) media.currentTime = Math.min(next, lengthOf(media));
  };
  const play = () => {
    for (const media of all.current.values()) if (time < lengthOf(media)) startPlaying(media, ignore);
  };
  const pause = () => {
    for (const media of all.current.values()) media.pause();
  };
  const player: Player = {
    playing,
    time,
    length,
    speed,
    loop,
    muted,
    seek,
    setLoop,
    setMuted,
    changeSpeed: (by) => setSpeed(nextSpeed(speed, by)),
    toggle() {
      if (playing) pause();
      else if (time >= length) {
        seek(0);
        for (const media of all.current.values()) startPlaying(media, ignore);
      } else play();
    },
    step(by) {
      pause();
      const now = longest(all.current.values())?.currentTime ?? time;
      const frame = frames.current.get(heard) ?? [...frames.current.values()][0] ?? usualFrame;
      seek(stepTo(now, frame, by, length));
    },
  };

  const join = (id: string): Joined => ({
    muted: muted || id !== heard,
    ref(element) {
      if (element === null) return undefined;
      all.current.set(id, element);
      const stop =
        element instanceof HTMLVideoElement
          ? watchFrames(element, (frame) => frames.current.set(id, frame))
          : () => undefined;
      return () => {
        stop();
        if (all.current.get(id) === element) all.current.delete(id);
      };
    },
    onPlay: () => setPlaying(true),
    onPause: () => setPlaying([...all.current.values()].some((media) => !media.paused)),
    onEnded() {
      if (!loop || [...all.current.values()].some((media) => !media.ended && !media.paused)) return;
      seek(0);
      for (const media of all.current.values()) startPlaying(media, ignore);
    },
    onLoadedMetadata({ currentTarget }) {
      currentTarget.playbackRate = speed;
      currentTarget.currentTime = Math.min(time, lengthOf(currentTarget));
      setLength(Math.max(0, ...[...all.current.values()].map(lengthOf)));
      if (playing) startPlaying(currentTarget, ignore);
    },
  });
  return { player, join };
}

function lengthOf(media: HTMLMediaElement): number {
  return Number.isFinite(media.duration) ? media.duration : 0;
}

function longest(all: Iterable<HTMLMediaElement>): HTMLMediaElement | undefined {
  return [...all].sort((a, b) => lengthOf(b) - lengthOf(a))[0];
}

/** Keeps one at the time of the leader, as long as it lasts. */
function follow(media: HTMLMediaElement, leader: HTMLMediaElement): void {
  if (media === leader || media.seeking || media.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
  const wanted = Math.min(leader.currentTime, lengthOf(media));
  if (Math.abs(media.currentTime - wanted) > apart) media.currentTime = wanted;
}

/** A damaged file says so in its own pane. */
function ignore(): void {}
