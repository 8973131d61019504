/** What a scene is: it draws one moment of a brief onto a canvas. */
import type { Brief } from '../brief.js';
import type { Canvas } from '../canvas.js';
import type { Noise } from '../noise.js';

export interface Moment {
  readonly brief: Brief;
  readonly canvas: Canvas;
  readonly noise: Noise;
  /** 0 for a still; runs from 0 to 1 over a video, in which things drift, pan and flicker. */
  readonly time: number;
}

export type Scene = (moment: Moment) => Promise<void> | void;
