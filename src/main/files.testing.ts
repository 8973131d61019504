/** Files for tests that look at the order of what is done to them: the real ones, and a list of the steps. */
import { basename } from 'node:path';
import { type Files, systemFiles } from './files.js';

export function recordingFiles(): { files: Files; steps: string[] } {
  const steps: string[] = [];
  const files: Files = {
    async makeFolder(path) {
      steps.push(`folder ${basename(path)}`);
      await systemFiles.makeFolder(path);
    },
    async create(path) {
      const name = basename(path);
      const file = await systemFiles.create(path);
      steps.push(`create ${name}`);
      return {
        async write(bytes) {
          await file.write(bytes);
          steps.push(`write ${name}`);
        },
        async sync() {
          await file.sync();
          steps.push(`sync ${name}`);
        },
        async close() {
          await file.close();
          steps.push(`close ${name}`);
        },
      };
    },
    async rename(from, to) {
      await systemFiles.rename(from, to);
      steps.push(`rename ${basename(from)} ${basename(to)}`);
    },
    async syncDirectory(path) {
      await systemFiles.syncDirectory(path);
      steps.push(`sync folder ${basename(path)}`);
    },
    async remove(path) {
      await systemFiles.remove(path);
      steps.push(`remove ${basename(path)}`);
    },
  };
  return { files, steps };
}
