/** Files for tests that look at the order of what is done to them: the real ones, and a list of the steps. */
import { basename } from 'node:path';
import { type Files, systemFiles } from './files.js';

/** `before` is called before each step is noted, for what is to be noted in between. */
export function recordingFiles(before: () => void = () => {}): { files: Files; steps: string[] } {
  const steps: string[] = [];
  const note = (step: string) => {
    before();
    steps.push(step);
  };
  const files: Files = {
    async makeFolder(path) {
      note(`folder ${basename(path)}`);
      await systemFiles.makeFolder(path);
    },
    async create(path) {
      const name = basename(path);
      const file = await systemFiles.create(path);
      note(`create ${name}`);
      return {
        async write(bytes) {
          await file.write(bytes);
          note(`write ${name}`);
        },
        async sync() {
          await file.sync();
          note(`sync ${name}`);
        },
        async close() {
          await file.close();
          note(`close ${name}`);
        },
      };
    },
    async rename(from, to) {
      await systemFiles.rename(from, to);
      note(`rename ${basename(from)} ${basename(to)}`);
    },
    async syncDirectory(path) {
      await systemFiles.syncDirectory(path);
      note(`sync folder ${basename(path)}`);
    },
    async remove(path) {
      await systemFiles.remove(path);
      note(`remove ${basename(path)}`);
    },
  };
  return { files, steps };
}
