/** The defaults room, as the composition root sees it. */
export { createDefaultsCheck, type DefaultsCheck } from './check.js';
export {
  createDefaults,
  type DefaultChanges,
  type DefaultEntry,
  type Defaults,
  type DefaultsOptions,
  type DefaultsSet,
  type ResolvedDefault,
  type ValidateDefaults,
} from './defaults.js';
