/**
 * What a workflow's files held before each change, in `.versions` of the person's folder: the last ten, each in a folder
 * of its own. The library and other programs pass hidden folders by.
 */
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isRecord } from '../../shared/config-text.js';
import { AppError } from '../../shared/errors.js';
import type { Files } from '../files.js';
import type { Clock } from '../ports.js';
import { metaFileName } from './files.js';

export interface WorkflowVersion {
  /** Sorts by time. */
  version: string;
  /** ISO time at which it was replaced. */
  saved_at: string;
  /** The library's hash of its files. */
  hash: string;
}

export interface WorkflowVersions {
  /** Keeps the files of a workflow as they are now, and lets go of the eleventh. */
  keep(graphFile: string, hash: string): Promise<void>;
  /** The latest first. */
  list(workflowId: string): Promise<WorkflowVersion[]>;
  /** Paths of a kept graph and its metadata, which may not exist. @throws AppError NOT_FOUND. */
  find(workflowId: string, version: string): Promise<{ graph: string; meta: string }>;
}

const kept = 10;
const wellFormed = /^(\d{13})-([0-9a-f]{16})$/;

export function createWorkflowVersions({
  userDir,
  clock,
  files,
}: {
  userDir: string;
  clock: Pick<Clock, 'now'>;
  files: Files;
}): WorkflowVersions {
  const folderOf = (id: string) => join(userDir, '.versions', id);
  const names = async (id: string) =>
    (await readdir(folderOf(id)).catch(emptyWhenMissing))
      .filter((name) => wellFormed.test(name))
      .sort()
      .reverse();

  return {
    async keep(graphFile, hash) {
      const fileName = basename(graphFile);
      const id = fileName.slice(0, -'.json'.length);
      const before = await names(id);
      if (before[0]?.endsWith(hash)) return;
      // Later than every other, whatever became of the clock.
      const last = Number(before[0]?.slice(0, 13) ?? 0);
      const folder = join(folderOf(id), `${Math.max(clock.now(), last + 1)}-${hash}`);
      await mkdir(folder, { recursive: true });
      await copyFile(graphFile, join(folder, fileName));
      await copyFile(join(graphFile, '..', metaFileName(fileName)), join(folder, metaFileName(fileName))).catch(
        nothingWhenMissing,
      );
      await files.syncDirectory(folder);
      for (const name of before.slice(kept - 1)) await rm(join(folderOf(id), name), { recursive: true, force: true });
    },

    async list(id) {
      return (await names(id)).map((version) => {
        const [, time = '0', hash = ''] = wellFormed.exec(version) ?? [];
        return { version, saved_at: new Date(Number(time)).toISOString(), hash };
      });
    },

    async find(id, version) {
      const all = await names(id);
      if (!all.includes(version)) {
        throw new AppError('NOT_FOUND', `“${id}” has no version ${version}.`, {
          hint: all.length === 0 ? 'None is kept.' : `Kept are ${all.join(', ')}.`,
        });
      }
      const folder = join(folderOf(id), version);
      return { graph: join(folder, `${id}.json`), meta: join(folder, metaFileName(`${id}.json`)) };
    },
  };
}

function emptyWhenMissing(error: unknown): string[] {
  if (isRecord(error) && error.code === 'ENOENT') return [];
  throw error;
}

function nothingWhenMissing(error: unknown): void {
  if (!(isRecord(error) && error.code === 'ENOENT')) throw error;
}
