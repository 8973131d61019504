/** Everything that the conformance suite expects of a server, for the product's own endpoint. For tests only. */
import {
  type GetPromptResult,
  type Prompt,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
  type ServerCapabilities,
} from '@modelcontextprotocol/server';
import type { Offers } from '../offers.js';
import type { Tool } from '../tool.js';
import { askingPrompt, roundTools } from './rounds.js';
import { taskFixtures } from './tasks.js';
import { contentTools, png } from './tools.js';

/** What the older generation's scenarios need beside the product's own. */
export const fixtureCapabilities: ServerCapabilities = { logging: {} };

/** @param toolsChanged tells clients that the tool list changed */
export function createFixtures(toolsChanged: () => void): { tools: Tool[]; offers: Offers } {
  const { tools, tasks } = taskFixtures();
  return {
    tools: [...contentTools(toolsChanged), ...roundTools(), ...tools],
    offers: { resources, prompts, choices: async ({ value }) => [`${value}1`, `${value}2`], tasks },
  };
}

const listed = [
  { uri: 'test://static-text', name: 'static text', description: 'A text.', mimeType: 'text/plain' },
  { uri: 'test://static-binary', name: 'static binary', description: 'A picture.', mimeType: 'image/png' },
  { uri: 'test://watched-resource', name: 'watched', description: 'A text.', mimeType: 'text/plain' },
];
const template = 'test://template/{id}/data';

function contents(uri: string): ReadResourceResult['contents'] | undefined {
  if (uri === 'test://static-text') {
    return [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }];
  }
  if (uri === 'test://static-binary') return [{ uri, mimeType: 'image/png', blob: png }];
  if (uri === 'test://watched-resource') return [{ uri, mimeType: 'text/plain', text: 'Watched.' }];
  const [, id] = /^test:\/\/template\/([^/]+)\/data$/.exec(uri) ?? [];
  if (id === undefined) return undefined;
  const data = { id, templateTest: true, data: `Data for ID: ${id}` };
  return [{ uri, mimeType: 'application/json', text: JSON.stringify(data) }];
}

const resources: Offers['resources'] = {
  templates: [{ uriTemplate: template, name: 'template', description: 'By id.', mimeType: 'application/json' }],
  list: async () => ({ resources: listed }),
  async read(uri) {
    const found = contents(uri);
    if (found === undefined) throw new ResourceNotFoundError(uri);
    return { contents: found };
  },
  choiceOf: () => 'asset_id',
};

const argument = (name: string) => ({ name, description: `Argument ${name}.`, required: true });
const say = (text: string): GetPromptResult['messages'][number] => ({ role: 'user', content: { type: 'text', text } });

const told: Prompt[] = [
  { name: 'test_simple_prompt', description: 'Without arguments.' },
  { name: 'test_prompt_with_arguments', description: 'With two.', arguments: [argument('arg1'), argument('arg2')] },
  { name: 'test_prompt_with_embedded_resource', description: 'With one.', arguments: [argument('resourceUri')] },
  { name: 'test_prompt_with_image', description: 'With a picture.' },
  { name: 'test_input_required_result_prompt', description: 'Asks first.' },
];

const prompts: Offers['prompts'] = {
  prompts: told,
  async get(name, args, _context, request) {
    switch (name) {
      case 'test_simple_prompt':
        return { messages: [say('This is a simple prompt for testing.')] };
      case 'test_prompt_with_arguments':
        return { messages: [say(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`)] };
      case 'test_prompt_with_embedded_resource': {
        const resource = {
          uri: args.resourceUri ?? '',
          mimeType: 'text/plain',
          text: 'Embedded resource content for testing.',
        };
        const embedded = { role: 'user' as const, content: { type: 'resource' as const, resource } };
        return { messages: [embedded, say('Please process the embedded resource above.')] };
      }
      case 'test_prompt_with_image': {
        const content = { type: 'image' as const, data: png, mimeType: 'image/png' };
        return { messages: [{ role: 'user', content }, say('Please analyze the image above.')] };
      }
      case 'test_input_required_result_prompt':
        return askingPrompt(request);
    }
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown prompt: ${name}`);
  },
  choiceOf: () => 'asset_id',
};
