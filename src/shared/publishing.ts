/** Names of published pictures: what fits, and what a picture is called when nobody says. */

/** As in the seed: lower case, no folders, an ending that tells the format. */
export const targetFilenamePattern = /^[a-z0-9][a-z0-9._-]{0,63}\.(webp|png|jpg|jpeg)$/;
export const manifestKeyPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Bytes an optimised picture has at most, when nobody says. */
export const defaultMaxBytes = 600_000;

export const publishedEndings = ['webp', 'png', 'jpg', 'jpeg'] as const;
export type PublishedEnding = (typeof publishedEndings)[number];

/** Devices on Windows, whatever the ending: a project is checked out there too. */
const deviceNames = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;

export function isTargetFilename(name: string): boolean {
  return targetFilenamePattern.test(name) && !deviceNames.test(name);
}

/** The ending of a file name when it is one of a publishable picture. */
export function publishedEndingOf(name: string): PublishedEnding | undefined {
  const ending = name.slice(name.lastIndexOf('.') + 1).toLowerCase();
  return publishedEndings.find((known) => known === ending);
}

/** The name of a picture that is only found through the manifest. */
export function libraryFilename(assetId: string, ending: PublishedEnding): string {
  const short = assetId.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return `asset_${short.slice(0, 8)}.${ending}`;
}
