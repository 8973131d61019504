/** What a published file is called, checked before anything is touched. */
import { AppError } from '../../shared/errors.js';
import {
  isTargetFilename,
  libraryFilename,
  manifestKeyPattern,
  type PublishedEnding,
  publishedEndingOf,
} from '../../shared/publishing.js';

export interface WantedName {
  target_filename?: string;
  manifest_key?: string;
  web_optimize: boolean;
}

/** Named by the caller, or after the asset once its format is known. */
export type TargetName =
  | { filename: string; ending: PublishedEnding; key: string | undefined }
  | { filename: undefined; key: string };

/** An empty text counts as left out: models fill in what they don't mean. @throws AppError with the code of the fault. */
export function checkNames({ target_filename, manifest_key, web_optimize }: WantedName): TargetName {
  const key = manifest_key || undefined;
  if (key !== undefined && !manifestKeyPattern.test(key)) {
    throw new AppError('INVALID_MANIFEST_KEY', `"${key}" is no manifest key.`, {
      hint: 'Use lower-case letters, digits, ".", "_" and "-", at most 64, beginning with a letter or digit: hero-image.',
      details: { manifest_key: key },
    });
  }
  if (!target_filename) {
    if (key !== undefined) return { filename: undefined, key };
    throw new AppError(
      'MANIFEST_KEY_REQUIRED',
      'Without target_filename a manifest_key is needed to find the file by.',
      {
        hint: 'Give target_filename (hero.webp), or manifest_key (hero) for a generated name.',
      },
    );
  }
  const ending = publishedEndingOf(target_filename);
  if (ending === undefined || !isTargetFilename(target_filename)) {
    throw new AppError('INVALID_TARGET_FILENAME', `"${target_filename}" is no file name to publish under.`, {
      hint: 'Use lower-case letters, digits, ".", "_" and "-", no folders, and end in .webp, .png, .jpg or .jpeg: hero.webp.',
      details: { target_filename },
    });
  }
  if (web_optimize && ending !== 'webp') {
    const better = target_filename.replace(/\.\w+$/, '.webp');
    throw new AppError('VALIDATION_ERROR', `web_optimize makes a WebP, which can't be called ${target_filename}.`, {
      hint: `Call it ${better}, or leave web_optimize out.`,
      details: { target_filename },
    });
  }
  return { filename: target_filename, ending, key };
}

/** The file name of a picture whose format is `format`, as told by its bytes. */
export function nameFor(target: TargetName, assetId: string, format: string, optimize: boolean) {
  if (target.filename !== undefined) return { filename: target.filename, ending: target.ending };
  const own = publishedEndingOf(`.${format === 'jpeg' ? 'jpg' : format}`) ?? 'png';
  const ending = optimize ? 'webp' : own;
  return { filename: libraryFilename(assetId, ending), ending };
}
