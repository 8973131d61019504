/** Prompts that a person picks in their client: ways of working with this server, put into words for a model. */
import {
  type GetPromptResult,
  type InputRequiredResult,
  type Prompt,
  type PromptMessage,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { CallContext, Handlers } from '../../shared/contract.js';
import type { ChoiceKind } from './completion.js';
import { icons } from './icons.js';
import { fail } from './resources.js';
import { uriOf } from './uris.js';

export interface PromptBook {
  readonly prompts: readonly Prompt[];
  /** @throws ProtocolError for an unknown name, an argument that is missing or unknown, an asset that is not there. */
  get(
    name: string,
    args: Readonly<Record<string, string>>,
    context: CallContext,
    request: ServerContext,
  ): Promise<GetPromptResult | InputRequiredResult>;
  /** What an argument names; undefined when it is free text. @throws ProtocolError when there is no such prompt. */
  choiceOf(name: string, argument: string): ChoiceKind | undefined;
}

interface Argument {
  name: string;
  title: string;
  description: string;
  required?: boolean;
  choice?: ChoiceKind;
}

interface PromptSpec {
  name: string;
  title: string;
  description: string;
  icons: Prompt['icons'];
  arguments: readonly Argument[];
  messages(args: Readonly<Record<string, string>>, context: CallContext): Promise<PromptMessage[]>;
}

const assetArgument: Argument = {
  name: 'asset_id',
  title: 'Asset',
  description: 'asset_id, or words of its prompt to choose from.',
  required: true,
  choice: 'asset_id',
};

export function createPrompts(handlers: Handlers): PromptBook {
  /** The picture itself and what it was made with, so that the model sees what it is to change. */
  const shown = async (
    asset_id: string,
    context: CallContext,
  ): Promise<{ facts: string; picture: PromptMessage[] }> => {
    const { parameters, filename, media_kind, workflow_id } = await handlers.get_asset_metadata({ asset_id }, context);
    const picture: PromptMessage[] = [];
    if (media_kind === 'image') {
      const attachImage: CallContext['attachImage'] = ({ bytes, mime_type }) =>
        void picture.push({
          role: 'user',
          content: { type: 'image', data: Buffer.from(bytes).toString('base64'), mimeType: mime_type },
        });
      await handlers.view_image({ asset_id }, { ...context, attachImage });
    }
    const made = `${filename} (asset_id ${asset_id}, ${uriOf({ kind: 'asset', id: asset_id })}${workflow_id === null ? '' : `, workflow ${workflow_id}`})`;
    return { facts: `${made}, made with ${JSON.stringify(parameters)}`, picture };
  };

  const specs: readonly PromptSpec[] = [
    {
      name: 'refine_image',
      title: 'Refine an image',
      description: 'Changes one thing about a picture and keeps the rest.',
      icons: icons.refine,
      arguments: [
        assetArgument,
        { name: 'change', title: 'What to change', description: 'In your own words.', required: true },
      ],
      async messages({ asset_id = '', change = '' }, context) {
        const { facts, picture } = await shown(asset_id, context);
        return [
          ...picture,
          user(
            `This is ${facts}.\n\nChange this about it: ${change}\n\n` +
              'Call regenerate with its asset_id and only those param_overrides that the change needs; the seed stays, so that the rest of the picture does. ' +
              'Look at the result with view_image and compare it with the picture above. If the change is not there, or too much else changed, adjust the prompt and try again, three times at most. ' +
              'Then show the best one with its asset_url and say which parameters you changed.',
          ),
        ];
      },
    },
    {
      name: 'make_variations',
      title: 'Make variations',
      description: 'Makes several versions of an asset and helps to choose among them.',
      icons: icons.several,
      arguments: [
        assetArgument,
        { name: 'count', title: 'How many', description: '2 to 8; 4 when left out.' },
        {
          name: 'vary',
          title: 'What may differ',
          description: 'e.g. light, pose, colours; only the seed when left out.',
        },
      ],
      async messages({ asset_id = '', count = '4', vary }, context) {
        const wanted = Number(count);
        if (!Number.isInteger(wanted) || wanted < 2 || wanted > 8) {
          throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'count: a whole number from 2 to 8.');
        }
        const { facts, picture } = await shown(asset_id, context);
        const how =
          vary === undefined || vary === ''
            ? 'each time with seed -1 and nothing else changed'
            : `each time with seed -1 and a prompt that is worded anew where it is about this: ${vary}`;
        return [
          ...picture,
          user(
            `This is ${facts}.\n\nMake ${wanted} variations of it: call regenerate with its asset_id, ${how}. ` +
              'Give wait_seconds 0 for all but the last and ask get_job for the others, so that they wait in line together. ' +
              'Look at each with view_image, show them with their asset_url, say in one line what sets each apart, and recommend one.',
          ),
        ];
      },
    },
    {
      name: 'compose_workflow',
      title: 'Compose a workflow',
      description: 'Builds a workflow that becomes a tool, from words.',
      icons: icons.workflow,
      arguments: [
        { name: 'goal', title: 'What it is to do', description: 'In your own words.', required: true },
        {
          name: 'workflow_id',
          title: 'Begin with',
          description: 'A workflow to start from.',
          choice: 'workflow_id',
        },
        { name: 'model', title: 'Model', description: 'A model file.', choice: 'model' },
        { name: 'sampler_name', title: 'Sampler', description: 'As ComfyUI names it.', choice: 'sampler_name' },
        { name: 'scheduler', title: 'Scheduler', description: 'As ComfyUI names it.', choice: 'scheduler' },
      ],
      async messages({ goal = '', workflow_id, ...choices }, context) {
        const start =
          workflow_id === undefined || workflow_id === ''
            ? 'Look at list_workflows for one that comes close and read it with get_workflow'
            : `Begin with the workflow "${(await handlers.get_workflow({ workflow_id }, context)).workflow.id}" and read it with get_workflow`;
        const fixed = Object.entries(choices).filter(([, value]) => value !== '');
        const use = fixed.map(([name, value]) => `${name} ${value}`).join(', ');
        return [
          user(
            `Compose a ComfyUI workflow that does this: ${goal}\n\n${start}. ` +
              'Take its graph in API format as an example for a new one, and change nothing that already works. ' +
              (use === '' ? 'list_models tells which model files there are. ' : `Use these: ${use}. `) +
              'Save it with save_workflow under a new name; parameters lists what people will want to set, each with a description and a default. ' +
              'Mend what the answer says is wrong. Then run it once with run_workflow, look at the result with view_image, and tell the name of the tool it has become.',
          ),
        ];
      },
    },
    {
      name: 'pick_best',
      title: 'Pick the best',
      description: 'Looks through what a conversation made and helps to choose.',
      icons: icons.choose,
      arguments: [
        {
          name: 'session_id',
          title: 'Conversation',
          description: 'session_id; this conversation when left out.',
          choice: 'session_id',
        },
        { name: 'criteria', title: 'What matters', description: 'e.g. sharp eyes, fits the site.' },
      ],
      async messages({ session_id = 'current', criteria }) {
        const wanted = criteria === undefined || criteria === '' ? '' : ` What matters: ${criteria}.`;
        return [
          user(
            `Look through what was made: list_assets with session_id "${session_id}", then view_image for each picture.${wanted} ` +
              'Name the three best with their asset_url and a reason each, best first, and what you would change about the first. Rate nothing and delete nothing unless I say so.',
          ),
        ];
      },
    },
  ];

  const named = (name: string): PromptSpec => {
    const spec = specs.find((one) => one.name === name);
    if (spec === undefined) throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown prompt: ${name}`);
    return spec;
  };

  return {
    prompts: specs.map(({ messages, arguments: args, ...told }) => ({
      ...told,
      arguments: args.map(({ choice, ...argument }) => argument),
    })),
    async get(name, args, context) {
      const spec = named(name);
      checkArguments(spec, args);
      const messages = await spec.messages(args, context).catch((error: unknown) => fail(error));
      return { description: spec.description, messages };
    },
    choiceOf: (name, argument) => named(name).arguments.find((one) => one.name === argument)?.choice,
  };
}

function user(text: string): PromptMessage {
  return { role: 'user', content: { type: 'text', text } };
}

function checkArguments({ name, arguments: known }: PromptSpec, args: Readonly<Record<string, string>>): void {
  const missing = known.filter((one) => one.required && !args[one.name]?.trim()).map((one) => one.name);
  if (missing.length > 0) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `${name} needs ${missing.join(' and ')}.`);
  }
  const unknown = Object.keys(args).filter((key) => !known.some((one) => one.name === key));
  if (unknown.length > 0) {
    const takes = known.map((one) => one.name).join(', ');
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      `${name} has no argument ${unknown.join(', ')}. It takes: ${takes}.`,
    );
  }
}
