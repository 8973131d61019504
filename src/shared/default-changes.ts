/** What was changed about the defaults, by whom, and whether it can be taken back. */
import { z } from 'zod';
import { defaultTiers } from './defaults.js';
import { paramValueSchema } from './params.js';
import { namespaceSchema } from './workflow.js';

/** Who changed a default. A name is a label: clients give it themselves. */
export const changeAuthorSchema = z.object({
  kind: z.enum(['person', 'agent']),
  /** Name of the client; null for the person, and for a client that gave none. */
  name: z.string().nullable(),
  session_id: z.string().nullable(),
});
export type ChangeAuthor = z.infer<typeof changeAuthorSchema>;

/** A value in effect and its tier; null where no tier had one. */
const effectSchema = z.object({ value: paramValueSchema, source: z.enum(defaultTiers) }).nullable();

export const defaultChangeSchema = z.object({
  change_id: z.string(),
  /** The same for all that one call changed. */
  call_id: z.string(),
  /** ISO 8601. */
  at: z.string(),
  by: changeAuthorSchema,
  namespace: namespaceSchema,
  name: z.string(),
  /** What was in effect before and after. */
  before: effectSchema,
  after: effectSchema,
  /** It has been taken back. */
  undone: z.boolean(),
  /** It can be taken back now: nothing has changed the value since. */
  undoable: z.boolean(),
});
export type DefaultChange = z.infer<typeof defaultChangeSchema>;
