import { type RefObject, type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { frameLength, nextSpeed, stepTo, usualFrame } from './media-time.js';
import { startPlaying } from './play.js';

/** What a row of transport controls shows and does. Times are seconds. */
export interface Player {
  playing: boolean;
  time: number;
  length: number;
  speed: number;
  loop: boolean;
  muted: boolean;
  toggle(): void;
  seek(time: number): void;
  changeSpeed(by: 1 | -1): void;
  setLoop(loop: boolean): void;
  setMuted(muted: boolean): void;
  /** Absent where there are no frames. */
  step?(by: 1 | -1): void;
}

interface PlayerInput<T extends HTMLMediaElement> {
  media: RefObject<T | null>;
  /** Seconds as far as the record tells. */
  length: number | null;
  /** Whether it begins again at its end, until the person decides. */
  loop: boolean;
  onBroken(): void;
}

/** One film or sound: what its controls show, and what its element has to tell. */
export function usePlayer<T extends HTMLMediaElement>({
  media,
  length: recorded,
  loop: loops,
  onBroken,
}: PlayerInput<T>) {
  const [playing, setPlaying] = useState(false);
  const [time, setTime] = useState(0);
  const [length, setLength] = useState(recorded ?? 0);
  const [speed, setSpeed] = useState(1);
  const [loop, setLoop] = useState(loops);
  const [muted, setMuted] = useState(false);
  const frame = useFrameLength(media);
  useEffect(() => {
    if (media.current !== null) media.current.playbackRate = speed;
  }, [media, speed]);
  useTicks(playing, () => setTime(media.current?.currentTime ?? 0));
  const seek = (next: number) => {
    setTime(next);
    if (media.current !== null) media.current.currentTime = next;
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
      const element = media.current;
      if (element === null) return;
      if (element.paused) startPlaying(element, onBroken);
      else element.pause();
    },
    step(by) {
      const element = media.current;
      if (element === null) return;
      element.pause();
      seek(stepTo(element.currentTime, frame.current ?? usualFrame, by, length));
    },
  };
  const element = {
    loop,
    muted,
    onPlay: () => setPlaying(true),
    onPause: () => setPlaying(false),
    onEnded: () => setPlaying(false),
    onSeeked: (event: SyntheticEvent<HTMLMediaElement>) => setTime(event.currentTarget.currentTime),
    onLoadedMetadata: ({ currentTarget }: SyntheticEvent<HTMLMediaElement>) => {
      if (Number.isFinite(currentTarget.duration)) setLength(currentTarget.duration);
      currentTarget.playbackRate = speed;
    },
    onError: onBroken,
  };
  return { player, element };
}

/** Calls with every frame of the window while something plays. */
export function useTicks(running: boolean, tick: () => void): void {
  const latest = useRef(tick);
  latest.current = tick;
  useEffect(() => {
    if (!running) return;
    let frame = 0;
    const next = () => {
      latest.current();
      frame = requestAnimationFrame(next);
    };
    frame = requestAnimationFrame(next);
    return () => cancelAnimationFrame(frame);
  }, [running]);
}

/** Length of a film's frames in seconds, as far as it has been seen; null before. */
function useFrameLength(media: RefObject<HTMLMediaElement | null>): RefObject<number | null> {
  const frame = useRef<number | null>(null);
  useEffect(() => {
    const video = media.current;
    if (!(video instanceof HTMLVideoElement)) return;
    return watchFrames(video, (length) => {
      frame.current = length;
    });
  }, [media]);
  return frame;
}

/** Tells the length of a film's frames, in seconds, as often as another frame teaches it better. */
export function watchFrames(video: HTMLVideoElement, onLength: (length: number) => void): () => void {
  let known: number | null = null;
  let before: number | null = null;
  let asked = 0;
  const seen = (_now: number, { mediaTime }: VideoFrameCallbackMetadata) => {
    if (before !== null) known = frameLength(known, before, mediaTime);
    if (known !== null) onLength(known);
    before = mediaTime;
    asked = video.requestVideoFrameCallback(seen);
  };
  asked = video.requestVideoFrameCallback(seen);
  return () => video.cancelVideoFrameCallback(asked);
}
