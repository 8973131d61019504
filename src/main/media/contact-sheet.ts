/**
 * Contact sheets: pictures of a batch in rows and columns, with the values they were made with as headings. The words are
 * drawn by Pango with the fonts of the system, so that every script shows that there is a font for.
 */
import type { OverlayOptions } from 'sharp';
import { sharp } from '../sharp.js';

export interface SheetCell {
  /** A picture file; null where there is none. */
  picture: string | null;
  /** Why there is none; or what it is, below a picture that has no headings. */
  words: string;
}

/** One block of rows and columns. */
export interface SheetBlock {
  /** Above the block; empty for none. */
  heading: string;
  /** Row by row. */
  cells: readonly (SheetCell | undefined)[];
}

export interface ContactSheetPlan {
  title: string;
  /** What is the same for all of it. */
  facts: string;
  /** Who made it, at the foot. */
  maker: string;
  columns: readonly string[];
  /** Headings of the rows; empty strings where they have none. */
  rows: readonly string[];
  blocks: readonly SheetBlock[];
}

export interface DrawnSheet {
  bytes: Uint8Array;
  mime_type: 'image/webp';
  /** Pixels. */
  width: number;
  height: number;
}

const background = '#17171a';
const ink = '#e9e8e6';
const dim = '#a5a3a0';
const empty = '#242428';

const gap = 4;
const margin = 24;
const headingSize = 16;
const lineHeight = 26;
/** WebP holds 16,383 pixels a side; beside that a sheet is to be opened by anything. */
const longestSide = 8192;
const cellEdges = { most: 320, least: 48 };
const letters = { heading: 80, title: 240, cell: 120 };

/** Draws a sheet as a WebP. Pictures that can't be read leave their words in place. */
export async function drawContactSheet(plan: ContactSheetPlan): Promise<DrawnSheet> {
  const { columns, rows, blocks } = plan;
  const hasRows = rows.some((row) => row !== '');
  const hasColumns = columns.some((column) => column !== '');
  const captions = !hasRows && !hasColumns;
  const rowsIn = rows.length * blocks.length;
  const rowHeading = hasRows ? 150 : 0;
  const caption = captions ? 2 * lineHeight : 0;
  const perBlock =
    (hasColumns ? lineHeight * 2 : 0) + (blocks.some(({ heading }) => heading !== '') ? lineHeight * 2 : 0);
  const head = margin + 40 + lineHeight * 2;
  const foot = lineHeight + margin;
  const room = {
    width: (longestSide - 2 * margin - rowHeading) / columns.length - gap,
    height: (longestSide - head - foot - perBlock * blocks.length) / rowsIn - gap - caption,
  };
  const edge = Math.max(cellEdges.least, Math.min(cellEdges.most, Math.floor(Math.min(room.width, room.height))));
  const pitch = edge + gap;
  const width = Math.max(720, 2 * margin + rowHeading + columns.length * pitch - gap);
  const inner = width - 2 * margin;
  const layers: OverlayOptions[] = [];
  const write = async (words: string, box: Box) => {
    const layer = await drawWords(words, box);
    if (layer !== undefined) layers.push(layer);
  };

  await write(plan.title, {
    left: margin,
    top: margin,
    width: inner,
    height: 34,
    size: 24,
    color: ink,
    limit: letters.title,
  });
  await write(plan.facts, {
    left: margin,
    top: margin + 40,
    width: inner,
    height: lineHeight * 2,
    size: 14,
    color: dim,
    limit: letters.title * 2,
  });
  let top = head;
  for (const block of blocks) {
    if (block.heading !== '') {
      top += lineHeight / 2;
      await write(block.heading, {
        left: margin,
        top,
        width: inner,
        height: lineHeight,
        size: 18,
        color: ink,
        limit: letters.heading,
      });
      top += lineHeight * 1.5;
    }
    if (hasColumns) {
      for (const [column, heading] of columns.entries()) {
        const left = margin + rowHeading + column * pitch;
        await write(heading, {
          left,
          top,
          width: edge,
          height: lineHeight * 2 - 6,
          size: headingSize,
          color: ink,
          limit: letters.heading,
          end: true,
        });
      }
      top += lineHeight * 2;
    }
    for (const [row, heading] of rows.entries()) {
      const at = top + row * (pitch + caption);
      if (heading !== '') {
        await write(heading, {
          left: margin,
          top: at,
          width: rowHeading - 12,
          height: edge,
          size: headingSize,
          color: ink,
          limit: letters.heading,
        });
      }
      for (const column of columns.keys()) {
        const cell = block.cells[row * columns.length + column];
        if (cell === undefined) continue;
        const place = { left: margin + rowHeading + column * pitch, top: Math.round(at) };
        const picture = cell.picture === null ? undefined : await fitted(cell.picture, edge);
        layers.push({ ...place, input: picture ?? (await plain(edge)) });
        if (picture === undefined || captions) {
          const below = picture === undefined ? 8 : edge + 4;
          await write(cell.words, {
            left: place.left + (picture === undefined ? 8 : 0),
            top: place.top + below,
            width: edge - (picture === undefined ? 16 : 0),
            height: picture === undefined ? edge - 16 : caption - 8,
            size: 13,
            color: dim,
            limit: letters.cell,
          });
        }
      }
    }
    top += rows.length * (pitch + caption);
  }
  await write(plan.maker, {
    left: margin,
    top: top + 8,
    width: inner,
    height: lineHeight,
    size: 13,
    color: dim,
    limit: letters.title,
  });
  const height = Math.ceil(top + foot + 8);
  const bytes = await sharp({ create: { width, height, channels: 3, background } })
    .composite(
      layers.map((layer) => ({ ...layer, top: Math.round(layer.top ?? 0), left: Math.round(layer.left ?? 0) })),
    )
    .withExif({ IFD0: exifOf(plan) })
    .webp({ quality: 88, effort: 3 })
    .toBuffer();
  return { bytes, mime_type: 'image/webp', width, height };
}

/** sharp takes no empty texts. */
function exifOf({ maker, title }: ContactSheetPlan): Record<string, string> {
  const facts = { Software: maker, ImageDescription: title.slice(0, 1000) };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== ''));
}

interface Box {
  /** Pixels. */
  left: number;
  top: number;
  width: number;
  height: number;
  /** Of the letters, pixels. */
  size: number;
  color: string;
  /** Characters, beyond which words are cut. */
  limit: number;
  /** They stand at the lower end of the box. */
  end?: true;
}

/** Words within a box: wrapped, and cut where they don't fit. Undefined when there is nothing to draw. */
async function drawWords(
  words: string,
  { left, top, width, height, size, color, limit, end }: Box,
): Promise<OverlayOptions | undefined> {
  const text = shortened(words, limit);
  if (text === '') return undefined;
  const { data, info } = await sharp({
    text: {
      text: `<span foreground="${color}">${escaped(text)}</span>`,
      font: `sans ${size}`,
      rgba: true,
      width: Math.max(1, Math.floor(width)),
      wrap: 'word-char',
      // Points are pixels then.
      dpi: 72,
    },
  })
    .png()
    .toBuffer({ resolveWithObject: true });
  const box = { width: Math.min(info.width, Math.floor(width)), height: Math.min(info.height, Math.floor(height)) };
  const input =
    box.width === info.width && box.height === info.height
      ? data
      : await sharp(data)
          .extract({ left: 0, top: 0, ...box })
          .png()
          .toBuffer();
  return { input, left, top: end === undefined ? top : top + height - box.height };
}

/** One line of so many characters; control characters and halves of characters, which Pango refuses, become spaces. */
function shortened(words: string, limit: number): string {
  const line = words.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\uFFFE\uFFFF]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}

/** Pango reads markup. */
function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The whole picture in a square; undefined when it can't be read. */
async function fitted(file: string, edge: number): Promise<Buffer | undefined> {
  try {
    return await sharp(file)
      .resize({ width: edge, height: edge, fit: 'contain', background: empty })
      .flatten({ background: empty })
      .png({ compressionLevel: 1 })
      .toBuffer();
  } catch {
    // It is a thumbnail of ours; what is wrong with it is told where thumbnails are asked for.
    return undefined;
  }
}

function plain(edge: number): Promise<Buffer> {
  return sharp({ create: { width: edge, height: edge, channels: 3, background: empty } })
    .png()
    .toBuffer();
}
