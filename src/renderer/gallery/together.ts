/** Looking at several pictures as if they were one: the same part of each, equally large. Pure. */
import { largestScale, type Size } from './zoom.js';

/** What is seen of a picture, whatever its size: 1 shows the whole; x and y are the part (0 to 1) in the pane's middle. */
export interface View {
  zoom: number;
  x: number;
  y: number;
}

export const whole: View = { zoom: 1, x: 0.5, y: 0.5 };

const longest = ({ width, height }: Size) => Math.max(1, width, height);

/**
 * Scale at which each picture is wholly seen in a pane. All come out equally large, so that an enlargement lies beside
 * what it was made of; none is blown up beyond the largest of them, unless they may fill their panes.
 */
export function wholeScales(pictures: readonly Size[], pane: Size, fill = false): number[] {
  const most = fill ? Number.POSITIVE_INFINITY : Math.max(1, ...pictures.map(longest));
  return pictures.map((picture) => {
    const room = Math.min(pane.width / Math.max(1, picture.width), pane.height / Math.max(1, picture.height));
    return Math.min(room, most / longest(picture));
  });
}

/** One picture in its pane. `scale` is that at which it is wholly seen. */
export interface Seen {
  picture: Size;
  pane: Size;
  scale: number;
}

function sizeOf(zoom: number, { picture, scale }: Seen): Size {
  return { width: picture.width * scale * zoom, height: picture.height * scale * zoom };
}

/** Where the picture lies in its pane, in pixels. It is centred where it is smaller, and leaves no gap where it is larger. */
export function placed(view: View, seen: Seen): Size & { left: number; top: number } {
  const size = sizeOf(view.zoom, seen);
  const { x, y } = within(view, seen);
  return { ...size, left: seen.pane.width / 2 - x * size.width, top: seen.pane.height / 2 - y * size.height };
}

/** The part of the pane that the picture fills, as distances from the pane's edges. */
export function filled(view: View, seen: Seen): { left: number; top: number; right: number; bottom: number } {
  const { left, top, width, height } = placed(view, seen);
  const { pane } = seen;
  return {
    left: Math.max(0, left),
    top: Math.max(0, top),
    right: Math.max(0, pane.width - left - width),
    bottom: Math.max(0, pane.height - top - height),
  };
}

/** The view with its middle kept where the pane is filled. */
export function within(view: View, seen: Seen): View {
  const size = sizeOf(view.zoom, seen);
  const kept = (at: number, length: number, room: number) => {
    if (length <= room) return 0.5;
    const edge = room / 2 / length;
    return Math.min(1 - edge, Math.max(edge, at));
  };
  return {
    zoom: view.zoom,
    x: kept(view.x, size.width, seen.pane.width),
    y: kept(view.y, size.height, seen.pane.height),
  };
}

/** Zooms by a factor so that what lies at `point` (pixels from the pane's middle) stays there. */
export function zoomedBy(view: View, factor: number, point: { x: number; y: number }, seen: Seen): View {
  const from = within(view, seen);
  const zoom = Math.min(largestScale / seen.scale, Math.max(1, from.zoom * factor));
  const [before, after] = [sizeOf(from.zoom, seen), sizeOf(zoom, seen)];
  return within(
    {
      zoom,
      x: from.x + point.x / before.width - point.x / after.width,
      y: from.y + point.y / before.height - point.y / after.height,
    },
    seen,
  );
}

/** Moves the picture by so many pixels. */
export function pannedBy(view: View, by: { x: number; y: number }, seen: Seen): View {
  const size = sizeOf(view.zoom, seen);
  const from = within(view, seen);
  return within({ zoom: view.zoom, x: from.x - by.x / size.width, y: from.y - by.y / size.height }, seen);
}

/** Columns in which so many pictures come out largest. `aspect`: width by height of a typical one. */
export function columnsFor(count: number, aspect: number, stage: Size): number {
  const widthIn = (columns: number) => {
    const rows = Math.ceil(count / columns);
    return Math.min(stage.width / columns, (stage.height / rows) * aspect);
  };
  // Three in two rows leave a hole, which has to be worth it.
  const split = count === 4 ? 2 : count;
  return widthIn(split) > widthIn(count) ? split : count;
}
