import { describe, expect, it } from 'vitest';
import { builtInSettings, type SettingsView } from '../../shared/settings.js';
import { lockWords } from './source.js';

function view(sources: SettingsView['sources']): SettingsView {
  const { token: _token, comfyui_headers: _headers, ...values } = builtInSettings;
  return {
    values: { ...values, has_token: false, comfyui_header_names: [] },
    sources,
    data_dir: '',
    config_file: '',
  };
}

describe('lockWords', () => {
  it('names the variable that fixes a setting', () => {
    expect(lockWords(view({ comfyui_url: 'environment' }), 'comfyui_url')).toBe(
      'Set by COMFYUI_URL. Remove it there to edit it here.',
    );
    expect(lockWords(view({ workflow_dir: 'environment' }), 'workflow_dir')).toBe(
      'Set by the environment. Remove it there to edit it here.',
    );
  });

  it('tells of the command line', () => {
    expect(lockWords(view({ port: 'argument' }), 'port')).toBe(
      'Set on the command line. Leave it out there to edit it here.',
    );
  });

  it('leaves what the file or nobody set to be edited', () => {
    expect(lockWords(view({ port: 'file' }), 'port')).toBeNull();
    expect(lockWords(view({ port: 'built-in' }), 'port')).toBeNull();
    expect(lockWords(view({}), 'port')).toBeNull();
  });
});
