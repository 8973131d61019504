/** What a person has to be told though the program goes on. */
import { z } from 'zod';

export const noticeSchema = z.object({
  level: z.enum(['info', 'warning', 'error']),
  message: z.string(),
  hint: z.string().optional(),
  /** What to do once the matter is mended: `restart` reads everything anew. */
  remedy: z.literal('restart').optional(),
});
export type Notice = z.infer<typeof noticeSchema>;
