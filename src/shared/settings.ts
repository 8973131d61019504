/** Settings of the program (not of a generation: those are defaults). Each knows which tier gave it. */
import { z } from 'zod';

export const settingsSchema = z.object({
  /** Where ComfyUI listens. */
  comfyui_url: z.string(),
  /** Sent with every request to ComfyUI, for an engine behind a proxy. */
  comfyui_headers: z.record(z.string(), z.string()),
  /** The demo engine makes the results instead of ComfyUI. */
  demo: z.boolean(),
  /** Address and port the MCP endpoint listens on; port 0 = any free one. */
  host: z.string(),
  port: z.number().int().min(0).max(65535),
  /** Whether the endpoint runs at all: the tray's switch. */
  endpoint_enabled: z.boolean(),
  /** Bearer token for the endpoint; empty = none asked for, which only loopback allows. */
  token: z.string(),
  /** The person's own workflows; empty = `workflows` in the data directory. */
  workflow_dir: z.string(),
  /** Hours until agents no longer see an asset; 0 = never. */
  asset_ttl_hours: z.number().min(0),
  /** Bytes of cached originals kept on disk. */
  cache_limit_bytes: z.number().int().min(0),
  /** What others make with the same ComfyUI (its own page, another program) comes into the library too. */
  register_foreign_outputs: z.boolean(),
  /** The project that pictures are published into; empty = the working directory, when that is a project. */
  publish_root: z.string(),
  /** A folder whose files are taken into the library, and watched; empty for none. */
  import_dir: z.string(),
  /** Where ComfyUI writes on this machine, for publishing while it is away; empty = found by itself. */
  comfyui_output_root: z.string(),
  /** Folders of this machine that agents may take files from as inputs; none unless the person adds some. */
  input_dirs: z.array(z.string().min(1)),
  /** Names of tools that agents are not offered. */
  disabled_tools: z.array(z.string()),
});
export type Settings = z.infer<typeof settingsSchema>;
export type SettingName = keyof Settings;
export const settingNameSchema = settingsSchema.keyof();

export const settingSources = ['argument', 'environment', 'file', 'built-in'] as const;
export type SettingSource = (typeof settingSources)[number];

export const builtInSettings: Settings = {
  comfyui_url: 'http://localhost:8188',
  comfyui_headers: {},
  demo: false,
  host: '127.0.0.1',
  port: 9000,
  endpoint_enabled: true,
  token: '',
  workflow_dir: '',
  asset_ttl_hours: 24,
  cache_limit_bytes: 2 * 1024 ** 3,
  register_foreign_outputs: false,
  publish_root: '',
  import_dir: '',
  comfyui_output_root: '',
  input_dirs: [],
  disabled_tools: [],
};

/** What the window shows of the settings: values, tiers, and never the token itself. */
export const settingsViewSchema = z.object({
  values: settingsSchema.omit({ token: true, comfyui_headers: true }).extend({
    has_token: z.boolean(),
    comfyui_header_names: z.array(z.string()),
  }),
  sources: z.record(z.string(), z.enum(settingSources)),
  /** What fixes a setting, `data_dir` or `config_file` from outside, as a person wrote it: `--port`, `COMFY_MCP_PORT`. */
  fixed_by: z.record(z.string(), z.string()),
  data_dir: z.string(),
  config_file: z.string(),
  /** Where the person's workflows lie: `workflow_dir`, or its place in the data directory. */
  workflow_dir: z.string(),
});
export type SettingsView = z.infer<typeof settingsViewSchema>;
