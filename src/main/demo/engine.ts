/** What the routes share: the parts of a running engine. */
import type { Clock, Logger } from '../ports.js';
import type { Faults } from './faults.js';
import type { History } from './history.js';
import type { LogBook } from './logs.js';
import type { DemoFolders, DemoNode, NodeInfo } from './node.js';
import type { Profile } from './profiles.js';
import type { PromptQueue } from './queue.js';
import type { Sockets } from './sockets.js';
import type { DemoTemplate } from './templates/templates.js';
import type { Worker } from './worker.js';

export interface EngineParts {
  profile: Profile;
  nodes: ReadonlyMap<string, DemoNode>;
  /** A node's specification as it is right now, with the input folder's files in the loaders' lists. */
  currentInfo(info: NodeInfo): Promise<NodeInfo>;
  /** Names of the pretended model files, by folder. */
  models: Readonly<Record<string, string[]>>;
  /** Workflows that are offered as templates. */
  templates: readonly DemoTemplate[];
  /** The data root: input, output, temp and user are in it. */
  root: string;
  folders: DemoFolders;
  queue: PromptQueue;
  history: History;
  worker: Worker;
  sockets: Sockets;
  logs: LogBook;
  faults: Faults;
  clock: Clock;
  logger: Logger;
  /** Bytes; a float when the limit was given in MB. */
  maxBody: number;
  multiUser: boolean;
  /** Command line as `/system_stats` tells it. */
  argv: readonly string[];
  /** The next prompt number; counts up with every well-formed POST /prompt. */
  takeNumber(): number;
}

/** `GET /features` and the reply to a client's feature flags. */
export function features(profile: Profile, maxBody: number): Record<string, unknown> {
  return {
    supports_preview_metadata: true,
    max_upload_size: maxBody,
    ...(profile.jobs
      ? {
          supports_model_type_tags: false,
          extension: { manager: { supports_v4: false } },
          node_replacements: false,
          assets: false,
        }
      : {}),
  };
}
