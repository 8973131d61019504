/** The pictures that some of the pretended models have, with the mark of everything the demo engine makes. */
import { sharp } from '../../../sharp.js';
import { createBrief } from './brief.js';
import { demoMark } from './mark.js';
import { paint } from './paint.js';

/** Pixels. */
const side = 256;

/** A square picture of what the words say; encoding it is left to whoever asks. */
export async function modelPicture(words: string) {
  const style = { negative: '', seed: '7', steps: 20, cfg: 7, sampler: 'euler', scheduler: 'normal' };
  const brief = createBrief({ positive: words, ...style, model: '', loras: [] });
  const pixels = await paint(brief, { width: side, height: side });
  const { svg, left, top } = demoMark(side, side);
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } }).composite([{ input: svg, left, top }]);
}
