/** Which settings can be edited here, and what stands in the way. */
import type { SettingName, SettingsView } from '../../shared/settings.js';

const environmentNames: Partial<Record<SettingName, string>> = {
  comfyui_url: 'COMFYUI_URL',
  host: 'COMFY_MCP_HOST',
  port: 'COMFY_MCP_PORT',
  token: 'COMFY_MCP_TOKEN',
  demo: 'COMFY_MCP_DEMO',
  asset_ttl_hours: 'COMFY_MCP_ASSET_TTL_HOURS',
  register_foreign_outputs: 'COMFY_MCP_REGISTER_FOREIGN',
  publish_root: 'COMFY_MCP_PUBLISH_ROOT',
  import_dir: 'COMFY_MCP_IMPORT_DIR',
  comfyui_output_root: 'COMFYUI_OUTPUT_ROOT',
};

/** One sentence when an argument or the environment fixes the setting; null when it can be edited. */
export function lockWords(settings: SettingsView, name: SettingName): string | null {
  const source = settings.sources[name];
  if (source === 'argument') return 'Set on the command line. Leave it out there to edit it here.';
  if (source !== 'environment') return null;
  const variable = environmentNames[name];
  return variable === undefined
    ? 'Set by the environment. Remove it there to edit it here.'
    : `Set by ${variable}. Remove it there to edit it here.`;
}
