/** Which settings can be edited here, and what stands in the way. */
import type { SettingName, SettingsView } from '../../shared/settings.js';

/** One sentence when an argument or the environment fixes the setting; null when it can be edited. */
export function lockWords({ fixed_by }: SettingsView, name: SettingName | 'data_dir' | 'config_file'): string | null {
  const from = fixed_by[name];
  if (from === undefined) return null;
  return from.startsWith('--')
    ? `Set on the command line by ${from}. Leave it out there to edit it here.`
    : `Set by ${from}. Remove it there to edit it here.`;
}
