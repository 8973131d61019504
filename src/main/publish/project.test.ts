import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProject, findPublishFolder, openPublishFolder, type ProjectPlace } from './project.js';
import { asNobody, createStudio, type Studio } from './testing.js';

let studio: Studio;
let place: ProjectPlace;
beforeEach(() => {
  studio = createStudio();
  const { project, dir } = studio;
  place = { configured: undefined, cwd: project, home: path.join(dir, 'home'), program: 'headless', own: dir };
});
afterEach(() => studio.dispose());

const make = (...names: string[]) => mkdirSync(path.join(studio.project, ...names), { recursive: true });

describe('the project', () => {
  it('is the setting, when there is such a folder', async () => {
    const configured = path.join(studio.dir, 'site');
    expect(await findProject({ ...place, configured })).toMatchObject({
      path: configured,
      method: 'configured',
      fault: { code: 'PUBLISH_ROOT_NOT_WRITABLE', message: expect.stringContaining(configured) },
    });
    mkdirSync(configured);
    const found = { path: configured, method: 'configured', fault: undefined };
    expect(await findProject({ ...place, configured })).toEqual(found);
    symlinkSync(configured, path.join(studio.dir, 'link'));
    expect(await findProject({ ...place, configured: path.join(studio.dir, 'link') })).toEqual(found);
  });

  it('is the working directory of the headless program, whatever is in it', async () => {
    expect(await findProject(place)).toEqual({ path: studio.project, method: 'cwd', fault: undefined });
  });

  it.each(['headless', 'desktop'] as const)('is never the root or the home of the %s program', async (program) => {
    make('public');
    for (const never of [{ cwd: '/' }, { home: studio.project }, { cwd: path.join(studio.dir, 'gone') }]) {
      expect(await findProject({ ...place, program, ...never })).toMatchObject({
        path: undefined,
        method: 'not_found',
        fault: { code: 'PUBLISH_ROOT_NOT_WRITABLE', hint: expect.stringContaining('--publish-root') },
      });
    }
  });

  it('is where the app was started only when that looks like a project, and not the app itself', async () => {
    const desktop = { ...place, program: 'desktop' } as const;
    expect((await findProject(desktop)).method).toBe('not_found');
    writeFileSync(path.join(studio.project, 'package.json'), '{}');
    expect(await findProject(desktop)).toEqual({ path: studio.project, method: 'cwd', fault: undefined });
    expect((await findProject({ ...desktop, own: studio.project })).method).toBe('not_found');
  });
});

describe('the publish folder', () => {
  it.each([
    [[], 'public/gen'],
    [['assets'], 'assets/gen'],
    [['static', 'assets'], 'static/gen'],
    [['public', 'static', 'assets'], 'public/gen'],
  ])('in a project with %j is %s', async (folders, expected) => {
    for (const folder of folders) make(folder);
    const wanted = path.join(studio.project, expected);
    expect(await findPublishFolder(studio.project)).toEqual({ path: wanted, exists: false, writable: true });
    expect(await openPublishFolder(studio.project)).toBe(wanted);
    expect(await findPublishFolder(studio.project)).toEqual({ path: wanted, exists: true, writable: true });
  });

  it('may be a link within the project, never one that leads out of it or nowhere', async () => {
    const { project, dir } = studio;
    make('site', 'files');
    symlinkSync('site', path.join(project, 'public'));
    expect((await findPublishFolder(project)).path).toBe(path.join(project, 'site', 'gen'));
    for (const link of ['public', 'public/gen']) {
      for (const target of [dir, path.join(dir, 'nowhere'), `${project}-beside`, '../..', '../../project-beside']) {
        rmSync(path.join(project, 'public'), { recursive: true, force: true });
        mkdirSync(`${project}-beside`, { recursive: true });
        if (link !== 'public') make('public');
        symlinkSync(target, path.join(project, link));
        await expect(openPublishFolder(project), `${link} → ${target}`).rejects.toMatchObject({
          code: 'PATH_TRAVERSAL_DETECTED',
        });
      }
    }
  });

  it('that can not be made is told', async () => {
    chmodSync(studio.project, 0o555);
    await asNobody(async () => {
      await expect(openPublishFolder(studio.project)).rejects.toMatchObject({
        code: 'PUBLISH_ROOT_NOT_WRITABLE',
        message: expect.stringContaining('EACCES'),
      });
    });
    chmodSync(studio.project, 0o000);
    await asNobody(() =>
      expect(findPublishFolder(studio.project)).rejects.toMatchObject({ code: 'PUBLISH_ROOT_NOT_WRITABLE' }),
    );
    chmodSync(studio.project, 0o755);
    make('public');
    writeFileSync(path.join(studio.project, 'public', 'gen'), 'a file');
    await expect(openPublishFolder(studio.project)).rejects.toMatchObject({ code: 'PUBLISH_ROOT_NOT_WRITABLE' });
  });
});
