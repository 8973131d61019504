/** Controls that hold a value: switch, segments, slider in steps, list to choose from. */
import { Select } from '@base-ui/react/select';
import { Slider } from '@base-ui/react/slider';
import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import slider from './controls.module.css';
import { cx } from './cx.js';
import { useLandmark } from './landmark.js';
import overlays from './overlays.module.css';
import css from './parts.module.css';

interface SwitchProps {
  label: string;
  checked: boolean;
  disabled?: boolean;
  onChange(checked: boolean): void;
}

export function Switch({ label, checked, disabled, onChange }: SwitchProps) {
  return (
    <BaseSwitch.Root
      aria-label={label}
      checked={checked}
      disabled={disabled}
      onCheckedChange={onChange}
      className={css.switch}
    >
      <BaseSwitch.Thumb className={css.thumb} />
    </BaseSwitch.Root>
  );
}

export interface Choice<T extends string> {
  value: T;
  label: string;
  icon?: ReactNode;
}

interface SegmentsProps<T extends string> {
  label: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange(value: T): void;
}

/** A few choices side by side, one of them pressed. */
export function Segments<T extends string>({ label, value, choices, onChange }: SegmentsProps<T>) {
  return (
    <ToggleGroup
      aria-label={label}
      className={css.segments}
      value={[value]}
      onValueChange={(pressed) => {
        const chosen = choices.find((choice) => choice.value === pressed[0]);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {choices.map((choice) => (
        <Toggle key={choice.value} value={choice.value} className={css.segment}>
          {choice.icon}
          {choice.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}

interface StepsProps<T extends number> {
  label: string;
  value: T;
  steps: readonly T[];
  onChange(value: T): void;
}

/** A slider that rests on named values only. */
export function StepSlider<T extends number>({ label, value, steps, onChange }: StepsProps<T>) {
  return (
    <Slider.Root
      className={slider.root}
      min={0}
      max={steps.length - 1}
      value={Math.max(0, steps.indexOf(value))}
      onValueChange={(at) => {
        const next = typeof at === 'number' ? steps[at] : undefined;
        if (next !== undefined) onChange(next);
      }}
    >
      <Slider.Control className={slider.control}>
        <Slider.Track className={slider.track}>
          <Slider.Thumb
            className={slider.thumb}
            aria-label={label}
            getAriaValueText={(_, at) => `${steps[at] ?? value} pixels`}
          />
        </Slider.Track>
      </Slider.Control>
    </Slider.Root>
  );
}

interface ChooserProps<T extends string> {
  label: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange(value: T): void;
  /** Looks like text with an arrow instead of a field. */
  bare?: boolean;
  id?: string;
  invalid?: boolean;
}

/** One of many, from a list that opens. */
export function Chooser<T extends string>({ label, value, choices, onChange, bare, id, invalid }: ChooserProps<T>) {
  const chosen = choices.find((choice) => choice.value === value);
  const { opener, container } = useLandmark();
  return (
    <Select.Root
      value={value}
      onValueChange={(next) => {
        if (next !== null) onChange(next);
      }}
    >
      <Select.Trigger
        ref={opener}
        id={id}
        aria-label={label}
        aria-invalid={invalid}
        className={cx(bare ? css.button : css.field, bare ? slider.bare : slider.chooser)}
      >
        {chosen?.icon}
        <Select.Value className={css.clip}>{chosen?.label ?? value}</Select.Value>
        <Select.Icon>
          <ChevronDown />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal container={container}>
        <Select.Positioner
          className={overlays.layer}
          sideOffset={4}
          alignItemWithTrigger={false}
          side={bare ? 'top' : 'bottom'}
          align="start"
        >
          <Select.Popup className={overlays.menu}>
            <Select.List>
              {choices.map((choice) => (
                <Select.Item key={choice.value} value={choice.value} className={cx(overlays.menuItem, slider.item)}>
                  <span className={slider.mark}>
                    <Select.ItemIndicator>
                      <Check />
                    </Select.ItemIndicator>
                  </span>
                  <Select.ItemText>{choice.label}</Select.ItemText>
                </Select.Item>
              ))}
            </Select.List>
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
