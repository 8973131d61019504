/** The defaults as an editor needs them: every tier, what a field takes, and which model stands in for a missing one. */
import type { OperationOutput } from '../../shared/contract.js';
import type { DefaultRow } from '../../shared/contract-defaults.js';
import { wellKnownParams } from '../../shared/defaults.js';
import { AppError } from '../../shared/errors.js';
import { inputSpec } from '../../shared/nodes.js';
import type { ParamValue } from '../../shared/params.js';
import { type Namespace, namespaces } from '../../shared/workflow.js';
import { type DefaultEntry, modelVariables } from '../defaults/index.js';
import { standInModel } from '../workflows/index.js';
import type { Rooms } from './rooms.js';

type Details = OperationOutput<'get_default_details'>;
type Group = Details[Namespace];
type Ports = Pick<Rooms, 'defaults' | 'defaultsCheck' | 'engine' | 'library'>;

/** Milliseconds the engine's lists are new enough for somebody who looks for what they installed just now. */
const freshMs = 30_000;

/** Lists that can't be had are left out: the defaults themselves are ours. */
export async function defaultDetails(ports: Ports, { fresh = false }: { fresh?: boolean } = {}): Promise<Details> {
  const { engine } = ports;
  if (engine.status().state === 'ready') {
    try {
      await (fresh ? engine.nodes.refresh({ olderThanMs: freshMs }) : engine.nodes.load());
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  const [image, audio, video] = namespaces.map((namespace) => groupOf(ports, namespace));
  if (image === undefined || audio === undefined || video === undefined) throw new Error('a namespace has no defaults');
  const { path, fault, unread } = ports.defaults.config();
  return { image, audio, video, config_file: { path: path ?? null, fault, unread } };
}

function groupOf(ports: Ports, namespace: Namespace): Group {
  const entries = ports.defaults.all(namespace);
  // Every kind has a model to choose, also where nothing is built in.
  const names = [...new Set(['model', ...Object.keys(entries)])].sort((a, b) => rank(a) - rank(b));
  const rows = names.map((name) => rowOf(ports, namespace, name, entries[name]));
  return { rows, model_substituted: substitutionOf(ports, namespace, entries.model) };
}

/** The order in which a person decides: what makes it, how large and long, how; then what has no usual place. */
const order = [
  'model',
  'width',
  'height',
  'seconds',
  'duration',
  'fps',
  'steps',
  'cfg',
  'sampler_name',
  'scheduler',
  'denoise',
  'lyrics_strength',
  'negative_prompt',
];

function rank(name: string): number {
  const at = order.indexOf(name);
  return at < 0 ? order.length : at;
}

function rowOf(
  { defaultsCheck, library }: Ports,
  namespace: Namespace,
  name: string,
  entry: DefaultEntry | undefined,
): DefaultRow {
  const { type = typeOf(entry?.value), ...field } = defaultsCheck.fieldOf(namespace, name);
  return {
    name,
    value: entry?.value ?? null,
    source: entry?.source ?? null,
    tiers: entry?.tiers ?? {},
    type,
    description: wellKnownParams.get(name)?.description ?? library.paramsOf(namespace, name)[0]?.description ?? '',
    ...field,
    variable: name === 'model' ? modelVariables[namespace] : null,
  };
}

function typeOf(value: ParamValue | undefined): DefaultRow['type'] {
  return typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'string';
}

/** As generations do it, told before one is made: by the first workflow of the kind that takes a model. */
function substitutionOf(
  { defaultsCheck, engine, library }: Ports,
  namespace: Namespace,
  model: DefaultEntry | undefined,
): Group['model_substituted'] {
  if (model?.source !== 'built-in' || typeof model.value !== 'string') return null;
  const wanted = model.value;
  const known = defaultsCheck.fieldOf(namespace, 'model').choices;
  if (known === undefined || known.includes(wanted)) return null;
  const lists = library.inputsOf(namespace, 'model').flatMap(([classType, input]) => {
    const spec = engine.nodes.get(classType);
    const choices = spec === undefined ? undefined : inputSpec(spec, input)?.choices;
    return choices === undefined ? [] : [choices.filter((choice) => typeof choice === 'string')];
  });
  return { wanted, used: standInModel(namespace, wanted, lists[0] ?? []) ?? null };
}
