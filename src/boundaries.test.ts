/**
 * Where a file lies says what it may import. Biome tells while one writes, by the names in imports; this follows each
 * import to the file it means.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const src = import.meta.dirname;
const rooms = [
  'comfy',
  'jobs',
  'registry',
  'media',
  'workflows',
  'defaults',
  'demo',
  'mcp',
  'embedded',
  'importer',
  'publish',
  'transfer',
];
/** Files of src/main that belong to no room and join none: what a room may lean on. */
const common = ['ports', 'system', 'sharp', 'json-store', 'backend', 'threads', 'files'].map(
  (name) => `main/${name}.ts`,
);

/** Tests and what only they use may cross. */
const isTest = (file: string) => /(^|\/)(test-|[^/]*testing)|\.test\.tsx?$|\/scripted-server\.ts$/.test(file);

interface Import {
  from: string;
  /** A file below src, or the name of a package. */
  to: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll(path.sep, '/'))
  .filter((file) => /\.tsx?$/.test(file) && !isTest(file));

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(src, file), 'utf8');
  const found = text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)'([^']+)'/gm);
  return [...found].map(([, name = '']) => ({ from: file, to: targetOf(file, name) }));
}

function targetOf(file: string, name: string): string {
  if (!name.startsWith('.')) return name;
  const target = path.posix.join(path.posix.dirname(file), name);
  const source = target.replace(/\.js$/, '');
  return [`${source}.ts`, `${source}.tsx`].find((candidate) => files.includes(candidate)) ?? target;
}

const imports = files.flatMap(importsOf);
const isOwn = ({ to }: Import) =>
  to.startsWith('main/') || to.startsWith('bridge/') || to.startsWith('shared/') || to.startsWith('renderer/');

/** The imports of files below `folder` that `allowed` does not let pass, as they would be told. */
function violations(folder: string, allowed: (one: Import) => boolean): string[] {
  return imports.filter((one) => one.from.startsWith(folder) && !allowed(one)).map(({ from, to }) => `${from} → ${to}`);
}

describe('imports', () => {
  it('are found at all', () => {
    expect(files.length).toBeGreaterThan(300);
    expect(imports).toContainEqual({ from: 'main/core.ts', to: 'main/jobs/engine.ts' });
    expect(imports).toContainEqual({ from: 'main/demo-start.ts', to: 'main/demo/index.ts' });
    expect(imports).toContainEqual({ from: 'renderer/main.tsx', to: 'renderer/Shell.tsx' });
  });

  it('of src/shared are its own files and zod', () => {
    expect(violations('shared/', ({ to }) => to === 'zod' || to.startsWith('shared/'))).toEqual([]);
  });

  it('of the page are its own files, src/shared and packages for pages', () => {
    const forPages = (to: string) => !to.startsWith('node:') && to !== 'electron';
    expect(violations('renderer/', (one) => (isOwn(one) ? !one.to.startsWith('main/') : forPages(one.to)))).toEqual([]);
  });

  it.each(rooms)('of the room %s are its own files, src/shared and what is common', (room) => {
    const allowed = (one: Import) =>
      one.to.startsWith(`main/${room}/`) || one.to.startsWith('shared/') || common.includes(one.to) || !isOwn(one);
    expect(violations(`main/${room}/`, allowed)).toEqual([]);
  });

  it('of what is common join no rooms', () => {
    for (const file of common) {
      expect(violations(file, (one) => !isOwn(one) || one.to.startsWith('shared/') || common.includes(one.to))).toEqual(
        [],
      );
    }
  });

  it('of src/main/electron are its own files, src/shared and ports', () => {
    const allowed = (one: Import) =>
      one.to.startsWith('main/electron/') ||
      one.to.startsWith('shared/') ||
      ['main/ports.ts', 'main/json-store.ts'].includes(one.to) ||
      !isOwn(one);
    expect(violations('main/electron/', allowed)).toEqual([]);
  });

  it('of the stdio bridge are its own files and what needs no package', () => {
    const allowed = (one: Import) =>
      one.to.startsWith('bridge/') ||
      one.to.startsWith('node:') ||
      ['main/settings/paths.ts', 'main/mcp/proof.ts'].includes(one.to);
    expect(violations('bridge/', allowed)).toEqual([]);
  });

  it('of electron and of its folder stand in that folder and the entry only', () => {
    const allowed = ({ from, to }: Import) =>
      from.startsWith('main/electron/') ||
      from === 'main/desktop-app.ts' ||
      (to !== 'electron' && !to.startsWith('main/electron/'));
    expect(violations('', allowed)).toEqual([]);
  });

  it('of the page stand in the page only', () => {
    expect(violations('main/', ({ to }) => !to.startsWith('renderer/'))).toEqual([]);
  });

  it('of the composition root stand in the programs only', () => {
    const isProgram = (file: string) => /^main\/(desktop-app\.ts|headless\.ts|compat\/)/.test(file);
    expect(violations('main/', ({ from, to }) => to !== 'main/core.ts' || isProgram(from))).toEqual([]);
  });
});
