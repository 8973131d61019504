/** Arithmetic of looking at a picture: fitting, zooming about a point, panning within bounds. Pure. */
export interface Size {
  width: number;
  height: number;
}

/** Scale 1 shows a pixel of the picture as a pixel of the window; x and y move its middle off the stage's middle. */
export interface Placing {
  scale: number;
  x: number;
  y: number;
}

/** What can be asked of the picture that is looked at. */
export interface PictureHandle {
  /** Shows pixel for pixel, or the whole again. */
  toggle(): void;
  /** A step closer, or further away. */
  zoom(by: 1 | -1): void;
  /** Shows the whole. */
  fit(): void;
}

/** How much larger a step makes it. */
export const zoomStep = 1.5;

export const largestScale = 16;

/** Room kept free around a fitted picture, in pixels: the arrows at its sides never lie on it. */
const marginX = 64;
const marginY = 4;

/** The scale at which a picture is wholly seen; small ones are not blown up. */
export function fitScale(picture: Size, stage: Size): number {
  if (picture.width <= 0 || picture.height <= 0) return 1;
  const width = Math.max(1, stage.width - 2 * marginX);
  const height = Math.max(1, stage.height - 2 * marginY);
  return Math.min(1, width / picture.width, height / picture.height);
}

export function fitted(picture: Size, stage: Size): Placing {
  return { scale: fitScale(picture, stage), x: 0, y: 0 };
}

/** Zooms so that what lies at `point` (from the stage's middle) stays there. */
export function zoomAt(
  placing: Placing,
  scale: number,
  point: { x: number; y: number },
  picture: Size,
  stage: Size,
): Placing {
  const next = Math.min(largestScale, Math.max(fitScale(picture, stage), scale));
  const by = next / placing.scale;
  return bounded(
    { scale: next, x: point.x - (point.x - placing.x) * by, y: point.y - (point.y - placing.y) * by },
    picture,
    stage,
  );
}

/** Keeps the picture's edge from leaving the stage's while it is larger, and centred while it is smaller. */
export function bounded(placing: Placing, picture: Size, stage: Size): Placing {
  const roomX = Math.max(0, (picture.width * placing.scale - stage.width) / 2);
  const roomY = Math.max(0, (picture.height * placing.scale - stage.height) / 2);
  const within = (value: number, room: number) => (room === 0 ? 0 : Math.min(room, Math.max(-room, value)));
  return { scale: placing.scale, x: within(placing.x, roomX), y: within(placing.y, roomY) };
}
