/** The words for a file that can't be shown. */
import type { MediaKind } from '../../shared/asset.js';
import type { Fault } from '../store/faults.js';

export interface FaultWords {
  /** Two to six words: it has to fit a tile. */
  reason: string;
  /** What to do about it. */
  hint: string;
}

const kinds: Partial<Record<MediaKind, string>> = { image: 'picture', video: 'film', audio: 'sound' };

export function faultWords(kind: MediaKind, fault: Fault): FaultWords {
  const what = kinds[kind] ?? 'file';
  switch (fault) {
    case 'damaged':
      return { reason: `Damaged or not a ${what}`, hint: 'Save it to look into the file, or make it again.' };
    case 'too_large':
      return { reason: 'Too large to show', hint: 'Save it to open it in a program for very large files.' };
    case 'vector':
      return { reason: 'SVG is never drawn', hint: 'It can hold scripts. Save it to open it elsewhere.' };
    case 'format':
      return { reason: 'No preview of this format', hint: 'Save it to open it elsewhere.' };
    case 'no_decoder':
      return { reason: `No decoder for this ${what}`, hint: 'Save it to play it in another program.' };
    case 'missing':
      return { reason: 'The file is missing', hint: 'It was deleted or moved, or ComfyUI is not running.' };
  }
}
