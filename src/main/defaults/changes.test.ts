import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger, systemClock } from '../system.js';
import { createChangeLog, type NewChange } from './changes.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'changes-'));
  file = path.join(folder, 'default-changes.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const make = (limit?: number) => createChangeLog({ file, clock: systemClock, logger: silentLogger, limit });

function change(value: number, tier: 'runtime' | 'config'): NewChange {
  return {
    by: { kind: 'person', name: null, session_id: null },
    namespace: 'image',
    name: 'steps',
    before: { value: 20, source: 'built-in' },
    after: { value, source: tier },
    own: { before: { runtime: null, config: null }, after: { runtime: null, config: null, [tier]: value } },
  };
}

describe('the log of changes', () => {
  it('keeps over a restart what the config file keeps, and forgets what ended with the program', () => {
    const log = make();
    log.add([change(1, 'runtime')]);
    const [kept] = log.add([change(2, 'config')]);
    log.markUndone(new Set([kept?.change_id ?? '']));
    expect(log.all().map(({ after }) => after?.value)).toEqual([2, 1]);
    expect(make().all()).toEqual([{ ...kept, undone: true }]);
  });

  it('writes nothing for what does not last', () => {
    make().add([change(1, 'runtime')]);
    expect(() => readFileSync(file)).toThrow(/ENOENT/);
  });

  it('forgets what was set until the program ended also in what lasts', () => {
    const both = change(2, 'config');
    make().add([{ ...both, own: { ...both.own, before: { runtime: 9, config: null } } }]);
    expect(make().all()).toMatchObject([{ own: { before: { runtime: null }, after: { config: 2 } } }]);
  });

  it('is bounded: the oldest go', () => {
    const log = make(3);
    for (let value = 1; value <= 5; value += 1) log.add([change(value, 'config')]);
    expect(log.all().map(({ after }) => after?.value)).toEqual([5, 4, 3]);
    expect(make(3).all()).toHaveLength(3);
  });

  it.each(['{ "half', '{"changes": [{"change_id": 1}]}', '[]'])('goes on without a file that holds %s', (content) => {
    writeFileSync(file, content);
    const log = make();
    expect(log.all()).toEqual([]);
    expect(log.add([change(2, 'config')])).toHaveLength(1);
  });
});
