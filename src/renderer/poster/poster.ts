/** The page that draws a still of a film: it has no window, no bridge, and sees one film at a time. */
import { type PosterAnswer, posterFunction, posterSide } from '../../shared/poster.js';
import { brightness, enoughLight, momentsOf, sizeWithin } from './moments.js';

Object.defineProperty(window, posterFunction, { value: drawPoster });

async function drawPoster(address: string): Promise<PosterAnswer> {
  const film = document.createElement('video');
  film.muted = true;
  film.preload = 'auto';
  // Pixels of another origin could not be read back.
  film.crossOrigin = 'anonymous';
  film.src = address;
  try {
    await happens(film, 'loadeddata');
    if (film.videoWidth === 0)
      return { fault: 'no_decoder', reason: 'There are no pictures in it that can be decoded.' };
    return { bytes: await still(film) };
  } catch (error) {
    return faultOf(film, error);
  } finally {
    film.removeAttribute('src');
    film.load();
  }
}

/** The first moment with light in it, or the brightest of those looked at. */
async function still(film: HTMLVideoElement): Promise<Uint8Array<ArrayBuffer>> {
  const { width, height } = sizeWithin(film.videoWidth, film.videoHeight, posterSide);
  const canvas = new OffscreenCanvas(width, height);
  const context = contextOf(canvas);
  let best = -1;
  for (const moment of momentsOf(film.duration)) {
    await seek(film, moment);
    const light = lightOf(film);
    if (light <= best) continue;
    best = light;
    context.drawImage(film, 0, 0, width, height);
    if (light >= enoughLight) break;
  }
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.9 });
  return new Uint8Array(await blob.arrayBuffer());
}

async function seek(film: HTMLVideoElement, seconds: number): Promise<void> {
  const arrived = happens(film, 'seeked');
  film.currentTime = seconds;
  await arrived;
}

function lightOf(film: HTMLVideoElement): number {
  const side = 32;
  const context = contextOf(new OffscreenCanvas(side, side));
  context.drawImage(film, 0, 0, side, side);
  return brightness(context.getImageData(0, 0, side, side).data);
}

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('There is no canvas.');
  return context;
}

function happens(film: HTMLVideoElement, event: 'loadeddata' | 'seeked'): Promise<void> {
  return new Promise((resolve, reject) => {
    film.addEventListener(event, () => resolve(), { once: true });
    film.addEventListener('error', () => reject(film.error), { once: true });
  });
}

function faultOf(film: HTMLVideoElement, error: unknown): PosterAnswer {
  const reason = film.error?.message || String(error);
  return { fault: film.error?.code === MediaError.MEDIA_ERR_DECODE ? 'damaged' : 'no_decoder', reason };
}
