/** Checks of single settings, the same for the command line, the environment, the file and the window. */
import { delimiter } from 'node:path';
import { parseComfyUrl, withoutCredentials } from '../../shared/comfy-url.js';
import { AppError } from '../../shared/errors.js';
import { builtInSettings, type SettingName, type Settings, settingsSchema } from '../../shared/settings.js';

/**
 * A setting's value out of a text of the command line or the environment. `from` is how the sentence names the place,
 * e.g. `--port`.
 *
 * @throws AppError CONFIG_INVALID, one sentence.
 */
export function settingFromText<K extends SettingName>(name: K, text: string, from: string): Settings[K] {
  return checkSetting(name, textToValue(name, text), from);
}

/** @throws AppError CONFIG_INVALID, one sentence, when the value does not fit the setting. */
export function checkSetting<K extends SettingName>(name: K, value: unknown, from: string): Settings[K] {
  const parsed = settingsSchema.shape[name].safeParse(value);
  const fault = parsed.success ? faultOf(name, parsed.data) : expectations[name];
  if (fault !== undefined || !parsed.success) throw unfit(name, value, from, fault);
  return (typeof parsed.data === 'string' && name !== 'token' ? parsed.data.trim() : parsed.data) as Settings[K];
}

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(builtInSettings, name);
}

const expectations: Readonly<Record<SettingName, string>> = {
  comfyui_url: 'an address such as http://localhost:8188',
  comfyui_headers: 'header names with texts',
  demo: 'true or false',
  host: 'an address of this machine such as 127.0.0.1',
  port: 'a whole number from 0 to 65535',
  endpoint_enabled: 'true or false',
  token: 'a text',
  workflow_dir: 'a folder',
  asset_ttl_hours: 'a number of hours, 0 or more',
  cache_limit_bytes: 'a whole number of bytes, 0 or more',
  register_foreign_outputs: 'true or false',
  publish_root: 'a folder',
  import_dir: 'a folder',
  comfyui_output_root: 'a folder',
  input_dirs: 'a list of folders',
  disabled_tools: 'a list of tool names',
};

function textToValue(name: SettingName, text: string): unknown {
  if (Array.isArray(builtInSettings[name])) return text.split(delimiter).filter((part) => part.trim() !== '');
  const word = text.trim().toLowerCase();
  switch (typeof builtInSettings[name]) {
    case 'number':
      return word === '' || Number.isNaN(Number(word)) ? text : Number(word);
    case 'boolean':
      if (['1', 'true', 'yes', 'on'].includes(word)) return true;
      return ['0', 'false', 'no', 'off'].includes(word) ? false : text;
    default:
      return text;
  }
}

/** What the type alone does not say. */
function faultOf(name: SettingName, value: unknown): string | undefined {
  if (name === 'comfyui_url') return isAddress(String(value)) ? undefined : expectations[name];
  if (name === 'host') return /^[^\s/?#@]+$/.test(String(value).trim()) ? undefined : expectations[name];
  return undefined;
}

function isAddress(text: string): boolean {
  try {
    return parseComfyUrl(text) !== undefined;
  } catch {
    return false;
  }
}

function unfit(name: SettingName, value: unknown, from: string, expected = expectations[name]): AppError {
  // Never in an error: what may be a secret.
  const secret = name === 'token' || name === 'comfyui_headers';
  const shown = secret ? 'not usable' : `${withoutCredentials(JSON.stringify(value) ?? 'nothing')}`;
  return new AppError('CONFIG_INVALID', `${from} is ${shown}, but must be ${expected}.`, {
    hint: 'Correct it, or leave it out.',
    details: { setting: name },
  });
}
