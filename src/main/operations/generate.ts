/** Generation: from a call's values to jobs that run, and from their end to the answer. */
import { titleOf } from '../../shared/asset.js';
import { defaultWaitSeconds, type GenerationAnswer, type Handlers, type ParsedInput } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import { isSeedName } from '../../shared/params.js';
import type { BoundWorkflow, FittedWorkflow, LoadedWorkflow } from '../workflows/index.js';
import { type AnswerExtra, generationAnswer } from './answers.js';
import { inputsOf, readyJob, usableWorkflow } from './ready.js';
import type { Rooms } from './rooms.js';
import { runSeveral } from './several.js';
import { openSession, sendJob } from './submission.js';
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
      const ready = runs.map((run) => readyJob(entry, run, given, context, 'run_workflow'));
      const extra = { session_id, ...substitution(runs), ...dropped(overrides, bound) };
      const [only] = ready;
      if (ready.length === 1 && only !== undefined) {
        const sent = await sendJob(rooms, only, session_id, context, deadline);
        const job = await waitForSent(rooms, sent, deadline, context);
        const answer = generationAnswer(job, registry.assets.byJob(job.prompt_id), rooms, extra);
        return finished(rooms, input, answer);
      }
      const plan = { axes: [{ name: seedName(runs[0]) ?? 'seed', values: runs.flatMap(({ seed }) => seed ?? []) }] };
      const title = titleOf(runs[0]?.parameters ?? {}, entry.workflow.name);
      const batch = { plan, title, sheet_wanted: false };
      return finished(rooms, input, await runSeveral(rooms, batch, ready, { extra, deadline, context }));
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

function seedName(run: BoundWorkflow | undefined): string | undefined {
  return Object.keys(run?.parameters ?? {}).find((key) => isSeedName(key) && run?.parameters[key] === run?.seed);
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
  const name = seedName(first);
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
