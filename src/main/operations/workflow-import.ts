/** Making workflows of graphs that ComfyUI's editor saved. */
import type { CallContext, Handlers, ParsedInput } from '../../shared/contract.js';
import { AppError, toErrorValue } from '../../shared/errors.js';
import type { Graph } from '../../shared/workflow.js';
import { readEmbedded } from '../embedded/index.js';
import { createWorkflowImporter, findProblems, type WorkflowImporter } from '../workflows/index.js';
import type { Rooms } from './rooms.js';
import { visibleAsset } from './visible.js';

export type WorkflowImportHandlers = Pick<Handlers, 'import_workflow'>;

/** Node classes younger than this are not asked for again. */
const recentMs = 2_000;

export function createWorkflowImportHandlers(rooms: Rooms): WorkflowImportHandlers {
  const { library, engine, settings, media } = rooms;
  const loadNodes = async (fresh: boolean) => {
    await engine.ready();
    await (fresh ? engine.nodes.refresh({ olderThanMs: recentMs }) : engine.nodes.load());
  };
  const importer = createWorkflowImporter({
    userDir: settings.workflowDir,
    taken: () => library.list().map(({ id }) => id),
    loadNodes,
    infoOf: (classType) => engine.nodes.info(classType),
    readEmbedded,
  });
  const problemsOf = async (graph: Graph): Promise<string[]> => {
    try {
      await loadNodes(false);
    } catch (error) {
      return [`It could not be checked. ${toErrorValue(error).message}`];
    }
    return findProblems(graph, engine.nodes).map(({ message }) => message);
  };
  const take = async (input: ParsedInput<'import_workflow'>, context: CallContext) => {
    const { json, path, asset_id, name } = oneSource(input, context);
    if (json !== undefined) return importer.fromText(json, name);
    if (path !== undefined) return importer.fromFile(path, name);
    return fromAsset(importer, asset_id, name, context);
  };
  const fromAsset = async (
    { fromFile }: WorkflowImporter,
    assetId: string,
    name: string | undefined,
    context: CallContext,
  ) => {
    const asset = visibleAsset(rooms, assetId, context);
    const file = await media.original(asset, context.signal);
    return fromFile(file.path, name ?? asset.filename.replace(/\.[^.]*$/, ''));
  };
  return {
    async import_workflow(input, context) {
      const { workflow_id, graph, warnings } = await take(input, context);
      await library.rescan();
      return { workflow_id, warnings, problems: await problemsOf(graph) };
    },
  };
}

type Source =
  | { json: string; path?: undefined; asset_id?: undefined }
  | { json?: undefined; path: string; asset_id?: undefined }
  | { json?: undefined; path?: undefined; asset_id: string };

function oneSource(
  { json, path, asset_id, name }: ParsedInput<'import_workflow'>,
  { door }: Pick<CallContext, 'door'>,
): Source & { name: string | undefined } {
  if (path !== undefined && door !== 'ipc') {
    throw new AppError('NOT_SUPPORTED', 'Files of this machine are imported in the window only.', {
      hint: "Send the file's content as json.",
    });
  }
  const given = [json, path, asset_id].filter((source) => source !== undefined);
  if (given.length === 1) {
    if (json !== undefined) return { json, name };
    if (path !== undefined) return { path, name };
    if (asset_id !== undefined) return { asset_id, name };
  }
  throw new AppError('VALIDATION_ERROR', 'Give exactly one of json, path and asset_id.', {
    details: { issues: [] },
  });
}
