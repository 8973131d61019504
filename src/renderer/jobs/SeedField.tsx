import { Pipette } from 'lucide-react';
import { drawnSeedRange } from '../../shared/params.js';
import { currentAsset } from '../actions/registry.js';
import { useAppState, useAsset } from '../store/hooks.js';
import { IconButton } from '../ui/Button.js';
import { Segments } from '../ui/controls.js';
import { cx } from '../ui/cx.js';
import parts from '../ui/parts.module.css';
import css from './Composer.module.css';

export type SeedMode = 'random' | 'fixed' | 'step';

interface SeedFieldProps {
  id: string;
  value: string;
  stepping: boolean;
  invalid: boolean;
  changed: boolean;
  onChange(value: string): void;
  onStepping(stepping: boolean): void;
}

const modes = [
  { value: 'random', label: 'Random' },
  { value: 'fixed', label: 'Fixed' },
  { value: 'step', label: '+1' },
] as const;

/** The seed: drawn anew each time, kept, or counted up after each run; and the current picture's, to take over. */
export function SeedField({ id, value, stepping, invalid, changed, onChange, onStepping }: SeedFieldProps) {
  const current = useAsset(useAppState(currentAsset));
  const { seed, noise_seed: noise } = current?.parameters ?? {};
  const found = seed ?? noise;
  const mode: SeedMode = value.trim() === '' ? 'random' : stepping ? 'step' : 'fixed';
  const choose = (next: SeedMode) => {
    onStepping(next === 'step');
    if (next === 'random') onChange('');
    else if (mode === 'random') onChange(String(found ?? Math.floor(Math.random() * drawnSeedRange)));
  };
  return (
    <span className={css.seed}>
      <input
        id={id}
        className={cx(parts.field, parts.num)}
        value={value}
        placeholder="Drawn anew"
        inputMode="numeric"
        aria-invalid={invalid}
        aria-describedby={invalid ? `${id}-error` : undefined}
        data-changed={changed || undefined}
        onChange={(event) => onChange(event.target.value)}
        spellCheck={false}
        autoComplete="off"
      />
      <Segments label="Seed of the next run" value={mode} choices={modes} onChange={choose} />
      <IconButton
        label="Use the seed of the current picture"
        side="top"
        disabled={typeof found !== 'number'}
        onClick={() => onChange(String(found))}
      >
        <Pipette />
      </IconButton>
    </span>
  );
}
