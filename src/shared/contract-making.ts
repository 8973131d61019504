/** What the window's form and queue need beside what agents have. */
import { z } from 'zod';
import { assetId, changes, generates, operation, promptId, reads, windowOnly } from './contract-operation.js';
import { jobNodeSchema } from './job.js';
import { maxSafeSeed, paramSpecSchema, paramValueSchema } from './params.js';

const workflowId = z.string().min(1);

/** A named set of values of one workflow, as they were typed: an empty field means "as the workflow says". */
export const presetSchema = z.object({
  name: z.string(),
  values: z.record(z.string(), z.string()),
});
export type Preset = z.infer<typeof presetSchema>;

const presetName = z.string().trim().min(1).max(100);
const presetsAnswer = z.object({ presets: z.array(presetSchema) });

export const makingOperations = {
  get_form: operation({
    title: 'What can be filled in',
    description:
      'The parameters of a workflow, or those that `regenerate` can change of an asset with the values it was made with, and the choices the engine has for them.',
    input: z.object({ workflow_id: workflowId.optional(), asset_id: assetId.optional() }),
    output: z.object({
      workflow_id: z.string().nullable(),
      params: z.array(paramSpecSchema),
      values: z.record(z.string(), paramValueSchema),
      choices: z.record(z.string(), z.array(z.string())),
    }),
    annotations: reads,
    doors: windowOnly,
  }),
  retry_job: operation({
    title: 'Run a job again',
    description:
      'Sends the graph of an ended job once more, with values changed as `regenerate` would; `inputs` puts values at nodes.',
    input: z.object({
      prompt_id: promptId,
      param_overrides: z.record(z.string(), z.unknown()).optional(),
      seed: z.number().int().min(-1).max(maxSafeSeed).optional().describe('-1 = a new random one.'),
      inputs: z.array(z.object({ node_id: z.string(), input: z.string(), value: paramValueSchema })).optional(),
    }),
    output: z.object({ prompt_id: z.string() }),
    annotations: generates,
    doors: windowOnly,
  }),
  get_job_nodes: operation({
    title: 'Nodes of a job',
    description: 'The nodes of an unfinished job in the order they run, and how far each is; empty of any other.',
    input: z.object({ prompt_id: promptId }),
    output: z.object({ nodes: z.array(jobNodeSchema) }),
    annotations: reads,
    doors: windowOnly,
  }),
  get_presets: operation({
    title: 'Presets of a workflow',
    description: 'Named sets of values, by name.',
    input: z.object({ workflow_id: workflowId }),
    output: presetsAnswer,
    annotations: reads,
    doors: windowOnly,
  }),
  save_preset: operation({
    title: 'Keep a preset',
    description: 'Keeps values under a name, in place of the preset that had it; `was` is the name it had before.',
    input: z.object({
      workflow_id: workflowId,
      name: presetName,
      values: z.record(z.string(), z.string()),
      was: presetName.optional(),
    }),
    output: presetsAnswer,
    annotations: changes,
    doors: windowOnly,
  }),
  delete_preset: operation({
    title: 'Delete a preset',
    description: 'Forgets a preset; one that is not there is no error.',
    input: z.object({ workflow_id: workflowId, name: presetName }),
    output: presetsAnswer,
    annotations: { ...changes, destructive: true },
    doors: windowOnly,
  }),
} as const;
