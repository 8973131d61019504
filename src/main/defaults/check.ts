/**
 * Defaults held against what the engine has. A default serves many workflows, so it is right when any input that may get
 * it takes it: a model may be a checkpoint or a diffusion model.
 */
import { wellKnownParams } from '../../shared/defaults.js';
import { AppError } from '../../shared/errors.js';
import { nearest } from '../../shared/nearest.js';
import { inputSpec, type NodeCatalog, type NodeInputSpec } from '../../shared/nodes.js';
import { coerceParam, isSeedName, type ParamSpec, type ParamValue } from '../../shared/params.js';
import type { Namespace } from '../../shared/workflow.js';
import type { ValidateDefaults } from './defaults.js';

export interface DefaultsCheckPorts {
  nodes: NodeCatalog & { load(): Promise<void> };
  /** Rejects while no engine answers. */
  ready(): Promise<unknown>;
  /** Where the workflows of a namespace put the value of a name: node class and input. */
  inputsOf(namespace: Namespace, name: string): Iterable<readonly [classType: string, input: string]>;
  /** The parameters of this name that the workflows of a namespace have: their own limits may be narrower than a node's. */
  paramsOf(namespace: Namespace, name: string): readonly ParamSpec[];
}

export interface DefaultsCheck {
  /** @throws AppError MODEL_NOT_FOUND or INVALID_VALUE; a list that may be stale is read again before. */
  validate: ValidateDefaults;
  /** Whether a model is installed, as far as is known now; undefined when nothing tells. */
  hasModel(namespace: Namespace, model: ParamValue): boolean | undefined;
  /** What a field for the value needs, as far as is known now. */
  fieldOf(namespace: Namespace, name: string): DefaultField;
}

/** What values a name takes. Any workflow or node that takes more widens it, as in the check. */
export interface DefaultField {
  /** From the workflows, or else from the well-known names; undefined where neither knows it. */
  type: ParamSpec['type'] | undefined;
  /** Names the engine has; absent for free text and numbers, and while the engine was never asked. */
  choices?: string[];
  min?: number;
  max?: number;
  multiline?: boolean;
}

type Place = readonly [classType: string, input: string];

/** Where ComfyUI's own nodes take the well-known names. */
const usualPlaces: Readonly<Record<string, readonly Place[]>> = {
  model: [
    ['CheckpointLoaderSimple', 'ckpt_name'],
    ['ImageOnlyCheckpointLoader', 'ckpt_name'],
    ['UNETLoader', 'unet_name'],
    ['UnetLoaderGGUF', 'unet_name'],
  ],
  sampler_name: [
    ['KSampler', 'sampler_name'],
    ['KSamplerSelect', 'sampler_name'],
  ],
  scheduler: [
    ['KSampler', 'scheduler'],
    ['BasicScheduler', 'scheduler'],
  ],
  steps: [['KSampler', 'steps']],
  cfg: [['KSampler', 'cfg']],
  denoise: [['KSampler', 'denoise']],
  width: [['EmptyLatentImage', 'width']],
  height: [['EmptyLatentImage', 'height']],
  seconds: [['EmptyAceStepLatentAudio', 'seconds']],
  lyrics_strength: [['TextEncodeAceStepAudio', 'lyrics_strength']],
};

/** Every text will do. */
const freeTexts: ReadonlySet<string> = new Set(['prompt', 'negative_prompt', 'tags', 'lyrics']);

export function createDefaultsCheck({ nodes, ready, inputsOf, paramsOf }: DefaultsCheckPorts): DefaultsCheck {
  const placesOf = (namespace: Namespace, name: string): Place[] => [
    ...(Object.hasOwn(usualPlaces, name) ? (usualPlaces[name] ?? []) : []),
    ...inputsOf(namespace, name),
  ];
  const specsOf = (namespace: Namespace, name: string): NodeInputSpec[] =>
    placesOf(namespace, name).flatMap(([classType, input]) => {
      const spec = nodes.get(classType);
      const found = spec === undefined ? undefined : inputSpec(spec, input);
      return found === undefined ? [] : [found];
    });
  const problemsOf = (namespace: Namespace, entries: readonly (readonly [string, ParamValue])[]): AppError[] =>
    entries.flatMap(([name, value]) => problemOf(namespace, name, value, specsOf(namespace, name)) ?? []);

  const isKnown = async (): Promise<boolean> => {
    try {
      await ready();
      await nodes.load();
      return true;
    } catch (error) {
      if (error instanceof AppError) return false;
      throw error;
    }
  };

  return {
    async validate(namespace, values, options) {
      for (const [name, value] of Object.entries(values)) refuseForAll(namespace, value, paramsOf(namespace, name));
      const entries = Object.entries(values).filter(
        ([name]) => !isSeedName(name) && !freeTexts.has(name) && placesOf(namespace, name).length > 0,
      );
      if (entries.length === 0) return [];
      if (!(await isKnown())) return entries.map(([name]) => name);
      if (problemsOf(namespace, entries).length > 0) await nodes.refresh(options);
      const [problem] = problemsOf(namespace, entries);
      if (problem !== undefined) throw problem;
      return entries.map(([name]) => name).filter((name) => specsOf(namespace, name).length === 0);
    },
    hasModel(namespace, model) {
      const choices = choicesOf(specsOf(namespace, 'model'));
      return choices === undefined ? undefined : choices.includes(String(model));
    },
    fieldOf(namespace, name) {
      const specs = specsOf(namespace, name);
      const params = paramsOf(namespace, name);
      const known = wellKnownParams.get(name);
      const numbers = specs.filter(({ kind }) => kind === 'integer' || kind === 'number');
      const free = freeTexts.has(name) || specs.some(({ kind }) => kind === 'string');
      const choices = free ? undefined : choicesOf(specs);
      const multiline = known?.multiline ?? params.some((param) => param.multiline === true);
      return {
        type: known?.type ?? params[0]?.type,
        ...(choices === undefined ? {} : { choices }),
        ...limit('min', Math.max, known?.min, [numbers, params], Math.min),
        ...limit('max', Math.min, known?.max, [numbers, params], Math.max),
        ...(multiline ? { multiline } : {}),
      };
    },
  };
}

/**
 * One end of what is taken: within each group (nodes, workflows) the widest counts, and of the groups and the name's own
 * limit the narrowest, as each of them is checked. A group with a member that has no such end has none.
 */
function limit(
  end: 'min' | 'max',
  narrowest: (...values: number[]) => number,
  own: number | undefined,
  groups: readonly (readonly Partial<Record<'min' | 'max', number>>[])[],
  widest: (...values: number[]) => number,
): Partial<Record<'min' | 'max', number>> {
  const ends = groups.flatMap((group) => {
    const values = group.flatMap((one) => one[end] ?? []);
    return values.length > 0 && values.length === group.length ? [widest(...values)] : [];
  });
  const all = own === undefined ? ends : [own, ...ends];
  return all.length === 0 ? {} : { [end]: narrowest(...all) };
}

/** Refuses a value that no workflow would take: every call would fail until somebody took it back. */
function refuseForAll(namespace: Namespace, value: ParamValue, specs: readonly ParamSpec[]): void {
  let reason: AppError | undefined;
  for (const spec of specs) {
    try {
      coerceParam(spec, value);
      return;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      reason ??= error;
    }
  }
  if (reason === undefined) return;
  throw new AppError(reason.code, `${namespace}.${reason.message}`, {
    hint: `${reason.hint ?? ''} Nothing was changed.`.trim(),
    details: { namespace, ...reason.details },
  });
}

function choicesOf(specs: readonly NodeInputSpec[]): string[] | undefined {
  const lists = specs.flatMap(({ choices }) => (choices === undefined ? [] : [choices]));
  return lists.length === 0 ? undefined : [...new Set(lists.flat().map(String))];
}

function problemOf(
  namespace: Namespace,
  name: string,
  value: ParamValue,
  specs: readonly NodeInputSpec[],
): AppError | undefined {
  if (specs.length === 0) return undefined;
  if (typeof value === 'number') return rangeProblem(namespace, name, value, specs);
  const choices = choicesOf(specs);
  if (choices === undefined || specs.some(({ kind }) => kind === 'string') || choices.includes(String(value))) {
    return undefined;
  }
  const close = nearest(String(value), choices);
  const instead =
    close.length > 0
      ? `the nearest ${close.length === 1 ? 'is' : 'are'} ${close.join(', ')}`
      : choices.length === 0
        ? 'it has none'
        : `it has ${choices.slice(0, 5).join(', ')}${choices.length > 5 ? ` and ${choices.length - 5} more` : ''}`;
  const isModel = name === 'model';
  const what = isModel ? 'model' : name.replaceAll('_', ' ');
  return new AppError(
    isModel ? 'MODEL_NOT_FOUND' : 'INVALID_VALUE',
    `${namespace}.${name}: ComfyUI has no ${what} "${value}"; ${instead}.`,
    {
      hint: `${close[0] === undefined ? '' : `Try "${close[0]}". `}${isModel ? 'list_models shows what is installed.' : 'Nothing was changed.'}`,
      details: { namespace, parameter: name, value, nearest: close, available_count: choices.length },
    },
  );
}

function rangeProblem(
  namespace: Namespace,
  name: string,
  value: number,
  specs: readonly NodeInputSpec[],
): AppError | undefined {
  const ranges = specs.filter(({ kind }) => kind === 'integer' || kind === 'number');
  const takes = ({ min = -Infinity, max = Infinity }: NodeInputSpec) => value >= min && value <= max;
  if (ranges.length === 0 || ranges.some(takes)) return undefined;
  const min = Math.min(...ranges.map((range) => range.min ?? -Infinity));
  const max = Math.max(...ranges.map((range) => range.max ?? Infinity));
  const close = value < min ? min : max;
  return new AppError('INVALID_VALUE', `${namespace}.${name} is ${value}, but ComfyUI takes ${min} to ${max}.`, {
    hint: `The nearest is ${close}. Nothing was changed.`,
    details: { namespace, parameter: name, value, min, max, nearest: [close] },
  });
}
