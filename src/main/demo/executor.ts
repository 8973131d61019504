/**
 * Runs one prompt: nodes in order, events in the order of ComfyUI 0.3.64 (execution.py execute_async), results into
 * the cache. Knows nothing of HTTP; events leave through the `EventSink`.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../ports.js';
import type { NodeCache } from './cache.js';
import { describeError } from './errors.js';
import type { Faults } from './faults.js';
import { cacheKeys, isLink } from './graph.js';
import type { StatusMessage } from './history.js';
import { type DemoFolders, type DemoNode, type NodeContext, NodeError } from './node.js';
import { createExecutionOrder } from './order.js';
import type { Profile } from './profiles.js';
import { createProgress } from './progress.js';
import { PythonError, repr } from './python.js';
import type { Graph, QueueItem } from './queue.js';
import type { EventSink } from './sockets.js';

/** Somebody asked for the run to stop. */
class Interrupted extends Error {}

type Ui = Record<string, unknown[]>;

export interface RunResult {
  /** Ui of each output node, and who made it, by node id in the order they finished. */
  outputs: Map<string, unknown>;
  meta: Map<string, unknown>;
  success: boolean;
  messages: StatusMessage[];
}

export interface ExecutorOptions {
  nodes: ReadonlyMap<string, DemoNode>;
  folders: DemoFolders;
  profile: Profile;
  cache: NodeCache;
  clock: Clock;
  faults: Faults;
  previews: boolean;
  stepDelayMs: number;
}

/** One run's connection with the outside. */
export interface RunControl {
  sink: EventSink;
  /** Whether an interrupt was asked for. */
  interrupted(): boolean;
  /** Aborted when the engine stops. */
  signal: AbortSignal;
  /** Told the node that runs now, for sockets that reconnect. */
  onNode(nodeId: string): void;
}

/** Runs a prompt to its end, whatever that is. Never rejects for what a node does. */
export async function execute(item: QueueItem, options: ExecutorOptions, control: RunControl): Promise<RunResult> {
  const { nodes, folders, cache } = options;
  // History keeps the graph as submitted; the running one gets `is_changed` notes.
  const graph: Graph = structuredClone(item.graph);
  const tell = createTeller(item.promptId, options, control.sink);
  tell.status('execution_start', {});
  const keys = await cacheKeys(graph, nodes, folders);
  const keyOf = (nodeId: string): string => keys.get(nodeId) ?? nodeId;
  cache.begin(new Set(keys.values()));
  const isCached = (nodeId: string) => cache.get(keyOf(nodeId)) !== undefined;
  tell.status('execution_cached', { nodes: Object.keys(graph).filter(isCached) });

  const run = createNodeRunner({ item, graph, keyOf, tell, options, control });
  const order = createExecutionOrder({ graph, outputs: item.outputs, nodes, isCached });
  for (let nodeId = order.next(); nodeId !== undefined; nodeId = order.next()) {
    if (!run.fromCache(nodeId) && !(await run.anew(nodeId))) return tell.result(false);
    order.finish(nodeId);
    await nextTurn();
  }
  if (options.profile.modernEvents) tell.status('execution_success', {});
  return tell.result(true);
}

/** What a run tells: events to the sockets, messages and outputs for history. */
interface Teller {
  /** An execution_* event, which history keeps. */
  status(event: string, data: Record<string, unknown>, audience?: 'submitter' | 'all'): void;
  executing(nodeId: string): void;
  executed(nodeId: string, ui: Ui | undefined): void;
  /** Notes a node's ui for history; `madeBy` is the node that made it, in this prompt or an earlier one. */
  keep(nodeId: string, ui: Ui | undefined, madeBy: string): void;
  result(success: boolean): RunResult;
}

function createTeller(promptId: string, { profile, clock }: ExecutorOptions, sink: EventSink): Teller {
  const outputs = new Map<string, unknown>();
  const meta = new Map<string, unknown>();
  const messages: StatusMessage[] = [];
  const place = (nodeId: string) => ({
    node: nodeId,
    ...(profile.modernEvents ? { display_node: nodeId } : {}),
  });
  return {
    status(event, data, audience = 'submitter') {
      const stamp = profile.modernEvents ? { timestamp: Math.floor(clock.now()) } : {};
      const full = { ...data, prompt_id: promptId, ...stamp };
      messages.push([event, full]);
      if (audience === 'all') sink.toSubmitterOrAll(event, full);
      else sink.toSubmitter(event, full);
    },
    executing: (nodeId) => sink.toSubmitter('executing', { ...place(nodeId), prompt_id: promptId }),
    executed(nodeId, ui) {
      sink.toSubmitter('executed', { ...place(nodeId), output: ui ?? null, prompt_id: promptId });
    },
    keep(nodeId, ui, madeBy) {
      if (!ui) return;
      outputs.set(nodeId, ui);
      meta.set(nodeId, { node_id: madeBy, display_node: madeBy, parent_node: null, real_node_id: madeBy });
    },
    result: (success) => ({ outputs, meta, success, messages }),
  };
}

interface RunParts {
  item: QueueItem;
  graph: Graph;
  keyOf(nodeId: string): string;
  tell: Teller;
  options: ExecutorOptions;
  control: RunControl;
}

interface NodeRunner {
  /** Serves a node from the cache; false when it isn't in there. */
  fromCache(nodeId: string): boolean;
  /** Runs a node; false when the prompt ends here. */
  anew(nodeId: string): Promise<boolean>;
}

function createNodeRunner(parts: RunParts): NodeRunner {
  const { item, graph, keyOf, tell, options, control } = parts;
  const { cache, faults, profile } = options;
  const progress = createProgress(item.promptId, profile, control.sink);
  const results = new Map<string, unknown[]>();
  const executed: string[] = [];

  const checkInterrupt = () => {
    if (control.signal.aborted || control.interrupted()) throw new Interrupted();
  };

  const resultOf = (nodeId: string): unknown[] => {
    const found = results.get(nodeId) ?? cache.get(keyOf(nodeId))?.outputs;
    if (!found) throw new PythonError('KeyError', repr(nodeId));
    return found;
  };

  /** Values of the declared inputs; what the specification doesn't know is ignored, as ComfyUI does. */
  const inputsOf = (nodeId: string, node: DemoNode): Record<string, unknown> => {
    const inputs: Record<string, unknown> = {};
    const { required = {}, optional = {} } = node.info.input;
    for (const [name, value] of Object.entries(graph[nodeId]?.inputs ?? {})) {
      if (!Object.hasOwn(required, name) && !Object.hasOwn(optional, name)) continue;
      const link = isLink(value) && Object.hasOwn(graph, value[0]) ? value : undefined;
      inputs[name] = link ? resultOf(link[0]).at(link[1]) : value;
    }
    return inputs;
  };

  const contextFor = (nodeId: string): NodeContext => {
    const pnginfo = item.extraData.extra_pnginfo;
    const wantsPreviews = options.previews && !(profile.jobs && item.extraData.preview_method === 'none');
    return {
      nodeId,
      folders: options.folders,
      prompt: graph,
      extraPnginfo: typeof pnginfo === 'object' && pnginfo !== null ? { ...pnginfo } : undefined,
      checkInterrupt,
      async step(value, max, preview) {
        const given = wantsPreviews ? preview : undefined;
        progress.step(nodeId, value, max, typeof given === 'function' ? await given() : given);
        if (options.stepDelayMs > 0) await pause(options, control.signal);
        else await nextTurn();
        checkInterrupt();
      },
      text(text) {
        if (profile.textFrames) control.sink.text(nodeId, text);
      },
    };
  };

  return {
    fromCache(nodeId) {
      const hit = cache.get(keyOf(nodeId));
      if (!hit) return false;
      results.set(nodeId, hit.outputs);
      if (profile.modernEvents && faults.cachedOutputs !== 'none') tell.executed(nodeId, hit.ui);
      if (profile.modernEvents && faults.cachedOutputs === 'stored') tell.keep(nodeId, hit.ui, hit.madeBy);
      progress.finish(nodeId);
      return true;
    },
    async anew(nodeId) {
      const classType = graph[nodeId]?.class_type ?? '';
      const node = options.nodes.get(classType);
      let inputs: Record<string, unknown> = {};
      control.onNode(nodeId);
      progress.start(nodeId);
      tell.executing(nodeId);
      try {
        checkInterrupt();
        if (!node) throw new PythonError('KeyError', repr(classType));
        inputs = inputsOf(nodeId, node);
        const failure = faults.failNode(nodeId, classType);
        if (failure) throw new NodeError(failure.exceptionType, failure.message);
        const made = await node.run(inputs, contextFor(nodeId));
        const ui = made.ui && Object.keys(made.ui).length > 0 ? made.ui : undefined;
        results.set(nodeId, made.outputs);
        cache.set(keyOf(nodeId), { outputs: made.outputs, ui, madeBy: nodeId });
        tell.keep(nodeId, ui, nodeId);
        if (ui) tell.executed(nodeId, ui);
        progress.finish(nodeId);
        executed.push(nodeId);
        return true;
      } catch (error) {
        const place = { node_id: nodeId, node_type: classType, executed };
        if (error instanceof Interrupted) tell.status('execution_interrupted', place, 'all');
        else tell.status('execution_error', { ...place, ...describeError(error, { item, classType, node, inputs }) });
        return false;
      }
    },
  };
}

/** The pace of a step; cut short when the engine stops, which the check after it notices. */
async function pause({ clock, stepDelayMs }: ExecutorOptions, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(stepDelayMs, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
