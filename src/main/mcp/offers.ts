/** What the endpoint offers beside tools, made of the same operations. */
import type { Handlers } from '../../shared/contract.js';
import type { Clock } from '../ports.js';
import type { AssetFile } from './assets.js';
import { type Choices, createChoices } from './completion.js';
import { createPrompts, type PromptBook } from './prompts.js';
import { createResources, type ResourceBook } from './resources.js';
import { createTasks, type TaskBook } from './tasks.js';

export interface Offers {
  resources: ResourceBook;
  prompts: PromptBook;
  choices: Choices;
  tasks: TaskBook;
}

export function createOffers(parts: {
  handlers: Handlers;
  assetFile: (assetId: string) => Promise<AssetFile>;
  clock: Clock;
}): Offers {
  return {
    resources: createResources(parts),
    prompts: createPrompts(parts.handlers),
    choices: createChoices(parts.handlers),
    tasks: createTasks(parts.handlers, parts.clock),
  };
}
