/** A made-up library for the gallery benchmark, with the small pictures of all its assets in the cache. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { root } from '../scripts/lib/project.mjs';

/** Different pictures; all others are links to them. */
const different = 300;

/** Writes `library.db` and the cache into `dataDir`. */
export async function makeGalleryLibrary({ dataDir, rows, seed }) {
  fs.mkdirSync(dataDir, { recursive: true });
  const file = path.join(dataDir, 'library.db');
  const program = path.join(root, 'out', 'main', 'library-bench.js');
  execFileSync(process.execPath, [program, 'generate', file, String(rows), String(seed)], { stdio: 'inherit' });
  // All of it has room: what is measured is not what the cache throws away.
  fs.writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ cache_limit_bytes: 1024 ** 4 }));
  const pictures = await drawPictures(path.join(dataDir, 'pictures'));
  const { DatabaseSync } = await import('@photostructure/sqlite');
  const database = new DatabaseSync(file, { readOnly: true });
  const assets = database.prepare('SELECT asset_id, filename, media_kind FROM asset ORDER BY created_ms DESC').all();
  database.close();
  for (const [number, { asset_id, filename, media_kind }] of assets.entries()) {
    const picture = pictures[number % pictures.length];
    if (media_kind === 'audio') continue;
    for (const size of [256, 768])
      link(picture[size], path.join(dataDir, 'cache', 'thumbnails'), `${asset_id}-${size}.webp`);
    // Originals of the newest: enough to open some.
    if (number < 200 && media_kind === 'image') {
      link(picture.original, path.join(dataDir, 'cache', 'originals'), `${asset_id}${path.extname(filename)}`);
    }
  }
}

function link(from, folder, name) {
  const into = path.join(folder, name.slice(0, 2));
  fs.mkdirSync(into, { recursive: true });
  fs.linkSync(from, path.join(into, name));
}

async function drawPictures(folder) {
  fs.mkdirSync(folder, { recursive: true });
  const drawn = [];
  for (let number = 0; number < different; number += 1) {
    const hue = (number * 47) % 360;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="1024">
      <defs><radialGradient id="g" cx="${20 + (number % 60)}%" cy="40%"><stop offset="0" stop-color="hsl(${hue},60%,60%)"/>
      <stop offset="1" stop-color="hsl(${(hue + 90) % 360},50%,20%)"/></radialGradient>
      <filter id="n"><feTurbulence baseFrequency="0.02 0.05" numOctaves="3" seed="${number}"/></filter></defs>
      <rect width="100%" height="100%" fill="url(#g)"/><rect width="100%" height="100%" filter="url(#n)" opacity="0.4"/></svg>`;
    const image = sharp(Buffer.from(svg));
    const files = {};
    for (const size of [256, 768]) {
      files[size] = path.join(folder, `${number}-${size}.webp`);
      await image.clone().resize(size).webp({ quality: 80 }).toFile(files[size]);
    }
    files.original = path.join(folder, `${number}.png`);
    // Few are opened: those have originals of their own.
    if (number < 20) await image.clone().png({ compressionLevel: 3 }).toFile(files.original);
    else files.original = drawn[number % 20].original;
    drawn.push(files);
  }
  return drawn;
}
