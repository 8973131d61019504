/**
 * The composition root: builds the rooms, hands them their ports, starts and stops them. Electron's main process and
 * the headless program run the same core and only open other doors onto it.
 */
import path from 'node:path';
import type { Asset } from '../shared/asset.js';
import { contract } from '../shared/contract.js';
import { AppError, toErrorValue } from '../shared/errors.js';
import type { Notice } from '../shared/notice.js';
import { readAssetKey } from './asset-key.js';
import { createAtHand } from './at-hand.js';
import { createBus } from './bus.js';
import { createContactSheets } from './contact-sheets.js';
import type { Core, CoreOptions } from './core-ports.js';
import { holdStill, settleDataFolder } from './data-folder.js';
import { watchDefaultModels } from './default-models.js';
import { createChangeLog, createDefaultsCheck } from './defaults/index.js';
import { startDemo } from './demo-start.js';
import { createEndpointControl } from './endpoint.js';
import { noteProgram } from './endpoint-file.js';
import { createEngine } from './engine.js';
import { createFileRooms } from './file-rooms.js';
import { claimOrTakeOver, comeToRest, type TakenOver } from './handover.js';
import { inOrder } from './in-order.js';
import { createInputRoom } from './inputs/index.js';
import { createJobEngine } from './jobs/engine.js';
import { watchResources } from './mcp/changes.js';
import { createEndpoint } from './mcp/http.js';
import { createOffers } from './mcp/offers.js';
import { createModelFiles } from './model-files.js';
import { openDefaults } from './open-defaults.js';
import type { Rooms } from './operations/rooms.js';
import { createOperations } from './operations.js';
import type { Logger } from './ports.js';
import { createPresets } from './presets.js';
import { createPublishing } from './publishing.js';
import { openRegistry, type Registry } from './registry/index.js';
import { sessionStoreOf } from './session-store.js';
import { templatePicture } from './template-pictures.js';
import { createToolKeeper } from './tool-keeper.js';
import { createTrouble } from './trouble.js';
import { createWatchedFolder } from './watched-folder.js';
import { createWorkflowLibrary } from './workflows/index.js';

export type { Core, CoreOptions } from './core-ports.js';

/** What models are told when they connect. */
const instructions =
  'Makes images, songs and more with ComfyUI. Call generate_image or another workflow tool; the answer holds asset_id and asset_url. Show pictures with view_image. If an answer has status "running", ask get_job with its prompt_id and wait_seconds.';

/** Builds the core. Throws DATA_DIR_UNWRITABLE, DATA_DIR_IN_USE or, headless, CONFIG_INVALID. */
export async function createCore(options: CoreOptions): Promise<Core> {
  const { program, settings, startedBy, takeOverFrom = 'nobody', clock } = options;
  const taken = await claimOrTakeOver(settings.dataDir, { kind: program, startedBy, from: takeOverFrom, clock });
  try {
    return await build(options, taken);
  } catch (error) {
    taken.dataDir.release();
    throw error;
  }
}

async function build(options: CoreOptions, { dataDir, port: takenPort }: TakenOver): Promise<Core> {
  const { program, settings, version, testBuild, clock, logger } = options;
  const root = settings.dataDir;
  const bus = createBus(logger);
  const notices: Notice[] = [...settings.notices];
  const notify = (notice: Notice) => {
    notices.push(notice);
    bus.emit({ type: 'notice', notice });
  };
  const trouble = createTrouble(notify, clock);

  const registry = openRegistry({
    file: path.join(root, 'library.db'),
    emit: bus.emit,
    clock,
    logger: logger.child('registry'),
    assetTtlHours: () => settings.values.asset_ttl_hours,
    readerScript: threadScript(options, 'reader-thread'),
    onFailure: trouble.failed,
    onWritten: trouble.written,
  });

  settleDataFolder(settings, logger);
  const jobs = createJobEngine({
    store: registry.jobs,
    emit: bus.emit,
    clock,
    logger: logger.child('jobs'),
    registerForeign: () => settings.values.register_foreign_outputs,
  });
  const demoRoot = path.join(root, 'demo');
  const engine = createEngine({
    startDemo: () => startDemo(demoRoot, clock, logger.child('demo')),
    onLink: jobs.attach,
    emit: bus.emit,
    clock,
    logger: logger.child('engine'),
  });
  const defaultsCheck = createDefaultsCheck({
    nodes: engine.nodes,
    ready: engine.ready,
    inputsOf: (namespace, name) => library.inputsOf(namespace, name),
    paramsOf: (namespace, name) => library.paramsOf(namespace, name),
  });
  const defaults = openDefaults(options, notices, {
    log: createChangeLog({
      file: path.join(root, 'default-changes.json'),
      clock,
      logger: logger.child('defaults'),
    }),
    onChange: ({ changes }) => {
      bus.emit({ type: 'defaults.changed', changes });
      tools.refresh();
    },
    validate: defaultsCheck.validate,
  });
  const library = createWorkflowLibrary({
    bundledDir: options.bundledWorkflows,
    userDir: settings.workflowDir(),
    reservedToolNames: Object.keys(contract),
    defaults: defaults.resolve,
    catalog: engine.nodes,
    onChange: () => {
      tools.refresh();
      bus.emit({ type: 'workflows.changed' });
    },
    clock,
    logger: logger.child('workflows'),
  });

  const { media, importing, intake, care, transfer, converting } = createFileRooms({
    registry,
    engine,
    jobs,
    settings,
    demoRoot,
    posters: options.posters,
    files: options.files,
    script: (name) => threadScript(options, name),
    bus,
    trouble,
    notify,
    version,
    clock,
    logger,
  });

  const sheets = createContactSheets({ registry, media, listen: bus.listen, logger: logger.child('batches') });

  const modelFiles = createModelFiles({ engine, media, clock, logger: logger.child('models') });
  const originalOf = async (asset: Asset) => ({ ...(await media.original(asset)), filename: asset.filename });
  const forAgents = async (assetId: string) => originalOf(findAsset(registry, assetId));
  /** The window shows what lies in the bin, too. */
  const inWindow = (assetId: string) => findAsset(registry, assetId, { binned: true });
  const assetKey = readAssetKey(path.join(root, 'asset-key'));
  /** Of the program that was here before: agents know it. Until the person chooses another. */
  let ownPort = takenPort;
  const { end } = options;
  const yieldTo = async (signal: AbortSignal) => {
    await comeToRest({ registry, engine, jobs, transfer, clock }, signal);
    return () => end?.();
  };
  const endpoint = createEndpointControl({
    make: (onAgents) =>
      createEndpoint({
        name: 'comfyui-mcp-desktop',
        version,
        instructions,
        tools: () => tools.table(),
        offers,
        watchResources: (onChange) =>
          watchResources({
            listen: bus.listen,
            workflows: library.list,
            onChange,
            clock,
          }),
        host: settings.values.host,
        port: ownPort ?? settings.values.port,
        token: () => settings.values.token,
        assetFile: forAgents,
        assetKey,
        sessionStore: sessionStoreOf(registry),
        owner: { secret: dataDir.owner.secret, ...(end && { yieldTo }) },
        onAgents,
        clock,
        logger: logger.child('mcp'),
      }),
    emit: bus.emit,
    logger: logger.child('mcp'),
  });

  const rooms: Rooms = {
    version,
    testBuild,
    settings,
    library,
    defaults,
    defaultsCheck,
    engine,
    jobs,
    registry,
    media,
    modelFiles,
    presets: createPresets(path.join(root, 'presets.json')),
    publisher: createPublishing({ ...options, engine, registry, media }),
    inputs: createInputRoom({
      store: registry.inputs,
      ready: engine.ready,
      backend: engine.backend,
      exists: (assetId) => registry.assets.get(assetId) !== undefined,
      original: media.original,
    }),
    intake,
    sheets,
    importing,
    transfer,
    converting,
    bus,
    clock,
    logger,
    notices,
    assetUrl: endpoint.assetUrl,
    endpoint: endpoint.status,
    applySettings: (changed, given) => applySettings(changed, given),
  };
  const handlers = createOperations(rooms);
  const offers = createOffers({ handlers, assetFile: forAgents, clock });
  const watched = createWatchedFolder({ sources: registry.sources, handlers, notify });
  const tools = createToolKeeper({
    handlers,
    library,
    nodes: engine.nodes,
    switchedOff: () => settings.values.disabled_tools,
    listen: bus.listen,
    onChange: () => endpoint.running()?.toolsChanged(),
    logger,
  });
  const defaultModels = watchDefaultModels({
    listen: bus.listen,
    loadNodes: engine.nodes.load,
    defaults,
    check: defaultsCheck,
    notify,
    onNodes: tools.refresh,
    logger: logger.child('defaults'),
  });
  const takeUpEngine = () => {
    const { demo, comfyui_url: url, comfyui_headers: headers } = settings.values;
    return engine.use({ demo, url, headers });
  };
  /** Others read it to find the endpoint or to name who holds the folder: the endpoint itself does not depend on it. */
  const tellEndpoint = (url: string | null) => {
    try {
      dataDir.setEndpoint(url);
      if (url === null) return;
      const { env, launch } = options;
      noteProgram(
        { env, home: settings.home, platform: process.platform },
        { kind: program, dataDir: settings.dataDir, launch },
      );
    } catch (error) {
      logger.warn('the address of the endpoint could not be noted', { error: toErrorValue(error) });
    }
  };
  const openEndpoint = async () => {
    await endpoint.start();
    tellEndpoint(endpoint.status().url);
  };
  const closeEndpoint = async () => {
    tellEndpoint(null);
    await endpoint.stop();
  };
  const openIfWanted = async () => {
    // A port that is taken is told by the endpoint's own state; the setting stays as the person wanted it.
    if (settings.values.endpoint_enabled) await openEndpoint().catch(logFailure(logger, 'the endpoint did not start'));
  };
  const applySettings = async (changed: readonly string[], given: readonly string[]) => {
    const touches = (...names: string[]) => names.some((name) => changed.includes(name));
    if (touches('cache_limit_bytes')) await media.trim();
    if (touches('workflow_dir')) await library.changeFolder(settings.workflowDir());
    if (touches('import_dir')) await watched.use(settings.folder('import_dir'));
    if (touches('disabled_tools')) tools.refresh();
    if (touches('demo', 'comfyui_url', 'comfyui_headers')) await takeUpEngine();
    // Without a token the endpoint may have to close: what it may be open to is decided when it opens.
    if (touches('port')) ownPort = undefined;
    if (touches('host', 'port', 'endpoint_enabled', 'token')) {
      await closeEndpoint();
      await openIfWanted();
    } else if (given.includes('endpoint_enabled')) {
      // The switch of an endpoint that failed to start stands on already: turning it on means to try again.
      await openIfWanted();
    }
  };

  await library.load();

  return {
    handlers,
    listen: bus.listen,
    assets: {
      thumbnail: (assetId, size) => media.thumbnail(inWindow(assetId), size),
      thumbnailsAtHand: createAtHand({ assets: registry.assets, media }),
      peaks: (assetId) => media.peaks(inWindow(assetId)),
      original: (assetId) => media.original(inWindow(assetId)),
      template: (key, ending) => templatePicture(engine, key, ending),
      modelPicture: (folder, name) => modelFiles.picture(folder, name),
    },
    original: (assetId) => originalOf(inWindow(assetId)),
    engine: engine.status,
    endpoint: endpoint.status,
    notices: () => notices,
    holdStill: () => holdStill({ registry, engine, jobs, transfer }),
    async start() {
      // Agents may come as soon as the door is open; a call waits for the first look at the engine.
      const engineUp = takeUpEngine();
      if (program === 'headless') await openEndpoint();
      else if (settings.tokenUnknown) endpoint.refuse(tokenUnknown());
      else await openIfWanted();
      importing.start();
      care.start();
      sheets.start();
      void watched.use(settings.folder('import_dir'));
      engineUp.catch(logFailure(logger, 'the engine could not be taken up'));
    },
    stop: () =>
      inOrder([
        closeEndpoint,
        () => transfer.stop(),
        () => defaultModels.dispose(),
        () => tools.dispose(),
        () => care.stop(),
        () => sheets.stop(),
        () => intake.stop(),
        () => importing.close(),
        () => library.dispose(),
        () => converting.close(),
        () => jobs.stop(),
        () => engine.stop(),
        () => media.close(),
        () => registry.close(),
        () => dataDir.release(),
      ]),
  };
}

function threadScript({ threads }: CoreOptions, name: string): string | undefined {
  return threads === undefined ? undefined : path.join(threads, `${name}.js`);
}

/** Nobody is let in without the token that the unreadable file may have asked for. */
function tokenUnknown(): AppError {
  return new AppError('CONFIG_INVALID', 'The endpoint stays off: the settings that hold its token could not be read.', {
    hint: 'Mend the settings file and start again, or switch the endpoint on to go without a token.',
  });
}

/** @throws AppError ASSET_NOT_FOUND for an unknown one, and for one in the bin unless `binned`. */
function findAsset(registry: Registry, assetId: string, which?: { binned: boolean }): Asset {
  const [asset] = registry.assets.getMany([assetId], which);
  if (asset) return asset;
  throw new AppError('ASSET_NOT_FOUND', `There is no asset ${assetId}.`, { details: { asset_id: assetId } });
}

function logFailure(logger: Logger, message: string): (error: unknown) => void {
  return (error) => logger.warn(message, { error: toErrorValue(error) });
}
