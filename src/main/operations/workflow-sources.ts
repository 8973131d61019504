/** Where workflows are imported from besides files and assets: what the engine's users saved, and its templates. */
import type { CallContext, OperationOutput, ParsedInput } from '../../shared/contract.js';
import type { Importable, WorkflowPlace } from '../../shared/contract-workflow-import.js';
import { AppError } from '../../shared/errors.js';
import { nearest } from '../../shared/nearest.js';
import { everyWord } from '../../shared/words.js';
import { templateKey } from '../comfy/client.js';
import type { GraphSource } from '../workflows/index.js';
import type { Rooms } from './rooms.js';
import { visibleAsset } from './visible.js';

/** What is to be read, and what to call the workflow when nobody says. */
export interface NamedSource {
  from: GraphSource;
  name: string;
  description: string;
}

export type Listed = OperationOutput<'list_importable'>['importable'][number];

export interface WorkflowSources {
  /** @throws AppError COMFYUI_UNREACHABLE and what else stands in the way of asking. */
  list(place: WorkflowPlace, signal: AbortSignal): Promise<Listed[]>;
  /** Opens the one source that the input names. @throws AppError VALIDATION_ERROR, NOT_FOUND, NOT_SUPPORTED … */
  open(input: SourceInput, context: CallContext): Promise<NamedSource>;
}

export type SourceInput = Pick<ParsedInput<'review_workflow'>, 'json' | 'path' | 'asset_id' | 'source'>;

const saved = 'comfyui:';
const template = 'template:';

export function createWorkflowSources(rooms: Rooms): WorkflowSources {
  const { engine, media } = rooms;

  const fromEngine = async (source: string, signal: AbortSignal): Promise<NamedSource> => {
    const client = await engine.ready();
    if (source.startsWith(saved)) {
      const path = source.slice(saved.length);
      const known = (await client.savedWorkflows({ signal })).map((one) => one.path);
      if (!known.includes(path)) throw noSuch(source, known.map(savedId));
      return { from: { text: await client.savedWorkflow(path, { signal }) }, name: leafOf(path), description: '' };
    }
    const known = await client.templates({ signal });
    const found = known.find((one) => templateId(one) === source);
    if (found === undefined) throw noSuch(source, known.map(templateId));
    const { title: name, description } = found;
    return { from: { text: await client.template(found, { signal }) }, name, description };
  };

  return {
    async list(place, signal) {
      const client = await engine.ready();
      if (place === 'comfyui') {
        return (await client.savedWorkflows({ signal })).map(({ path, modified_ms }) => ({
          source: savedId(path),
          name: path.replace(/\.json$/i, ''),
          ...(modified_ms === undefined ? {} : { modified_at: new Date(modified_ms).toISOString() }),
        }));
      }
      return (await client.templates({ signal })).map((one) => ({
        source: templateId(one),
        name: one.title,
        description: one.description,
        category: one.category,
        tags: one.tags,
        ...(one.picture === undefined ? {} : { picture: { key: templateKey(one), ending: one.picture } }),
      }));
    },

    async open(input, context) {
      const { json, path, asset_id, source } = input;
      if (path !== undefined && context.door !== 'ipc') {
        throw new AppError('NOT_SUPPORTED', 'Files of this machine are imported in the window only.', {
          hint: "Send the file's content as json.",
        });
      }
      if ([json, path, asset_id, source].filter((one) => one !== undefined).length !== 1) {
        throw new AppError('VALIDATION_ERROR', 'Give exactly one of json, path, asset_id and source.', {
          details: { issues: [] },
        });
      }
      if (source !== undefined) return fromEngine(source, context.signal);
      if (path !== undefined) return { from: { path }, name: leafOf(path), description: '' };
      if (asset_id === undefined) return { from: { text: json ?? '' }, name: 'Imported workflow', description: '' };
      const asset = visibleAsset(rooms, asset_id, context);
      const file = await media.original(asset, context.signal);
      return { from: { path: file.path }, name: leafOf(asset.filename), description: '' };
    },
  };
}

/** What list_workflows(source) answers at most: a model reads it. */
const mostListed = 50;

/** Those with all the words, as many as are told at once, and how many there are. */
export function matching(all: readonly Listed[], query: string): { shown: Importable[]; count: number } {
  const fits = everyWord(query);
  const found = all.filter(({ name, description = '', category = '', tags = [] }) =>
    fits([name, description, category, ...tags].join(' ')),
  );
  const shown = found.slice(0, mostListed).map(({ tags: _tags, picture: _picture, ...importable }) => importable);
  return { shown, count: found.length };
}

function savedId(path: string): string {
  return `${saved}${path}`;
}

function templateId(one: { module: string; name: string }): string {
  return `${template}${templateKey(one)}`;
}

function leafOf(path: string): string {
  const leaf = path.split(/[/\\]/).at(-1) ?? path;
  return leaf.replace(/\.[^.]*$/, '');
}

function noSuch(source: string, known: readonly string[]): AppError {
  const near = nearest(source, known);
  return new AppError('NOT_FOUND', `ComfyUI has no workflow "${source}".`, {
    hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'list_workflows(source) tells which there are.',
    details: { source, nearest: near },
  });
}
