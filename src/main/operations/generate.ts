/** Generation: from a call's values to jobs that run, and from their end to the answer. */
import { titleOf } from '../../shared/asset.js';
import {
  type CallContext,
  defaultWaitSeconds,
  type GenerationAnswer,
  type Handlers,
  type ParsedInput,
} from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { graphParameters } from '../../shared/graph-params.js';
import { nearest } from '../../shared/nearest.js';
import { isSeedName } from '../../shared/params.js';
import type { BoundWorkflow, FittedWorkflow, LoadedWorkflow } from '../workflows/index.js';
import { type AnswerExtra, generationAnswer } from './answers.js';
import { type ResolvedInputs, resolveInputs } from './inputs.js';
import type { Rooms } from './rooms.js';
import { runSeveral } from './several.js';
import { openSession, type ReadyJob, sendJob } from './submission.js';
import { beforeSending, startDeadline, waitForSent, withInlinePreview } from './waiting.js';

export type GenerateHandlers = Pick<Handlers, 'run_workflow'>;

export function createGenerateHandlers(rooms: Rooms): GenerateHandlers {
  const { registry, library, engine, clock } = rooms;
  return {
    async run_workflow(input, context) {
      const { overrides = {}, count = 1, wait_seconds = defaultWaitSeconds } = input;
      const deadline = startDeadline(clock, wait_seconds);
      const entry = usableWorkflow(rooms, input.workflow_id);
      const early = bindRuns(rooms, entry, overrides, count);
      await engine.ready();
      const given = await beforeSending(rooms, inputsOf(rooms, entry, overrides, context), deadline);
      const bound = Object.keys(given.inputs).length === 0 ? early : bindRuns(rooms, entry, given.values, count);
      const runs: FittedWorkflow[] = [];
      // One after the other: if the first makes the list of nodes be read again, the others find it fresh.
      for (const one of bound) runs.push(await beforeSending(rooms, library.fit(one, engine.nodes), deadline));
      const session_id = openSession(rooms, input.session_id, context);
      const ready = runs.map((run) => readyJob(entry, run, given, context));
      const extra = { session_id, ...substitution(runs), ...dropped(overrides, bound) };
      const [only] = ready;
      if (ready.length === 1 && only !== undefined) {
        const sent = await sendJob(rooms, only, session_id, context, deadline);
        const job = await waitForSent(rooms, sent, deadline, context);
        const answer = generationAnswer(job, registry.assets.byJob(job.prompt_id), rooms, extra);
        return finished(rooms, input, answer);
      }
      return finished(rooms, input, await runSeveral(rooms, ready, { extra, deadline, context }));
    },
  };
}

function finished(
  rooms: Rooms,
  { return_inline_preview }: ParsedInput<'run_workflow'>,
  answer: GenerationAnswer,
): GenerationAnswer | Promise<GenerationAnswer> {
  return return_inline_preview ? withInlinePreview(rooms, answer) : answer;
}

/** The same values with a seed of its own for each: drawn ones are drawn anew, a given one counts up. */
function bindRuns(
  { library }: Rooms,
  entry: LoadedWorkflow,
  overrides: Readonly<Record<string, unknown>>,
  count: number,
): BoundWorkflow[] {
  const first = library.bind(entry, overrides);
  if (count === 1) return [first];
  const { seed } = first;
  const name = Object.keys(first.parameters).find((key) => isSeedName(key) && first.parameters[key] === seed);
  if (seed === undefined || name === undefined) {
    throw new AppError('VALIDATION_ERROR', `count: the workflow "${entry.workflow.id}" has no seed to vary.`, {
      hint: 'Leave out count: every run would make the same.',
      details: { workflow_id: entry.workflow.id },
    });
  }
  const drawn = first.sources[name] === 'drawn';
  const others = Array.from({ length: count - 1 }, (_, index) =>
    library.bind(entry, drawn ? overrides : { ...overrides, [name]: seed + index + 1 }),
  );
  return [first, ...others];
}

/** The files of a call, by what the engine's nodes say of the parameters. */
async function inputsOf(
  rooms: Rooms,
  entry: LoadedWorkflow,
  overrides: Readonly<Record<string, unknown>>,
  context: CallContext,
): Promise<ResolvedInputs> {
  await rooms.engine.nodes.load();
  const known = rooms.library.get(entry.workflow.id) ?? entry;
  return resolveInputs(rooms, known.workflow.params, overrides, context);
}

function readyJob(
  { workflow }: LoadedWorkflow,
  run: FittedWorkflow,
  { inputs, parent_asset_id }: ResolvedInputs,
  { tool, door }: CallContext,
): ReadyJob {
  // What the workflow leaves fixed was used as well: a picture tells its model even when nobody could choose it.
  const targets = workflow.params.flatMap((param) => param.targets);
  return {
    workflow_id: workflow.id,
    tool: tool ?? (door === 'mcp' ? 'run_workflow' : workflow.tool),
    title: titleOf(run.parameters, workflow.name),
    parameters: { ...graphParameters(run.graph, targets), ...run.parameters },
    parent_asset_id,
    inputs,
    graph: run.graph,
  };
}

function substitution(runs: readonly FittedWorkflow[]): Pick<AnswerExtra, 'model_substituted'> {
  const substituted = runs[0]?.substituted;
  return substituted === undefined ? {} : { model_substituted: substituted };
}

/** Told only when something was dropped: a value of null has no effect. */
function dropped(
  overrides: Readonly<Record<string, unknown>>,
  [first]: readonly BoundWorkflow[],
): Pick<AnswerExtra, 'overrides_applied' | 'overrides_dropped'> {
  const names = first?.dropped ?? [];
  if (names.length === 0) return {};
  return {
    overrides_applied: Object.keys(overrides).filter((name) => !names.includes(name)),
    overrides_dropped: names,
  };
}

function usableWorkflow(rooms: Rooms, id: string): LoadedWorkflow {
  const entry = rooms.library.get(id);
  if (!entry) {
    const near = nearest(
      id,
      rooms.library.list().map((workflow) => workflow.id),
    );
    throw new AppError('WORKFLOW_NOT_FOUND', `There is no workflow "${id}".`, {
      hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'list_workflows tells which there are.',
      details: { workflow_id: id, nearest: near },
    });
  }
  if (entry.workflow.problem !== null) {
    throw new AppError('WORKFLOW_INVALID', `The workflow "${id}" can't be used: ${entry.workflow.problem}`, {
      hint: 'Mend or replace its file; it is read again at once.',
      details: { workflow_id: id, problem: entry.workflow.problem },
    });
  }
  return entry;
}
