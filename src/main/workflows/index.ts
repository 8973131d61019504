/** The workflows room, as the composition root sees it. */
export type { BoundWorkflow } from './binding.js';
export { checkGraph } from './check.js';
export { checkShape, checkWorkflow } from './checks.js';
export { type ConvertWork, convertWork, type GraphEdit, type ReadGraph } from './convert-work.js';
export { exact } from './designer/bare.js';
export { exposeParams } from './designer/expose.js';
export { proposeParams } from './designer/propose.js';
export { replaceModels } from './designer/replace-models.js';
export { createWorkflowEditor, type DeletedWorkflow, refuseIssues, type WorkflowEditor } from './editing.js';
export { largestGraphBytes, parseExact, parseGraph, uiFileName } from './files.js';
export { type FittedWorkflow, type SubstitutedModel, standInModel, substituteModel } from './fit.js';
export { createWorkflowImporter, safeName, type WorkflowImporter } from './import.js';
export {
  createWorkflowLibrary,
  type LoadedWorkflow,
  type StoredWorkflow,
  type WorkflowLibrary,
  type WorkflowLibraryOptions,
} from './library.js';
export { type MissingParts, missingParts } from './missing.js';
export { changeableParams, type OverrideOptions, overrideGraph } from './overrides.js';
export { findProblems, type GraphProblem } from './problems.js';
export type { GraphSource } from './taking.js';
export { packsOf, refuseUnsafe } from './untrusted.js';
