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
import { type Action, actions, titleOf } from './registry.js';

/** What it does, and the caps of its keys. */
type Row = [string, string[]];
/** Where they are keys, and which. */
type Group = [string, Row[]];

/** Keys that belong to a place and not to an action. */
const places: readonly [string, readonly [string, readonly string[]][]][] = [
  [
    'In the gallery',
    [
      ['Move', ['←', '→', '↑', '↓']],
      ['Choose on the way', ['Shift', '←', '→', '↑', '↓']],
      ['Rate, or take the stars back', ['1', '…', '5', '0']],
      ['Inspector', ['Enter']],
      ['Close, step back', ['Esc']],
    ],
  ],
  [
    'In the lightbox',
    [
      ['Previous and next', ['←', '→']],
      ['Pixels or whole', ['Z']],
      ['Closer, further, or whole', ['+', '−', 'mod+0']],
      ['Full screen', ['F']],
      ['Play or pause', ['Space']],
      ['Frame by frame', [',', '.']],
      ['Slower and faster', ['<', '>']],
      ['Again and again', ['L']],
    ],
  ],
  [
    'In a comparison',
    [
      ['Which one keys work on', ['A', '…', 'D']],
      ['Another in its place', ['←', '→']],
      ['Swap it, keep it, leave it out', ['W', 'K', '−']],
      ['Slider, and zoom together', ['V', 'T']],
    ],
  ],
  [
    'In a form or a graph',
    [
      ['Send what a form holds', ['mod+Enter']],
      ['Search workflows, or find a setting', ['/']],
      ['Next node of a graph', ['←', '→', '↑', '↓']],
      ['Zoom a graph, or fit it', ['+', '−', '0']],
    ],
  ],
];

/** The list under "?". */
export function Shortcuts() {
  const app = useApp();
  const open = useAppState((state) => state.shortcuts);
  const state = useAppState((all) => all);
  const { platform } = app.client;
  const popup = useRef<HTMLDivElement>(null);
  const rowsOf = (on: readonly Action['on'][]) =>
    actions.flatMap((action): Row[] => {
      const keys = action.keys?.[0];
      if (keys === undefined || action.oneOfMany || !on.includes(action.on)) return [];
      return [[titleOf(action, state), keyCaps(keys, platform)]];
    });
  const [gallery, lightbox, ...others] = places.map(
    ([title, rows]): Group => [
      title,
      rows.map(([words, keys]) => [words, keys.flatMap((key) => keyCaps(key, platform))]),
    ],
  );
  const columns: readonly (readonly (Group | undefined)[])[] = [
    [['With what is chosen', rowsOf(['asset', 'job'])], gallery, lightbox],
    [['Everywhere', rowsOf(['app'])], ...others],
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
          <div className={css.groups}>
            {columns.map((groups) => (
              <div key={groups[0]?.[0]}>
                {groups.map((group) => group && <KeyGroup key={group[0]} group={group} />)}
              </div>
            ))}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function KeyGroup({ group: [title, rows] }: { group: Group }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <ul className={css.keys}>
        {rows.map(([words, caps]) => (
          <li key={words}>
            <span>{words}</span>
            <span className={css.caps}>
              {caps.map((cap) => (
                <kbd key={cap}>{cap}</kbd>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
