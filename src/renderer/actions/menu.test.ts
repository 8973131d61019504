import { expect, it } from 'vitest';
import { accelerator } from './menu.js';

it.each([
  ['mod+shift+z', 'CmdOrCtrl+Shift+Z'],
  ['mod+1', 'CmdOrCtrl+1'],
  ['Delete', 'Delete'],
  ['Escape', 'Esc'],
  ['+', 'Plus'],
  ['mod++', 'CmdOrCtrl+Plus'],
  ['mod+-', 'CmdOrCtrl+-'],
  ['?', '?'],
  [undefined, null],
])('the menu writes %s as %s', (keys, written) => expect(accelerator(keys)).toBe(written));
