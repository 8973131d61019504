/** What kind of ComfyUI is there, and is there one at all: versions, capabilities, and a search on the usual ports. */
import type { Clock, Logger } from '../ports.js';
import { type ComfyClient, createComfyClient } from './client.js';
import type { Features, SystemStats } from './schemas.js';

export interface ServerProfile {
  address: string;
  /** Such as `0.3.64`; undefined before 2024-08, when servers didn't tell. */
  version: string | undefined;
  os: string | undefined;
  python: string | undefined;
  pytorch: string | undefined;
  devices: SystemStats['devices'];
  ramTotal: number | undefined;
  ramFree: number | undefined;
  features: Features;
  /** Jobs API (December 2025). Asked, not guessed. */
  hasJobsApi: boolean;
  /** POST /interrupt with a prompt_id interrupts that job only (2025-09-02). */
  hasTargetedInterrupt: boolean;
  /** POST /prompt keeps the caller's id (2025-07-14). The answer to a submission is what counts. */
  acceptsPromptId: boolean;
  /** progress_state and previews that say whose they are (2025-07-10). */
  hasPreviewMetadata: boolean;
}

/** First releases with a capability, by the dates of the changes in ComfyUI's history. */
const since = { promptId: [0, 3, 45], targetedInterrupt: [0, 3, 57] } as const;

/**
 * Asks a server who it is. @throws AppError COMFYUI_UNREACHABLE, COMFYUI_TIMEOUT or COMFYUI_BAD_RESPONSE when it doesn't answer
 * like a ComfyUI.
 */
export async function probeServer(
  client: ComfyClient,
  options: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<ServerProfile> {
  const stats = await client.systemStats(options);
  const [features, hasJobsApi] = await Promise.all([client.features(options), asksJobsApi(client, options.signal)]);
  const version = knownVersion(stats.system.comfyui_version);
  return {
    address: client.address,
    version,
    os: stats.system.os,
    python: stats.system.python_version?.split(' ')[0],
    pytorch: stats.system.pytorch_version ?? undefined,
    devices: stats.devices,
    ramTotal: stats.system.ram_total ?? undefined,
    ramFree: stats.system.ram_free ?? undefined,
    features: features ?? {},
    hasJobsApi,
    hasTargetedInterrupt: atLeast(version, since.targetedInterrupt) || hasJobsApi,
    acceptsPromptId: atLeast(version, since.promptId) || hasJobsApi,
    hasPreviewMetadata: features?.supports_preview_metadata === true,
  };
}

async function asksJobsApi(client: ComfyClient, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await client.jobs({ limit: 1 }, { signal });
    return true;
  } catch {
    // Whatever an old server or a proxy makes of an unknown route, it is no jobs API; a dead server shows in the other calls.
    return false;
  }
}

/** Servers of 2024 without a git directory say `unknown`. */
function knownVersion(version: string | null | undefined): string | undefined {
  return version && version !== 'unknown' ? version : undefined;
}

/** Whether a version such as `0.3.64` or `v0.3.64+local` is that or later. Unknown versions are old. */
export function atLeast(version: string | undefined, wanted: readonly number[]): boolean {
  const parts = /(\d+)\.(\d+)(?:\.(\d+))?/
    .exec(version ?? '')
    ?.slice(1)
    .map((part) => Number(part ?? 0));
  if (parts === undefined) return false;
  for (const [index, want] of wanted.entries()) {
    const have = parts[index] ?? 0;
    if (have !== want) return have > want;
  }
  return true;
}

/** Where ComfyUI usually listens: the server's own port, the desktop app's, and what people take when those are busy. */
export const usualPorts: readonly number[] = [8188, 8000, 8189, 8190, 8001, 8080];

export interface FoundServer {
  baseUrl: string;
  version: string | undefined;
  /** Name of the first device. */
  device: string | undefined;
}

/** Looks for ComfyUI on this machine. Answers those found, in the order of `ports`; never fails. */
export async function findLocalServers({
  clock,
  logger,
  ports = usualPorts,
  timeoutMs = 2_000,
  signal,
}: {
  clock: Clock;
  logger: Logger;
  ports?: readonly number[];
  timeoutMs?: number;
  signal?: AbortSignal;
}): Promise<FoundServer[]> {
  const found = await Promise.all(ports.map((port) => ask(`http://127.0.0.1:${port}`)));
  return found.filter((server) => server !== undefined);

  async function ask(baseUrl: string): Promise<FoundServer | undefined> {
    const client = createComfyClient({ baseUrl, clock, logger, timeoutMs, connectTimeoutMs: timeoutMs });
    try {
      const { system, devices } = await client.systemStats({ timeoutMs, signal });
      // Something else may answer 200 with JSON; a ComfyUI names its system.
      if (system.os === undefined && system.python_version === undefined) return undefined;
      return { baseUrl, version: knownVersion(system.comfyui_version), device: devices[0]?.name };
    } catch (error) {
      logger.debug('no ComfyUI there', { baseUrl, error: error instanceof Error ? error.message : String(error) });
      return undefined;
    } finally {
      client.dispose();
    }
  }
}
