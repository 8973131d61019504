/** What workflows there are, and whether the engine at hand can run them. */
import type { Handlers, OperationOutput } from '../../shared/contract.js';
import type { ParamSpec } from '../../shared/params.js';
import { everyWord } from '../../shared/words.js';
import type { Workflow } from '../../shared/workflow.js';
import { checkWorkflow, missingParts } from '../workflows/index.js';
import type { Rooms } from './rooms.js';
import { withoutNodes } from './without-nodes.js';
import { createWorkflowSources, matching } from './workflow-sources.js';

export type WorkflowHandlers = Pick<Handlers, 'list_workflows'>;

type Listed = OperationOutput<'list_workflows'>['workflows'][number];
type AvailableInput = Listed['available_inputs'][string];

/** Told in the list; get_workflow tells all of them, and what would mend them. */
const mostProblems = 3;

export function createWorkflowHandlers(rooms: Rooms): WorkflowHandlers {
  const { library, engine, settings } = rooms;
  const sources = createWorkflowSources(rooms);
  const missing = (workflow: Workflow): Pick<Listed, 'missing_nodes' | 'missing_models' | 'problems'> => {
    const entry = library.get(workflow.id);
    if (entry === undefined) return {};
    const { nodes, models } = missingParts(entry, engine.nodes);
    const others = checkWorkflow(entry, engine.nodes).filter(
      ({ code }) => code !== 'NODE_NOT_FOUND' && code !== 'MODEL_NOT_FOUND',
    );
    return {
      missing_nodes: nodes,
      missing_models: models,
      ...(others.length > 0 ? { problems: others.slice(0, mostProblems).map(({ message }) => message) } : {}),
    };
  };
  const offer = ({ tool }: Workflow): Partial<Listed> =>
    tool !== null && settings.values.disabled_tools.includes(tool) ? { tool: null, tool_disabled: true } : {};
  return {
    async list_workflows({ query = '', source }, { signal }) {
      if (source !== undefined) {
        const { shown, count } = matching(await sources.list(source, signal), query);
        const more = count - shown.length;
        return {
          workflows: [],
          importable: shown,
          count,
          workflow_dir: settings.workflowDir(),
          ...(more > 0 ? { message: `${more} more are not shown: narrow with query.` } : {}),
        };
      }
      const reason = await withoutNodes({ engine });
      const fits = everyWord(query);
      const workflows = library
        .list()
        .filter(({ id, name, description }) => fits(`${id} ${name} ${description}`))
        .map((workflow) => ({
          ...listed(workflow),
          ...offer(workflow),
          ...(reason === undefined ? missing(workflow) : {}),
        }));
      return {
        workflows,
        count: workflows.length,
        workflow_dir: settings.workflowDir(),
        ...(reason === undefined ? {} : { message: `What is missing could not be told. ${reason}` }),
      };
    },
  };
}

function listed(workflow: Workflow): Listed {
  const { id, name, description, namespace, params, updated_at, hash, tool, problem } = workflow;
  const defaults = params.flatMap(({ name: param, default: value }) => (value === undefined ? [] : [[param, value]]));
  return {
    id,
    name,
    description,
    namespace,
    available_inputs: Object.fromEntries(params.map((spec) => [spec.name, availableInput(spec)])),
    defaults: Object.fromEntries(defaults),
    updated_at,
    hash,
    tool,
    problem,
  };
}

/** The seed's words for types. */
const typeNames = { string: 'str', integer: 'int', number: 'float', boolean: 'bool' } as const;

function availableInput(spec: ParamSpec): AvailableInput {
  const { type, required, description, default: value, min, max, step, enum: choices } = spec;
  return {
    type: typeNames[type],
    required,
    description,
    ...(value === undefined ? {} : { default: value }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(step === undefined ? {} : { step }),
    ...(choices === undefined ? {} : { enum: choices }),
  };
}
