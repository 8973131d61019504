#!/usr/bin/env node
// Draws every icon in build/ from build/icon.svg and the tray's contact sheet below. The results are committed; run
// this again after a change of the drawing. Colours are the design tokens (surface, ink, safelight) in sRGB.
import fs from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { packIcns, packIco } from './lib/icon-files.mjs';
import { root } from './lib/project.mjs';

const buildDir = path.join(root, 'build');
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];
/** Names of Apple's PNG chunks by edge in pixels. */
const ICNS_CHUNKS = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' };

/** Ink of unlit frames and of the lit one. The panel's theme decides; macOS colours a template itself by its alpha. */
const TRAY_THEMES = {
  'tray-{state}-dark': { ink: '#eeedea', lit: '#f69f4b' },
  'tray-{state}-light': { ink: '#211d1a', lit: '#a14a10' },
  'tray-{state}-Template': { ink: '#000000', lit: '#000000' },
};
const UNLIT_OPACITY = 0.5;

await drawAppIcon();
await drawTrayIcons();

async function drawAppIcon() {
  const drawing = fs.readFileSync(path.join(buildDir, 'icon.svg'));
  const pictures = new Map();
  for (const size of SIZES) {
    // Rendered at the size itself, so that edges stay sharp: density is in pixels per 72 user units of the drawing.
    const picture = sharp(drawing, { density: (72 * size) / 1024 }).resize(size, size);
    pictures.set(size, await picture.png({ compressionLevel: 9 }).toBuffer());
  }
  const linux = path.join(buildDir, 'icons');
  fs.mkdirSync(linux, { recursive: true });
  for (const [size, png] of pictures) fs.writeFileSync(path.join(linux, `${size}x${size}.png`), png);
  fs.writeFileSync(path.join(buildDir, 'icon.png'), pictures.get(1024));
  fs.writeFileSync(
    path.join(buildDir, 'icon.ico'),
    packIco(ICO_SIZES.map((size) => ({ size, png: pictures.get(size) }))),
  );
  const chunks = Object.entries(ICNS_CHUNKS).map(([size, type]) => ({ type, png: pictures.get(Number(size)) }));
  fs.writeFileSync(path.join(buildDir, 'icon.icns'), packIcns(chunks));
}

async function drawTrayIcons() {
  const folder = path.join(buildDir, 'tray');
  fs.mkdirSync(folder, { recursive: true });
  for (const [pattern, colours] of Object.entries(TRAY_THEMES)) {
    for (const state of ['on', 'off']) {
      const name = pattern.replace('{state}', state);
      const drawing = Buffer.from(traySvg(colours, state === 'on'));
      for (const [suffix, size] of Object.entries({ '': 16, '@2x': 32 })) {
        const picture = sharp(drawing, { density: (72 * size) / 16 }).png({ compressionLevel: 9 });
        await picture.toFile(path.join(folder, `${name}${suffix}.png`));
      }
    }
  }
}

/** A sheet of three by three frames on a 16 pixel grid. The server is on: one frame is lit. Off: it is an empty outline. */
function traySvg({ ink, lit }, on) {
  const frames = [];
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) {
      const x = 1 + column * 5;
      const y = 1 + row * 5;
      const special = row === 1 && column === 2;
      if (!special)
        frames.push(`<rect x="${x}" y="${y}" width="4" height="4" fill="${ink}" fill-opacity="${UNLIT_OPACITY}"/>`);
      else if (on) frames.push(`<rect x="${x}" y="${y}" width="4" height="4" fill="${lit}"/>`);
      else frames.push(`<rect x="${x + 0.5}" y="${y + 0.5}" width="3" height="3" fill="none" stroke="${ink}"/>`);
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">${frames.join('')}</svg>`;
}
