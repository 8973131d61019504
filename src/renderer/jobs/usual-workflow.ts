import type { Workflow } from '../../shared/workflow.js';

/**
 * The workflow one starts with while none was chosen: the product's own picture, whatever else lies in the folder; else
 * one that makes pictures of a prompt; else the first. Undefined when there is none.
 */
export function usualWorkflow(workflows: readonly Workflow[]): Workflow | undefined {
  return (
    workflows.find((workflow) => workflow.tool === 'generate_image') ??
    workflows.find(
      (workflow) => workflow.namespace === 'image' && workflow.params.some((param) => param.name === 'prompt'),
    ) ??
    workflows[0]
  );
}
