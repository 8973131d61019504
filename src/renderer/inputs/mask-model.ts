/** What was painted onto a mask, as steps that can be taken back. Pure; coordinates are pixels of the mask. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export type MaskStep =
  | { readonly kind: 'stroke'; readonly erase: boolean; readonly size: number; readonly points: readonly Point[] }
  | {
      readonly kind: 'rectangle';
      readonly erase: boolean;
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
    }
  | { readonly kind: 'invert' }
  | { readonly kind: 'clear' };

export interface MaskHistory {
  readonly steps: readonly MaskStep[];
  /** How many of them count; those behind were taken back. */
  readonly done: number;
}

export const emptyMask: MaskHistory = { steps: [], done: 0 };

/** Steps that are kept at most: each is drawn anew after one was taken back. */
const keptSteps = 500;

export function withStep({ steps, done }: MaskHistory, step: MaskStep): MaskHistory {
  const kept = [...steps.slice(0, done), step].slice(-keptSteps);
  return { steps: kept, done: kept.length };
}

export function undone(history: MaskHistory): MaskHistory {
  return { ...history, done: Math.max(0, history.done - 1) };
}

export function redone(history: MaskHistory): MaskHistory {
  return { ...history, done: Math.min(history.steps.length, history.done + 1) };
}

export const canUndo = ({ done }: MaskHistory) => done > 0;
export const canRedo = ({ steps, done }: MaskHistory) => done < steps.length;

/** Brush sizes in pixels, each about a quarter larger than the one before. */
const smallest = 2;
const largest = 1024;

export function largerBrush(size: number): number {
  return Math.min(largest, Math.max(size + 1, Math.round(size * 1.25)));
}

export function smallerBrush(size: number): number {
  return Math.max(smallest, Math.min(size - 1, Math.round(size / 1.25)));
}

/** The brush one begins with: a tenth of the shorter side. */
export function firstBrush(width: number, height: number): number {
  return Math.max(smallest, Math.min(largest, Math.round(Math.min(width, height) / 10)));
}

/** A rectangle as typed, cut to the picture; null when nothing of it is left. */
export function rectangleOf(
  typed: Readonly<Record<'x' | 'y' | 'width' | 'height', string>>,
  picture: { width: number; height: number },
  erase: boolean,
): MaskStep | null {
  const number = (text: string, empty: number) => (text.trim() === '' ? empty : Number(text));
  const [x, y] = [number(typed.x, 0), number(typed.y, 0)];
  const [width, height] = [number(typed.width, picture.width), number(typed.height, picture.height)];
  if (![x, y, width, height].every(Number.isFinite)) return null;
  const left = Math.max(0, Math.round(x));
  const top = Math.max(0, Math.round(y));
  const right = Math.min(picture.width, Math.round(x + width));
  const bottom = Math.min(picture.height, Math.round(y + height));
  if (right <= left || bottom <= top) return null;
  return { kind: 'rectangle', erase, x: left, y: top, width: right - left, height: bottom - top };
}

/** What a mask is drawn with: the part of a canvas' context that is needed. */
export type MaskContext = Pick<
  CanvasRenderingContext2D,
  | 'globalCompositeOperation'
  | 'lineWidth'
  | 'lineCap'
  | 'lineJoin'
  | 'fillStyle'
  | 'strokeStyle'
  | 'beginPath'
  | 'moveTo'
  | 'lineTo'
  | 'stroke'
  | 'fillRect'
  | 'clearRect'
>;

/** Draws one step: opaque where the mask is, transparent elsewhere. */
export function drawStep(context: MaskContext, step: MaskStep, width: number, height: number): void {
  const erases = 'erase' in step && step.erase;
  context.globalCompositeOperation = erases ? 'destination-out' : 'source-over';
  switch (step.kind) {
    case 'clear':
      context.clearRect(0, 0, width, height);
      break;
    case 'invert':
      // Opaque where nothing was, and nothing where it was opaque.
      context.globalCompositeOperation = 'source-out';
      context.fillRect(0, 0, width, height);
      break;
    case 'rectangle':
      context.fillRect(step.x, step.y, step.width, step.height);
      break;
    case 'stroke': {
      const [first] = step.points;
      if (first === undefined) break;
      context.lineWidth = step.size;
      context.lineCap = 'round';
      context.lineJoin = 'round';
      context.beginPath();
      context.moveTo(first.x, first.y);
      // A click leaves a dot: a line of no length is drawn with its round ends.
      for (const point of step.points) context.lineTo(point.x, point.y);
      context.stroke();
    }
  }
  context.globalCompositeOperation = 'source-over';
}

/** How much of a mask is marked, 0 to 1, by the alpha of its pixels (RGBA). */
export function markedShare(pixels: ArrayLike<number>): number {
  let marked = 0;
  for (let at = 3; at < pixels.length; at += 4) if ((pixels[at] ?? 0) > 127) marked += 1;
  return pixels.length === 0 ? 0 : marked / (pixels.length / 4);
}
