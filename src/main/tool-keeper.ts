/** The tools on offer: one immutable table, made anew when workflows, defaults, settings or the engine's nodes change. */
import { contract, type Handlers } from '../shared/contract.js';
import { toErrorValue } from '../shared/errors.js';
import type { Workflow } from '../shared/workflow.js';
import type { Bus } from './bus.js';
import type { Engine } from './engine.js';
import type { ToolTable } from './mcp/tool.js';
import { buildToolTable } from './mcp/tools.js';
import type { Logger } from './ports.js';
import { missingParts, type WorkflowLibrary } from './workflows/index.js';

export interface ToolKeeper {
  /** The table in force. */
  table(): ToolTable;
  /** Makes the table anew, and tells the clients when they would see another one. */
  refresh(): void;
  dispose(): void;
}

export interface ToolKeeperParts {
  handlers: Handlers;
  /** Loaded by the time the first table is asked for. */
  library: Pick<WorkflowLibrary, 'list' | 'get'>;
  nodes: Engine['nodes'];
  /** Names of tools that the person switched off. */
  switchedOff: () => readonly string[];
  listen: Bus['listen'];
  onChange: () => void;
  logger: Logger;
}

export function createToolKeeper(parts: ToolKeeperParts): ToolKeeper {
  const { handlers, library, nodes, switchedOff, logger } = parts;
  let current: ToolTable | undefined;

  /** A tool whose nodes the engine surely lacks would only fail: list_workflows tells what is missing. */
  const runnable = (workflow: Workflow): Workflow => {
    if (workflow.tool === null || nodes.names().length === 0) return workflow;
    const entry = library.get(workflow.id);
    const isRunnable = entry === undefined || missingParts(entry, nodes).nodes.length === 0;
    return isRunnable ? workflow : { ...workflow, tool: null };
  };
  const build = () =>
    buildToolTable({ contract, handlers, workflows: library.list().map(runnable), switchedOff: switchedOff() });
  const table = () => {
    current ??= build();
    return current;
  };
  /** Clients read the list again when they are told: only what they can see counts as a change. */
  const refresh = () => {
    const before = current;
    current = build();
    if (before !== undefined && JSON.stringify(current.tools) !== JSON.stringify(before.tools)) parts.onChange();
  };

  let wasReady = false;
  /** Another engine, or the same with other nodes since it was started anew, offers other tools. */
  const forgetEngine = parts.listen((event) => {
    if (event.type !== 'engine.changed') return;
    const came = event.engine.state === 'ready' && !wasReady;
    wasReady = event.engine.state === 'ready';
    if (!came) return;
    nodes.load().then(refresh, (error: unknown) => {
      logger.warn('the nodes could not be read for the tools', { error: toErrorValue(error) });
    });
  });

  return { table, refresh, dispose: forgetEngine };
}
