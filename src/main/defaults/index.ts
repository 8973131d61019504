/** The defaults room, as the composition root sees it. */
export { type ChangeLog, createChangeLog } from './changes.js';
export { createDefaultsCheck, type DefaultField, type DefaultsCheck } from './check.js';
export {
  createDefaults,
  type DefaultChanges,
  type DefaultEntry,
  type Defaults,
  type DefaultsOptions,
  type DefaultsSet,
  modelVariables,
  type ResolvedDefault,
  type ValidateDefaults,
} from './defaults.js';
