/**
 * Another process, for the tests of moves: it moves a data directory and stands still at a given moment, to be killed
 * there. Arguments: home, from, to, the moment, and how often that is passed by before. Lines on stdout tell how it fares.
 */

import { moveDataDir } from './move.js';
import { homePlace, testPorts } from './testing.js';

const [home = '', from = '', to = '', moment = '', passes = '0'] = process.argv.slice(2);
const tell = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
let left = Number(passes);

await moveDataDir(from, to, {
  ...testPorts(homePlace(home)),
  at: async (point) => {
    if (point !== moment) return;
    left -= 1;
    if (left >= 0) return;
    tell({ at: point });
    setInterval(() => {}, 60_000);
    await new Promise(() => {});
  },
});
tell({ moved: true });
