/** What the page that draws stills of films, and nothing else, gives back to the program. */
import { z } from 'zod';

export const posterAnswerSchema = z.union([
  /** A WebP. */
  z.object({ bytes: z.instanceof(Uint8Array) }),
  z.object({ fault: z.enum(['damaged', 'no_decoder']), reason: z.string() }),
]);
export type PosterAnswer = z.infer<typeof posterAnswerSchema>;

/** The page's only function, under this name on its `window`: takes the address of a film, answers a `PosterAnswer`. */
export const posterFunction = 'drawPoster';

/** Pixels of a still's longest side. */
export const posterSide = 1024;
