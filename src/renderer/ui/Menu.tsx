import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { ReactElement, ReactNode } from 'react';
import { useLandmark } from './landmark.js';
import overlays from './overlays.module.css';

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement;
  /** What the menu is, for those who hear it. */
  label: string;
  children: ReactNode;
}

/** A list of things to do, below a button. */
export function Menu({ trigger, label, children }: MenuProps) {
  const { opener, container } = useLandmark();
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger ref={opener} render={trigger} />
      <BaseMenu.Portal container={container}>
        <BaseMenu.Positioner className={overlays.layer} sideOffset={4} align="end">
          <BaseMenu.Popup className={overlays.menu} aria-label={label}>
            {children}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}

export function MenuEntry({
  onClick,
  disabled = false,
  children,
}: {
  onClick(): void;
  disabled?: boolean;
  children: ReactNode;
}) {
  return (
    <BaseMenu.Item className={overlays.menuItem} disabled={disabled} onClick={onClick}>
      {children}
    </BaseMenu.Item>
  );
}
