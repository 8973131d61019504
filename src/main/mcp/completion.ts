/** Values that a client may offer while a person fills in an argument of a prompt or of a resource's address. */
import { isRecord } from '../../shared/config-text.js';
import type { CallContext, Handlers } from '../../shared/contract.js';

/** What a value names. */
export type ChoiceKind =
  | 'asset_id'
  | 'workflow_id'
  | 'prompt_id'
  | 'session_id'
  | 'model'
  | 'sampler_name'
  | 'scheduler';

export interface ChoiceQuestion {
  kind: ChoiceKind;
  /** What was typed so far. */
  value: string;
  /** Other arguments that are filled in already. */
  given: Readonly<Record<string, string>>;
}

/** All that fit, the likeliest first. */
export type Choices = (question: ChoiceQuestion, context: CallContext) => Promise<string[]>;

/** Newest assets that are looked through. */
const looked = 100;
/** Whose samplers and schedulers are offered while no other workflow was named. */
const usualWorkflow = 'generate_image';

export function createChoices(handlers: Handlers): Choices {
  const newest = async (query: string | undefined, context: CallContext) => {
    const answer = await handlers.list_assets({ limit: looked, ...(query !== undefined && { query }) }, context);
    return answer.assets;
  };

  /** By the beginning of the id, or by words of what was asked for: nobody knows ids by heart. */
  const assetIds = async (value: string, context: CallContext) => {
    const begun = (await newest(undefined, context))
      .map(({ asset_id }) => asset_id)
      .filter((id) => id.startsWith(value));
    if (begun.length > 0 || value.trim() === '') return begun;
    // What a person types is no query yet: quotes and signs of it are left out.
    const words = value.replace(/[^\p{L}\p{N}\s]+/gu, ' ').trim();
    return words === '' ? [] : (await newest(words, context)).map(({ asset_id }) => asset_id);
  };

  const promptIds = async (context: CallContext) => {
    const state = await handlers.get_snapshot({}, context);
    return [
      ...state.jobs.map(({ prompt_id }) => prompt_id),
      ...(await newest(undefined, context)).flatMap(({ prompt_id }) => prompt_id ?? []),
    ];
  };

  const workflowIds = async (context: CallContext) =>
    (await handlers.list_workflows({}, context)).workflows.map(({ id }) => id);

  const ofForm = async (parameter: string, given: ChoiceQuestion['given'], context: CallContext) => {
    const workflow_id = given.workflow_id ?? usualWorkflow;
    if (!(await workflowIds(context)).includes(workflow_id)) return [];
    const { choices } = await handlers.get_form({ workflow_id }, context);
    return choices[parameter] ?? [];
  };

  const all = async ({ kind, given }: ChoiceQuestion, context: CallContext): Promise<string[]> => {
    switch (kind) {
      case 'workflow_id':
        return workflowIds(context);
      case 'prompt_id':
        return promptIds(context);
      case 'session_id':
        return (await handlers.get_facets({}, context)).session.map(({ value }) => value);
      case 'model': {
        const own = await ofForm('model', given, context);
        return own.length > 0 || given.workflow_id !== undefined
          ? own
          : (await handlers.list_models({}, context)).models;
      }
      default:
        return ofForm(kind, given, context);
    }
  };

  return async (question, context) => {
    if (question.kind === 'asset_id') return assetIds(question.value, context);
    return ranked([...new Set(await all(question, context))], question.value);
  };
}

/** Those that begin with what was typed, then those that hold it; upper and lower case count the same. */
export function ranked(values: readonly string[], typed: string): string[] {
  const wanted = typed.toLowerCase();
  const at = (value: string) => value.toLowerCase().indexOf(wanted);
  return [...values.filter((value) => at(value) === 0), ...values.filter((value) => at(value) > 0)];
}

/** The other arguments of a completion request. */
export function givenArguments(context: unknown): Record<string, string> {
  const given = isRecord(context) && isRecord(context.arguments) ? context.arguments : {};
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
