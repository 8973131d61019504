import { Pause, Play, Repeat, StepBack, StepForward, Volume2, VolumeX } from 'lucide-react';
import type { CSSProperties } from 'react';
import { IconButton } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import { formatClock } from '../ui/format.js';
import css from './Transport.module.css';
import type { Player } from './usePlayer.js';

interface TransportProps {
  player: Player;
  /** False where the time is sought elsewhere, such as on a waveform. */
  scrub?: boolean;
  /** False where it is told which one is heard in another way. */
  sound?: boolean;
}

/** Play, frames, time, speed and loop, in a row that takes its own place. Keys find the buttons by their data. */
export function Transport({ player, scrub = true, sound = true }: TransportProps) {
  const { playing, time, length, speed, loop, muted, step } = player;
  return (
    <div className={cx(css.transport, !scrub && css.bare)} role="toolbar" aria-label="Playing">
      <button
        type="button"
        className={css.play}
        aria-label={playing ? 'Pause' : 'Play'}
        onClick={() => player.toggle()}
        data-play
      >
        {playing ? <Pause aria-hidden /> : <Play aria-hidden />}
      </button>
      {step !== undefined && (
        <span className={css.group}>
          <IconButton label="One frame back" keys="," side="top" onClick={() => step(-1)} data-step="-1">
            <StepBack />
          </IconButton>
          <IconButton label="One frame on" keys="." side="top" onClick={() => step(1)} data-step="1">
            <StepForward />
          </IconButton>
        </span>
      )}
      <span className={css.time} data-testid="time">
        {formatClock(time)} of {formatClock(length)}
      </span>
      {scrub ? <Scrub player={player} /> : <span className={css.grow} />}
      <fieldset className={css.speed} aria-label="Speed">
        <button
          type="button"
          aria-label="Slower"
          title="Slower  <"
          onClick={() => player.changeSpeed(-1)}
          data-speed="-1"
        >
          −
        </button>
        <output aria-label={`Speed ${speed}`}>{speed}×</output>
        <button
          type="button"
          aria-label="Faster"
          title="Faster  >"
          onClick={() => player.changeSpeed(1)}
          data-speed="1"
        >
          +
        </button>
      </fieldset>
      <IconButton
        label={loop ? 'Play once' : 'Again and again'}
        keys="L"
        side="top"
        aria-pressed={loop}
        onClick={() => player.setLoop(!loop)}
        data-loop
      >
        <Repeat />
      </IconButton>
      {sound && (
        <IconButton
          label={muted ? 'Sound on' : 'Sound off'}
          keys="M"
          side="top"
          aria-pressed={muted}
          onClick={() => player.setMuted(!muted)}
          data-mute
        >
          {muted ? <VolumeX /> : <Volume2 />}
        </IconButton>
      )}
    </div>
  );
}

/** The position as a line to be dragged. */
function Scrub({ player: { time, length, seek } }: { player: Player }) {
  const played = length > 0 ? Math.min(1, time / length) : 0;
  const style: CSSProperties & Record<'--played', string> = { '--played': `${played * 100}%` };
  return (
    <input
      type="range"
      className={css.scrub}
      style={style}
      aria-label="Position"
      aria-valuetext={`${formatClock(time)} of ${formatClock(length)}`}
      min={0}
      max={length || 1}
      step={0.01}
      value={time}
      onChange={(event) => seek(Number(event.target.value))}
    />
  );
}

/** Keys of the transport controls that are in `root`; what they did is true. */
export function transportKey(key: string, root: HTMLElement | null): boolean {
  const button = { ',': '[data-step="-1"]', '.': '[data-step="1"]', '<': '[data-speed="-1"]', '>': '[data-speed="1"]' };
  const toggles = { l: '[data-loop]', m: '[data-mute]' };
  const wanted = new Map(Object.entries({ ...button, ...toggles })).get(key);
  const found = wanted === undefined ? null : root?.querySelector<HTMLElement>(wanted);
  found?.click();
  return found != null;
}
