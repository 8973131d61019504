/** Pictures that the engine shows of something, of models and templates, with the mark of everything the demo engine makes. */
import { sharp } from '../../../sharp.js';
import { createBrief } from './brief.js';
import { demoMark } from './mark.js';
import { paint } from './paint.js';

/** A square picture of what the words say, `side` pixels wide, encoded. */
export async function shownPicture(words: string, side: number, format: 'webp' | 'jpg'): Promise<Buffer> {
  const style = { negative: '', seed: '1', steps: 20, cfg: 8, sampler: 'euler', scheduler: 'normal' };
  const brief = createBrief({ positive: words, ...style, model: '', loras: [] });
  const pixels = await paint(brief, { width: side, height: side });
  const { svg, left, top } = demoMark(side, side);
  const picture = sharp(pixels, { raw: { width: side, height: side, channels: 3 } }).composite([
    { input: svg, left, top },
  ]);
  return format === 'webp' ? picture.webp({ quality: 82 }).toBuffer() : picture.jpeg({ quality: 86 }).toBuffer();
}
