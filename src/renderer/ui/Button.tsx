import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentProps, ReactNode } from 'react';
import { cx } from './cx.js';
import overlays from './overlays.module.css';
import css from './parts.module.css';

type Look = 'outline' | 'solid' | 'plain';

export interface ButtonProps extends ComponentProps<'button'> {
  look?: Look;
  danger?: boolean;
  compact?: boolean;
  /** Keys that do the same, shown after the words. Not part of its name. */
  keys?: string;
}

/** A button with words. One solid per view. */
export function Button({ look = 'outline', danger, compact, keys, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      data-solid={look === 'solid' || undefined}
      className={cx(
        css.button,
        look === 'solid' && css.solid,
        look === 'plain' && css.plain,
        danger && css.danger,
        compact && css.compact,
        className,
      )}
      {...rest}
    >
      {children}
      {keys !== undefined && (
        <span className={css.keys} data-keys aria-hidden="true">
          {keys}
        </span>
      )}
    </button>
  );
}

export interface IconButtonProps extends ComponentProps<'button'> {
  /** What it does, in words: its name and its tooltip. */
  label: string;
  /** Key that does the same. */
  keys?: string;
  small?: boolean;
  side?: 'top' | 'bottom' | 'left' | 'right';
}

/** A button with a picture only; its name shows as a tooltip. */
export function IconButton({ label, keys, small, side = 'bottom', className, children, ...rest }: IconButtonProps) {
  return (
    <Hint label={label} keys={keys} side={side}>
      <button type="button" aria-label={label} className={cx(css.icon, small && css.small24, className)} {...rest}>
        {children}
      </button>
    </Hint>
  );
}

interface HintProps {
  label: string;
  keys?: string;
  side?: 'top' | 'bottom' | 'left' | 'right';
  children: React.ReactElement<Record<string, unknown>>;
}

/** Shows a name beside what the pointer or the keyboard rests on. */
export function Hint({ label, keys, side = 'bottom', children }: HintProps): ReactNode {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner side={side} sideOffset={6} className={overlays.layerTop}>
          <Tooltip.Popup className={overlays.tooltip}>
            {label}
            {keys !== undefined && <span className={css.quiet}>{keys}</span>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
