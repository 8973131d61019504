/**
 * Another process, for the tests of this room: it claims a directory or writes jobs until it is killed. Lines on stdout
 * tell how it fares. Arguments: what to do, the directory, and `nobody` to give up root's rights first.
 */
import { join } from 'node:path';
import { toErrorValue } from '../../shared/errors.js';
import { silentLogger, systemClock } from '../system.js';
import { claimDataDir } from './data-dir.js';
import { openRegistry } from './registry.js';
import { completed, newJob, output } from './testing.js';

const [task, dir = '', user] = process.argv.slice(2);
const tell = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

function claim(): void {
  const claimed = claimDataDir(dir, { kind: 'headless' });
  claimed.setEndpoint('http://127.0.0.1:9000/mcp');
  tell({ claimed: claimed.owner });
  setInterval(() => {}, 60_000);
}

function open() {
  return openRegistry({
    file: join(dir, 'library.db'),
    emit: () => {},
    clock: systemClock,
    logger: silentLogger,
    assetTtlHours: () => 24,
  });
}

/** Writes down a job and ends it, tells that it is done, and so on for ever. */
function write(): void {
  const registry = open();
  let number = 0;
  const step = () => {
    number += 1;
    const id = `${process.pid}-${number}`;
    registry.jobs.insert(newJob(id));
    registry.jobs.finish(id, completed([output(`${id}-a.png`), output(`${id}-b.png`)]));
    tell({ done: id });
    setImmediate(step);
  };
  step();
}

/** Empties the bin piece by piece, telling what went. */
function purge(): void {
  const { bin } = open();
  const step = () => {
    const ids = bin.ids(Number.MAX_SAFE_INTEGER, 5);
    if (ids.length === 0) return;
    bin.purge(ids);
    tell({ purged: ids });
    setImmediate(step);
  };
  step();
}

try {
  if (user === 'nobody' && process.getuid?.() === 0) {
    process.setgroups?.([]);
    process.setgid?.(65534);
    process.setuid?.(65534);
  }
  if (task === 'claim') claim();
  if (task === 'open') open().close();
  if (task === 'write') write();
  if (task === 'restore') {
    tell({ restoring: true });
    open().close();
    tell({ restored: true });
  }
  if (task === 'purge') purge();
} catch (error) {
  tell({ error: toErrorValue(error) });
}
