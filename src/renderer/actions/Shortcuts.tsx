import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { useRef } from 'react';
import { useApp, useAppState } from '../store/hooks.js';
import { IconButton } from '../ui/Button.js';
import { cx } from '../ui/cx.js';
import overlays from '../ui/overlays.module.css';
import parts from '../ui/parts.module.css';
import { keyCaps } from './keys.js';
import css from './Palette.module.css';
import { actions, titleOf } from './registry.js';

/** Keys that belong to a place and not to an action. */
const places: readonly [string, readonly string[]][] = [
  ['Move in the gallery', ['←', '→', '↑', '↓']],
  ['Rate with stars, or take them back', ['1', '…', '5', '0']],
  ['Previous and next in the lightbox', ['←', '→']],
  ['Inspector, from the gallery', ['Enter']],
  ['Pixels or whole, in the lightbox', ['Z']],
  ['Closer, further, or whole, in the lightbox', ['+', '−', 'mod+0']],
  ['Full screen, in the lightbox', ['F']],
  ['Play or pause, in the lightbox', ['Space']],
  ['Search workflows', ['/']],
  ['Next node of a graph', ['←', '→', '↑', '↓']],
  ['Zoom a graph, or fit it', ['+', '−', '0']],
  ['Frame by frame, in a film', [',', '.']],
  ['Slower and faster', ['<', '>']],
  ['Again and again, in a film or a sound', ['L']],
  ['Another one in its place, in a comparison', ['←', '→']],
  ['One of the compared', ['A', '…', 'D']],
  ['Swap it, keep it, leave it out, in a comparison', ['W', 'K', '−']],
  ['Slider, and zoom together, in a comparison', ['V', 'T']],
  ['Send what the composer or a form holds', ['mod+Enter']],
  ['Close, step back', ['Esc']],
];

/** The list under "?". */
export function Shortcuts() {
  const app = useApp();
  const open = useAppState((state) => state.shortcuts);
  const state = useAppState((all) => all);
  const { platform } = app.client;
  const popup = useRef<HTMLDivElement>(null);
  const rows: [string, string[]][] = [
    ...actions.flatMap((action): [string, string[]][] => {
      const keys = action.keys?.[0];
      return keys === undefined || action.oneOfMany ? [] : [[titleOf(action, state), keyCaps(keys, platform)]];
    }),
    ...places.map(([title, keys]): [string, string[]] => [title, keys.flatMap((key) => keyCaps(key, platform))]),
  ];
  return (
    <Dialog.Root open={open} onOpenChange={(shortcuts) => app.set({ shortcuts })}>
      <Dialog.Portal>
        <Dialog.Backdrop className={overlays.backdrop} />
        <Dialog.Popup ref={popup} initialFocus={popup} className={cx(overlays.dialog, css.wide)}>
          <div className={parts.row}>
            <Dialog.Title className={cx(overlays.dialogTitle, parts.grow)}>Shortcuts</Dialog.Title>
            <Dialog.Close
              render={
                <IconButton label="Close" keys="Esc">
                  <X />
                </IconButton>
              }
            />
          </div>
          <ul className={css.keys}>
            {rows.map(([title, caps]) => (
              <li key={title}>
                <span>{title}</span>
                <span className={css.caps}>
                  {caps.map((cap) => (
                    <kbd key={cap}>{cap}</kbd>
                  ))}
                </span>
              </li>
            ))}
          </ul>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
