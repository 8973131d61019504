/** State of the two outside lines: the engine that makes things, and the endpoint that agents use. */
import { z } from 'zod';
import { errorValueSchema } from './errors.js';

export const engineStatusSchema = z.object({
  kind: z.enum(['comfyui', 'demo']),
  state: z.enum(['connecting', 'ready', 'unreachable']),
  /** Address without credentials. */
  url: z.string(),
  version: z.string().nullable(),
  device: z.string().nullable(),
  /** Bytes of video memory; null on CPU. */
  vram_total: z.number().nullable(),
  vram_free: z.number().nullable(),
  error: errorValueSchema.nullable(),
  /** When the next try happens, ISO 8601; null when none is due. */
  retry_at: z.string().nullable(),
});
export type EngineStatus = z.infer<typeof engineStatusSchema>;

export const agentSchema = z.object({
  session_id: z.string(),
  name: z.string(),
  version: z.string().nullable(),
  connected_at: z.string(),
  last_call_at: z.string().nullable(),
});
export type Agent = z.infer<typeof agentSchema>;

export const endpointStatusSchema = z.object({
  state: z.enum(['on', 'off', 'failed']),
  /** Null while off. */
  url: z.string().nullable(),
  error: errorValueSchema.nullable(),
  agents: z.array(agentSchema),
});
export type EndpointStatus = z.infer<typeof endpointStatusSchema>;

export const queueCountsSchema = z.object({ running: z.number().int(), pending: z.number().int() });
