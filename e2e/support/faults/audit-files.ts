/** Whether the library and the files agree: those it keeps, those of ComfyUI, those of the imported folder. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { sampledHash } from '../../../src/main/embedded/index.js';
import { namesIn } from './aim.js';
import { engineLink, mediaBelow } from './import-folder.js';
import type { StoredAsset, StoredLibrary } from './library.js';

export interface Places {
  dataDir: string;
  /** The engine's folder of results. */
  output: string;
  /** The imported folder. */
  folder: string;
}

/** Half files under final names: originals that are not their source, thumbnails that can't be decoded. */
export async function cacheProblems({ dataDir, output }: Places, { assets }: StoredLibrary): Promise<string[]> {
  const byId = new Map(assets.map((asset) => [asset.asset_id, asset]));
  const problems: string[] = [];
  for (const file of cached(dataDir, 'originals')) {
    const asset = byId.get(path.parse(file).name);
    if (asset?.imported !== 0 || asset.own === 1) continue;
    const source = path.join(output, asset.file.replace(/^output\//, ''));
    if (!fs.readFileSync(file).equals(fs.readFileSync(source))) problems.push(`${file} is not what ${source} is`);
  }
  for (const file of cached(dataDir, 'thumbnails')) {
    await sharp(file)
      .raw()
      .toBuffer()
      .catch((error: unknown) => problems.push(`${file} can't be decoded: ${String(error)}`));
  }
  return problems;
}

/** What must hold when nobody disturbed the program: nothing is left behind, unread, forgotten or there twice. */
export async function restProblems(places: Places, library: StoredLibrary): Promise<string[]> {
  return [
    ...leftBehind(places.dataDir, library),
    ...library.assets.flatMap((asset) => generatedProblems(places, asset)),
    ...(await importedProblems(places, library)),
    ...folderProblems(places.folder, library),
  ];
}

/** Names the program keeps in its folder for good. */
const expected = /^(library\.db|lock\.db|asset-key|owner\.json|cache|workflows|library\.before-v\d+\.db)$/;
/** Beside a database while it is open. */
const open = /^(library|lock)\.db-(wal|shm|journal)$/;

function leftBehind(dataDir: string, { assets }: StoredLibrary): string[] {
  const ids = new Set(assets.map(({ asset_id }) => asset_id));
  const names = namesIn(dataDir).filter((name) => !expected.test(name) && !open.test(name));
  const problems = names.map((name) => `${name} was left in the data directory`);
  problems.push(...namesIn(path.join(dataDir, 'cache', 'leaving')).map((name) => `leaving/${name} was left`));
  for (const cache of ['originals', 'thumbnails', 'kept']) {
    for (const name of namesIn(path.join(dataDir, 'cache', cache, 'part')))
      problems.push(`${cache}/part/${name} was left`);
    for (const file of cached(dataDir, cache)) {
      const id = path.parse(file).name.replace(/-(256|768|poster|peaks)$/, '');
      if (!ids.has(id)) problems.push(`${file} belongs to nothing`);
    }
  }
  return problems;
}

function cached(dataDir: string, cache: string): string[] {
  const folder = path.join(dataDir, 'cache', cache);
  return namesIn(folder)
    .filter((name) => name !== 'part')
    .flatMap((name) => namesIn(path.join(folder, name)).map((file) => path.join(folder, name, file)));
}

function generatedProblems({ output }: Places, asset: StoredAsset): string[] {
  if (asset.imported === 1 || asset.own === 1) return [];
  // What was deleted before it was read is read when it comes back.
  if (asset.bytes_size === null) return asset.deleted_ms === null ? [`${asset.file} was never read`] : [];
  const source = path.join(output, asset.file.replace(/^output\//, ''));
  const size = fs.existsSync(source) ? fs.statSync(source).size : undefined;
  if (size !== asset.bytes_size) return [`${asset.file} has ${size} bytes, and is said to have ${asset.bytes_size}`];
  return asset.sample_hash === null ? [`${asset.file} has no samples`] : [];
}

/** An imported asset has a file that is it, or says that it is missing; never both, never neither. */
async function importedProblems({ folder }: Places, { assets, sources }: StoredLibrary): Promise<string[]> {
  const problems: string[] = [];
  for (const asset of assets) {
    const files = sources.filter(({ asset_id, missing_ms }) => asset_id === asset.asset_id && missing_ms === null);
    if (asset.imported === 1 && files.length === 0 && asset.missing_ms === null)
      problems.push(`${asset.asset_id} (${asset.file}) has no file and does not say so`);
    if (files.length > 0 && asset.missing_ms !== null)
      problems.push(`${asset.asset_id} (${asset.file}) has a file and is said to be missing`);
    for (const { path: name } of files) {
      const file = path.join(folder, name);
      const size = fs.existsSync(file) ? fs.statSync(file).size : undefined;
      if (size !== asset.bytes_size) problems.push(`${name} has ${size} bytes, its asset ${asset.bytes_size}`);
      else if ((await sampledHash(file, size)) !== asset.sample_hash) problems.push(`${name} is not its asset`);
    }
  }
  return problems;
}

/** Every file is known as it is, equal ones as one asset, different ones as several. */
function folderProblems(folder: string, { assets, sources }: StoredLibrary): string[] {
  const problems: string[] = [];
  const known = new Map(sources.map((source) => [source.path, source]));
  const generated = new Set(assets.filter(({ imported }) => imported === 0).map(({ asset_id }) => asset_id));
  const assetOf = new Map<string, string>();
  const contentOf = new Map<string, string>();
  const names = mediaBelow(folder);
  for (const name of names) {
    const file = path.join(folder, name);
    const { size, mtimeMs } = fs.statSync(file);
    const source = known.get(name);
    known.delete(name);
    if (source === undefined || source.missing_ms !== null) {
      problems.push(`${name} is not in the library`);
      continue;
    }
    if (source.bytes_size !== size || source.modified_ms !== Math.round(mtimeMs)) problems.push(`${name} has changed`);
    const id = source.asset_id;
    // Deleted for good: it stays known, lest it come back.
    if (id === null) continue;
    const content = createHash('sha256').update(fs.readFileSync(file)).digest('hex');
    if ((assetOf.get(content) ?? id) !== id) problems.push(`${name} has a copy that is another asset`);
    if ((contentOf.get(id) ?? content) !== content) problems.push(`${name} is one asset with another content`);
    assetOf.set(content, id);
    contentOf.set(id, content);
    const isResult = name.startsWith(`${engineLink}/`) && assets.some(({ file }) => file === `output/${name.slice(7)}`);
    if (isResult && !generated.has(id)) problems.push(`${name} was generated, and is another asset in the folder`);
  }
  for (const [name, { missing_ms }] of known) if (missing_ms === null) problems.push(`${name} is gone and not missing`);
  return problems;
}
