/** The order in which a result is taken in: its copy is on the disk, name and all, before the library tells of it. */
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CoreBench, callContext, createCoreBench, smallImage } from './core.testing.js';
import { recordingFiles } from './files.testing.js';
import { openReading } from './registry/sqlite.js';

let bench: CoreBench;
beforeEach(() => {
  bench = createCoreBench();
});
afterEach(() => bench.dispose());

it('is write, sync, rename, sync of the folder, and then the commit of its facts', async () => {
  let noteCommits = () => {};
  const { files, steps } = recordingFiles(() => noteCommits());
  const core = await bench.open(['--demo'], { files });
  // Another connection sees what is committed, and whether anything was.
  const database = openReading(path.join(bench.home, 'data', 'library.db'));
  const version = () => JSON.stringify(database.get('PRAGMA data_version'));
  let last = version();
  noteCommits = () => {
    const now = version();
    if (now === last) return;
    last = now;
    steps.push(`commit ${JSON.stringify(database.all('SELECT bytes_size IS NOT NULL AS facts FROM asset'))}`);
  };
  try {
    const made = await core.handlers.run_workflow(smallImage, callContext());
    const { asset_id = '' } = made.status === 'completed' ? made : {};
    noteCommits();
    const name = `${asset_id}.png`;
    const end = steps.findIndex((step) => step.startsWith('rename') && step.endsWith(name));
    const part = steps[end]?.split(' ')[1] ?? '';
    const begin = steps.indexOf(`create ${part}`);
    const writing = steps.slice(begin, end).filter((step) => !step.startsWith('folder'));
    expect(steps.slice(0, begin)).toContain('commit [{"facts":0}]');
    expect([writing[0], writing.at(-2), writing.at(-1)]).toEqual([`create ${part}`, `sync ${part}`, `close ${part}`]);
    expect(new Set(writing.slice(1, -2))).toEqual(new Set([`write ${part}`]));
    expect(steps[end + 1]).toBe(`sync folder ${asset_id.slice(0, 2)}`);
    expect(steps.indexOf('commit [{"facts":1}]')).toBeGreaterThan(end + 1);
  } finally {
    database.close();
  }
});
