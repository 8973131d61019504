import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPresets } from './presets.js';

describe('presets', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'presets-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = () => path.join(folder, 'presets.json');

  it('are kept by workflow and name, over restarts', () => {
    const presets = createPresets(file());
    expect(presets.of('paint')).toEqual([]);
    presets.save('paint', { name: 'wide', values: { width: '1024' } });
    presets.save('paint', { name: 'quick', values: { steps: '4' } });
    presets.save('__proto__', { name: 'odd', values: {} });
    const again = createPresets(file());
    expect(again.of('paint').map(({ name }) => name)).toEqual(['quick', 'wide']);
    expect(again.of('song')).toEqual([]);
  });

  it('are written over, renamed and deleted', () => {
    const presets = createPresets(file());
    presets.save('paint', { name: 'wide', values: { width: '1024' } });
    presets.save('paint', { name: 'wide', values: { width: '1280' } });
    expect(presets.of('paint')).toEqual([{ name: 'wide', values: { width: '1280' } }]);
    presets.save('paint', { name: 'wider', values: { width: '1280' } }, 'wide');
    expect(presets.of('paint').map(({ name }) => name)).toEqual(['wider']);
    presets.remove('paint', 'wider');
    presets.remove('paint', 'wider');
    expect(presets.of('paint')).toEqual([]);
    expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({});
  });

  it('leave alone a file that can’t be read', () => {
    writeFileSync(file(), '{ "paint": ');
    const presets = createPresets(file());
    expect(() => presets.of('paint')).toThrow(/presets/);
    expect(() => presets.save('paint', { name: 'a', values: {} })).toThrow();
    expect(readFileSync(file(), 'utf8')).toBe('{ "paint": ');
  });

  it('take what a person wrote as far as it makes sense', () => {
    writeFileSync(file(), '{ "paint": { "a": { "steps": "4", "cfg": 3 }, "b": 7 }, "song": [] }');
    expect(createPresets(file()).of('paint')).toEqual([{ name: 'a', values: { steps: '4' } }]);
    expect(createPresets(file()).of('song')).toEqual([]);
  });
});
