import { Mp4OutputFormat, WebMOutputFormat } from 'mediabunny';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Media } from './ports.js';
import { assetOf, createStudio, type Studio } from './testing.js';
import { film, flac, mp3, wave } from './testing-files.js';

let studio: Studio;
let media: Media;
beforeEach(() => {
  studio = createStudio();
  media = studio.open();
});
afterEach(() => studio.dispose());

async function probe(filename: string, bytes: Uint8Array) {
  studio.files.set(filename, bytes);
  return media.probe(assetOf(filename));
}

describe('facts of sound and video', () => {
  it('are read from MP4 and WebM', async () => {
    const facts = { width: 320, height: 240, duration_seconds: 3, animated: false };
    expect(await probe('a.mp4', await film(new Mp4OutputFormat()))).toMatchObject(facts);
    expect(await probe('fast.mp4', await film(new Mp4OutputFormat({ fastStart: 'in-memory' })))).toMatchObject(facts);
    expect(await probe('a.webm', await film(new WebMOutputFormat()))).toMatchObject(facts);
  });

  it('are read from WAVE, MP3 and FLAC, which have no dimensions', async () => {
    const bytes = wave(2);
    expect(await probe('a.wav', bytes)).toEqual({
      width: null,
      height: null,
      duration_seconds: 2,
      bytes_size: bytes.length,
      animated: false,
    });
    expect((await probe('a.mp3', mp3(500))).duration_seconds).toBeCloseTo((500 * 1152) / 44_100, 0);
    expect(await probe('a.flac', flac(7))).toMatchObject({ width: null, duration_seconds: 7 });
  });

  it('do not depend on the name', async () => {
    expect(await probe('named.mp3', wave(1))).toMatchObject({ duration_seconds: 1 });
  });

  it('are refused for what is no container', async () => {
    const mp4 = await film(new Mp4OutputFormat({ fastStart: 'in-memory' }));
    const broken: [string, Uint8Array][] = [
      ['junk.mp4', Buffer.alloc(1000, 7)],
      ['cut.mp4', mp4.subarray(0, 300)],
      ['page.webm', Buffer.from('<html>not found</html>')],
      [
        'list.mp4',
        Buffer.from('#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n'),
      ],
      ['one.mp3', Buffer.from([0xff])],
    ];
    for (const [filename, bytes] of broken) {
      await expect(probe(filename, bytes), filename).rejects.toMatchObject({ code: 'MEDIA_UNSUPPORTED' });
    }
  });

  it('of other files are their size only', async () => {
    expect(await probe('a.txt', Buffer.from('hello'))).toMatchObject({ bytes_size: 5, width: null });
  });
});
