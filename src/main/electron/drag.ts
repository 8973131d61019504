/** Dragging originals out of the window, as files under their own names. */
import { copyFile, link, mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { app, nativeImage, type WebContents } from './electron.js';

export interface DraggedFile {
  path: string;
  filename: string;
}

export interface DragPorts {
  /** The page the drag begins in; undefined when there is none. */
  page(): WebContents | undefined;
  original(assetId: string): Promise<DraggedFile>;
  /** A picture for the pointer, a PNG. */
  icon: string;
}

export interface Drag {
  /** Starts the drag with these originals. Throws what fetching them throws. */
  begin(assetIds: readonly string[]): Promise<void>;
  /** Removes the names that were made for drags. */
  dispose(): Promise<void>;
}

export function createDrag({ page, original, icon }: DragPorts): Drag {
  const folders: string[] = [];
  return {
    async begin(assetIds) {
      const files = await Promise.all(assetIds.map(original));
      // The cache names its files by ids; another program is to get the name the person knows.
      const folder = await mkdtemp(path.join(app.getPath('temp'), 'comfyui-mcp-drag-'));
      folders.push(folder);
      const named = await Promise.all(files.map((file, place) => withItsName(file, path.join(folder, String(place)))));
      const [first = ''] = named;
      page()?.startDrag({ file: first, files: named, icon: nativeImage.createFromPath(icon).resize({ width: 64 }) });
    },
    async dispose() {
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}

/** A file that has its name already is handed out as it is. */
async function withItsName({ path: file, filename }: DraggedFile, folder: string): Promise<string> {
  if (path.basename(file) === filename) return file;
  await mkdir(folder);
  const named = path.join(folder, path.basename(filename));
  // Another disk than the cache's: then a copy.
  await link(file, named).catch(() => copyFile(file, named));
  return named;
}
