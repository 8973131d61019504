/** What a picture will be called where it is published. */
import { isTargetFilename, type PublishedEnding, publishedEndingOf } from '../../shared/publishing.js';

/** Long enough to tell pictures apart, short enough to type. */
const suggestedLength = 40;

/** A name out of the words a picture was made from; its own when there are none that a name can hold. */
export function suggestedName(subject: string, filename: string): string {
  return slug(subject) || slug(filename.replace(/\.[^.]*$/, '')) || 'picture';
}

function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  if (plain.length <= suggestedLength) return plain;
  const cut = plain.slice(0, suggestedLength + 1);
  return cut.includes('-') ? cut.slice(0, cut.lastIndexOf('-')) : plain.slice(0, suggestedLength);
}

/**
 * The file name for what was typed: lower case, spaces as dashes, and the ending that fits. An optimised picture is a
 * WebP; else an ending that was typed counts, or the original's.
 */
export function publishedName(typed: string, optimise: boolean, original: string): string {
  const text = typed.trim().toLowerCase().replaceAll(/\s+/g, '-');
  const typedEnding = text.includes('.') ? publishedEndingOf(text) : undefined;
  const stem = typedEnding === undefined ? text : text.slice(0, -typedEnding.length - 1);
  const ending: PublishedEnding = optimise ? 'webp' : (typedEnding ?? publishedEndingOf(original) ?? 'png');
  return `${stem}.${ending}`;
}

/** One sentence when nothing can be published under that name. */
export function nameFault(name: string): string | null {
  if (isTargetFilename(name)) return null;
  if (/^\.[a-z]+$/.test(name)) return 'Needs a name.';
  return 'Letters, digits, dots, dashes and underscores; begins with a letter or digit.';
}
