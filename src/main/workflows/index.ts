/** The workflows room, as the composition root sees it. */
export type { BoundWorkflow } from './binding.js';
export { checkGraph } from './check.js';
export { type FittedWorkflow, type SubstitutedModel, substituteModel } from './fit.js';
export { createWorkflowImporter, type WorkflowImporter } from './import.js';
export {
  createWorkflowLibrary,
  type LoadedWorkflow,
  type WorkflowLibrary,
  type WorkflowLibraryOptions,
} from './library.js';
export { type MissingParts, missingParts } from './missing.js';
export { type OverrideOptions, overrideGraph } from './overrides.js';
export { findProblems, type GraphProblem } from './problems.js';
