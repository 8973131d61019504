/** Whether a file that was found is an asset that is there already: size and samples first, all bytes only on a match. */
import type { Candidate, FileReader, ReadFile, SourceStore } from './ports.js';

/** Up to this many bytes the samples are the whole file. */
export const wholeSampled = 3 * 64 * 1024;

/** ComfyUI writes a file and ends its job within this many milliseconds of each other; uploads and copies do not. */
const sameMomentMs = 600_000;

export interface IdentityPorts {
  store: Pick<SourceStore, 'candidates' | 'setSample'>;
  reader: Pick<FileReader, 'same' | 'sample'>;
  /** The file of an asset on this machine; undefined when it can't be had now. */
  pathOf(assetId: string): Promise<string | undefined>;
}

/** The id of the asset that this file is; null when it is none. */
export async function sameAsset(
  { store, reader, pathOf }: IdentityPorts,
  file: ReadFile,
  absolute: string,
  signal?: AbortSignal,
): Promise<string | null> {
  for (const candidate of store.candidates(file.bytes_size, file.sample_hash)) {
    if (candidate.sampled && file.bytes_size <= wholeSampled) return candidate.asset_id;
    const path = await pathOf(candidate.asset_id);
    if (path === undefined) {
      // Its bytes can't be compared. A file with its size and samples that turns up when its own is gone was moved; else
      // there has to be one name and one moment.
      if ((candidate.imported && candidate.sampled) || isSameMoment(candidate, file)) return candidate.asset_id;
      continue;
    }
    if (path === absolute) return candidate.asset_id;
    if (!candidate.sampled) {
      const { sample_hash } = await reader.sample({ path });
      store.setSample(candidate.asset_id, sample_hash);
      if (sample_hash !== file.sample_hash) continue;
    }
    if (await reader.same({ a: path, b: absolute }, signal)) return candidate.asset_id;
  }
  return null;
}

function isSameMoment({ filename, created_ms }: Candidate, file: ReadFile): boolean {
  return file.path.split('/').at(-1) === filename && Math.abs(created_ms - file.modified_ms) < sameMomentMs;
}
