import { describe, expect, it } from 'vitest';
import { builtInSettings, type SettingsView } from '../../shared/settings.js';
import { lockWords } from './source.js';

function view(fixed_by: SettingsView['fixed_by']): SettingsView {
  const { token: _token, comfyui_headers: _headers, ...values } = builtInSettings;
  return {
    values: { ...values, has_token: false, comfyui_header_names: [] },
    sources: {},
    fixed_by,
    data_dir: '',
    config_file: '',
    workflow_dir: '',
  };
}

describe('lockWords', () => {
  it('names the variable that fixes a setting', () => {
    expect(lockWords(view({ comfyui_url: 'COMFYUI_URL' }), 'comfyui_url')).toBe(
      'Set by COMFYUI_URL. Remove it there to edit it here.',
    );
    expect(lockWords(view({ data_dir: 'COMFY_MCP_DATA_DIR' }), 'data_dir')).toBe(
      'Set by COMFY_MCP_DATA_DIR. Remove it there to edit it here.',
    );
  });

  it('names the option of the command line', () => {
    expect(lockWords(view({ port: '--port' }), 'port')).toBe(
      'Set on the command line by --port. Leave it out there to edit it here.',
    );
  });

  it('leaves what the file or nobody set to be edited', () => {
    expect(lockWords(view({ port: '--port' }), 'host')).toBeNull();
    expect(lockWords(view({}), 'port')).toBeNull();
  });
});
