/**
 * Deleting copies of what leaves the library for good. Which they are is noted on the disk first, and the records go before
 * the copies: a death in between neither takes the copy of a record that stays, nor leaves one that nobody would ever ask
 * for again, which in the folder without a limit would lie there for ever.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { systemFiles, writeFileAtomically } from '../files.js';
import type { Logger } from '../ports.js';
import { isMissing } from './file-cache.js';

/** Keys of copies, by asset. */
export type Copies = Readonly<Record<string, readonly string[]>>;

export interface LeavingPorts {
  /** A folder of its own. */
  dir: string;
  remove(key: string): Promise<void>;
  /** Whether the library has it, or its bin. */
  isKnown(assetId: string): boolean;
  logger: Logger;
}

export interface Leaving {
  /** Runs `commit`, which takes the assets out of the library, and then deletes the copies of those that went. */
  leave<T>(copies: Copies, commit: () => T): Promise<T>;
  /** Deletes what a death has left of assets that are no longer known. */
  finish(): Promise<void>;
}

const noteSchema = z.record(z.string(), z.array(z.string()));

export function createLeaving({ dir, remove, isKnown, logger }: LeavingPorts): Leaving {
  async function removeUnknown(copies: Copies): Promise<void> {
    for (const [asset_id, keys] of Object.entries(copies)) {
      if (isKnown(asset_id)) continue;
      for (const key of keys) {
        // One that stays behind costs room and nothing else.
        await remove(key).catch((error: unknown) => logger.warn('a copy could not be deleted', { asset_id, error }));
      }
    }
  }

  async function finishNote(note: string): Promise<void> {
    if (note.endsWith('.json')) await removeUnknown(noteSchema.parse(JSON.parse(await readFile(note, 'utf8'))));
    await rm(note, { force: true });
  }

  return {
    async leave(copies, commit) {
      const note = join(dir, `${randomUUID()}.json`);
      const noted = await writeFileAtomically(systemFiles, note, JSON.stringify(copies)).then(
        () => true,
        (error: unknown) => {
          // On a full disk as well: room is what the bin is emptied for.
          logger.warn('what leaves the library could not be noted', { note, error });
          return false;
        },
      );
      const result = commit();
      await removeUnknown(copies);
      if (noted) await rm(note, { force: true });
      return result;
    },
    async finish() {
      for (const name of await namesIn(dir)) {
        await finishNote(join(dir, name)).catch((error: unknown) =>
          logger.warn('copies of deleted assets could not be deleted', { note: name, error }),
        );
      }
    },
  };
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
