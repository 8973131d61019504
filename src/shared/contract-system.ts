/** Status, settings and the endpoint. */
import { z } from 'zod';
import { both, changes, operation, reads, windowOnly } from './contract-operation.js';
import { errorValueSchema } from './errors.js';
import { settingNameSchema, settingsSchema, settingsViewSchema } from './settings.js';
import { endpointStatusSchema, engineStatusSchema, queueCountsSchema } from './status.js';

export const systemOperations = {
  get_server_status: operation({
    title: 'Server status',
    description:
      'Versions, whether ComfyUI answers (or the demo engine runs), device and memory, queue, endpoint. Use it first when something fails.',
    input: z.object({}),
    output: z.object({
      version: z.string(),
      engine: engineStatusSchema,
      queue: queueCountsSchema,
      endpoint: endpointStatusSchema.omit({ agents: true }).extend({ agents: z.number().int() }),
      assets: z.number().int(),
    }),
    annotations: { ...reads, openWorld: true },
    doors: both,
  }),
  probe_engine: operation({
    title: 'Try an address of ComfyUI',
    description: 'Asks the address who it is, without changing anything. Without an address: looks on the usual ports.',
    input: z.object({ url: z.string().optional() }),
    output: z.object({
      found: z.boolean(),
      url: z.string(),
      version: z.string().nullable(),
      device: z.string().nullable(),
      vram_total: z.number().nullable(),
      elapsed_ms: z.number(),
      error: errorValueSchema.nullable(),
    }),
    annotations: { ...reads, openWorld: true },
    doors: windowOnly,
  }),
  update_settings: operation({
    title: 'Change settings',
    description:
      'Writes settings to the settings file and applies them at once. A value that an argument or the environment fixes is refused.',
    input: z.object({
      values: settingsSchema
        .pick({
          comfyui_url: true,
          comfyui_headers: true,
          demo: true,
          host: true,
          port: true,
          token: true,
          endpoint_enabled: true,
          asset_ttl_hours: true,
          cache_limit_bytes: true,
          register_foreign_outputs: true,
          publish_root: true,
          comfyui_output_root: true,
          workflow_dir: true,
          import_dir: true,
          input_dirs: true,
        })
        .partial(),
      reset: z
        .array(settingNameSchema)
        .max(20)
        .optional()
        .describe('Taken out of the settings file: what is built in holds again.'),
    }),
    output: settingsViewSchema,
    annotations: changes,
    doors: windowOnly,
  }),
  reset_settings: operation({
    title: 'Reset settings',
    description:
      'Takes settings out of the settings file, all of them or the named ones: what is built in holds again. What an argument or the environment fixes stays.',
    input: z.object({ names: z.array(settingNameSchema).min(1).max(50).optional() }),
    output: z.object({
      reset: z.array(settingNameSchema),
      undo_id: z.string().nullable().describe('For undo_reset_settings; null when there was nothing to reset.'),
    }),
    annotations: { ...changes, destructive: true },
    doors: windowOnly,
  }),
  undo_reset_settings: operation({
    title: 'Take back a reset of settings',
    description: 'Puts back what a reset took out, but for what was set since. Only of this run of the program.',
    input: z.object({ undo_id: z.string() }),
    output: settingsViewSchema,
    annotations: changes,
    doors: windowOnly,
  }),
  set_engine_header: operation({
    title: 'Set a header for ComfyUI',
    description: 'Adds one header to every request to ComfyUI, or takes it away. The others stay, and stay unseen.',
    input: z.object({ name: z.string().trim().min(1).max(200), value: z.string().max(8000).nullable() }),
    output: settingsViewSchema,
    annotations: changes,
    doors: windowOnly,
  }),
  get_token: operation({
    title: 'Token of the endpoint',
    description: 'The token agents have to send, for the person to see and copy. Empty when none is asked for.',
    input: z.object({}),
    output: z.object({ token: z.string() }),
    annotations: reads,
    doors: windowOnly,
  }),
  check_endpoint: operation({
    title: 'Check the endpoint',
    description: 'Connects to the own endpoint as an agent would, lists the tools and says how long it took.',
    input: z.object({}),
    output: z.object({
      ok: z.boolean(),
      tools: z.number().int(),
      elapsed_ms: z.number(),
      error: errorValueSchema.nullable(),
    }),
    annotations: reads,
    doors: windowOnly,
  }),
  get_client_config: operation({
    title: 'Configuration for a client',
    description: 'The lines to paste into an MCP client so that it finds this endpoint.',
    input: z.object({}),
    output: z.object({
      url: z.string(),
      json: z.string(),
      command: z.string(),
    }),
    annotations: reads,
    doors: windowOnly,
  }),
} as const;
