/** The defaults as the program can have them when the config file can't be read. */
import { toErrorValue } from '../shared/errors.js';
import type { Notice } from '../shared/notice.js';
import { createDefaults, type Defaults, type DefaultsOptions } from './defaults/index.js';
import type { Logger } from './ports.js';
import type { SettingsStore } from './settings.js';

interface Program {
  program: 'desktop' | 'headless';
  settings: SettingsStore;
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
}

/** The window opens with the built-in defaults and says so; the headless program stops, as nobody would see a notice. */
export function openDefaults(
  { program, settings, env, logger }: Program,
  notices: Notice[],
  ports: Pick<DefaultsOptions, 'log' | 'onChange' | 'validate'>,
): Defaults {
  const fixed = { env, logger: logger.child('defaults'), ...ports };
  try {
    return createDefaults({ configFile: settings.configFile, ...fixed });
  } catch (error) {
    if (program === 'headless') throw error;
    const fault = toErrorValue(error);
    const { message, hint } = fault;
    notices.push({
      level: 'warning',
      message,
      hint: hint ?? 'Until then the built-in defaults are used.',
      remedy: 'restart',
    });
    return createDefaults({ configFile: undefined, broken: { path: settings.configFile, fault }, ...fixed });
  }
}
