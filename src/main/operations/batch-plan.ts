/** From what a caller wants varied to the combinations of a batch: refused as a whole, naming what is wrong where. */
import {
  type BatchAxis,
  type BatchPlan,
  type CellValues,
  cellCount,
  cellValues,
  cellWords,
  largestBatch,
  mostAxes,
  usualBatch,
  valueWords,
} from '../../shared/batch.js';
import type { ParsedInput } from '../../shared/contract.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import { nearest } from '../../shared/nearest.js';
import { coerceParam, fitSeed, isSeedName, type ParamSpec, type ParamValue } from '../../shared/params.js';
import type { LoadedWorkflow } from '../workflows/index.js';

type Wanted = Pick<ParsedInput<'run_batch'>, 'grid' | 'list' | 'limit'>;

/**
 * The combinations of a grid or a list, each value in the type of its parameter.
 *
 * @param fixed the values of all jobs, the seed among them
 * @throws AppError BATCH_TOO_LARGE, or VALIDATION_ERROR or INVALID_VALUE naming the place of the value
 */
export function planOf(
  entry: LoadedWorkflow,
  { grid, list, limit = usualBatch }: Wanted,
  fixed: Readonly<Record<string, unknown>>,
  drawSeed: () => number,
): BatchPlan {
  if ((grid === undefined) === (list === undefined)) {
    throw refused('Give either grid or list.', 'grid: {"cfg": [4, 7]} tries every combination; list: [{"cfg": 4}, …].');
  }
  const plan = grid === undefined ? listOf(entry, list ?? [], limit, drawSeed) : gridOf(entry, grid, limit, drawSeed);
  refuseRepeats(plan, fixed);
  return plan;
}

function gridOf(
  entry: LoadedWorkflow,
  grid: Readonly<Record<string, readonly unknown[]>>,
  limit: number,
  drawSeed: () => number,
): BatchPlan {
  const wanted = Object.entries(grid);
  if (wanted.length === 0) throw refused('grid names no parameter.', 'E.g. {"cfg": [4, 7], "steps": [10, 20]}.');
  if (wanted.length > mostAxes) {
    throw refused(
      `grid has ${wanted.length} parameters; at most ${mostAxes} can be varied at once.`,
      'Use list for combinations of more.',
    );
  }
  for (const [name, values] of wanted) {
    if (values.length === 0) throw refused(`grid.${name} has no values.`, 'Give at least one, or leave it out.');
  }
  const total = wanted.reduce((count, [, values]) => count * values.length, 1);
  refuseTooMany(total, limit, wanted.map(([name, { length }]) => `${name} ${length}`).join(' × '));
  return { axes: wanted.map(([name, values]) => axisOf(entry, name, values, drawSeed)) };
}

function axisOf(entry: LoadedWorkflow, name: string, values: readonly unknown[], drawSeed: () => number): BatchAxis {
  const spec = specOf(entry, name, `grid.${name}`);
  const all = values.map((value, at) => taken(spec, value, `grid.${name}, value ${at + 1}`, drawSeed));
  const repeated = all.find((value, at) => all.indexOf(value) < at);
  if (repeated !== undefined) {
    throw refused(`grid.${name} has ${JSON.stringify(repeated)} twice.`, 'Leave one of them out.', { parameter: name });
  }
  return { name, values: all };
}

function listOf(
  entry: LoadedWorkflow,
  list: readonly Readonly<Record<string, unknown>>[],
  limit: number,
  drawSeed: () => number,
): BatchPlan {
  if (list.length === 0) throw refused('list is empty.', 'Give at least one set of values, e.g. [{"cfg": 4}].');
  refuseTooMany(list.length, limit);
  const cells = list.map((values, at): CellValues => {
    const given = Object.entries(values).filter(([, value]) => value !== null);
    return Object.fromEntries(
      given.map(([name, value]) => {
        const place = `list, set ${at + 1}`;
        return [name, taken(specOf(entry, name, place), value, place, drawSeed)];
      }),
    );
  });
  return { cells };
}

function specOf({ workflow }: LoadedWorkflow, name: string, place: string): ParamSpec {
  const spec = workflow.params.find((one) => one.name === name);
  if (spec !== undefined) return spec;
  const known = workflow.params.map((one) => one.name);
  const near = nearest(name, known);
  throw refused(
    `${place}: the workflow "${workflow.id}" has no parameter "${name}"; it has ${known.join(', ') || 'none'}.`,
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'list_workflows tells the parameters of each workflow.',
    { unknown: [name], known, nearest: near },
  );
}

/** -1 as a seed asks for a draw, here as everywhere: what is swept are the seeds that were drawn. */
function taken(spec: ParamSpec, value: unknown, place: string, drawSeed: () => number): ParamValue {
  if (isSeedName(spec.name) && Number(value) === -1) return fitSeed(drawSeed(), spec);
  return placed(place, { parameter: spec.name, value }, () => coerceParam(spec, value));
}

function refuseTooMany(total: number, limit: number, factors = ''): void {
  if (total <= limit) return;
  const words = factors === '' ? '' : ` (${factors})`;
  throw new AppError('BATCH_TOO_LARGE', `That makes ${total} jobs${words}; at most ${limit} are run at once.`, {
    hint:
      total <= largestBatch
        ? `Take fewer values, or send limit: ${total} when all of them are wanted.`
        : `Take fewer values: no batch has more than ${largestBatch}.`,
    details: { total, limit, largest: largestBatch },
  });
}

/** Two of the same would be one result: ComfyUI answers the second from its cache. */
function refuseRepeats(plan: BatchPlan, fixed: Readonly<Record<string, unknown>>): void {
  if (!('cells' in plan)) {
    const both = plan.axes.find(({ name }) => Object.hasOwn(fixed, name) && !isSeedName(name));
    if (both === undefined) return;
    throw refused(`${both.name} stands in grid and in overrides.`, 'Leave it out of one of them.', {
      parameter: both.name,
    });
  }
  const seen = new Map<string, number>();
  for (const [at, cell] of plan.cells.entries()) {
    const all = { ...fixed, ...cell };
    const key = JSON.stringify(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
    const before = seen.get(key);
    if (before !== undefined) {
      throw refused(`list: set ${at + 1} is the same as set ${before + 1}.`, 'Leave one out, or give it another seed.');
    }
    seen.set(key, at);
  }
}

function refused(message: string, hint: string, details: Record<string, unknown> = {}): AppError {
  return new AppError('VALIDATION_ERROR', message, { hint, details });
}

/** Says of which combination an error speaks. Works for what is thrown at once and for what is thrown later. */
export function atCell<T>(plan: BatchPlan, cell: number, work: () => T): T {
  const values = cellValues(plan, cell);
  const words = cellWords(Object.fromEntries(Object.entries(values).map(([k, v]) => [k, valueWords(v).slice(0, 60)])));
  const place = `Combination ${cell + 1} of ${cellCount(plan)}${words === '' ? '' : ` (${words})`}`;
  return placed(place, { combination: cell + 1, values }, work);
}

function placed<T>(place: string, details: Record<string, unknown>, work: () => T): T {
  const named = (error: unknown): never => {
    if (!(error instanceof AppError) || error.code.startsWith('COMFYUI_')) throw error;
    const told = toErrorValue(error);
    throw new AppError(told.code, `${place}: ${told.message}`, {
      hint: [told.hint, 'Nothing was sent.'].filter(Boolean).join(' '),
      details: { ...details, ...told.details },
      cause: error,
    });
  };
  try {
    const result = work();
    return result instanceof Promise ? (result.catch(named) as T) : result;
  } catch (error) {
    return named(error);
  }
}
