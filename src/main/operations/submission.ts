/** Handing a graph that is ready to the job engine, in the name of a conversation. */
import { randomUUID } from 'node:crypto';
import type { Parameters } from '../../shared/asset.js';
import type { CallContext } from '../../shared/contract.js';
import type { JobRecord, NewJob } from '../ports.js';
import type { Rooms } from './rooms.js';

export type ReadyJob = Pick<NewJob, 'workflow_id' | 'tool' | 'title' | 'parameters' | 'parent_asset_id' | 'graph'>;

/** The conversation a call belongs to: the one it names, its connection's, or a new one, which the answer tells. */
export function openSession(rooms: Rooms, named: string | undefined, { door, sessionId, client }: CallContext): string {
  const session_id = named ?? sessionId ?? randomUUID();
  rooms.registry.sessions.touch({
    session_id,
    kind: door === 'ipc' ? 'window' : 'agent',
    client_name: client?.name ?? null,
    client_version: client?.version ?? null,
  });
  return session_id;
}

/** Writes the job down and sends it. @throws AppError what the engine objected to. */
export function sendJob(rooms: Rooms, job: ReadyJob, sessionId: string, { client }: CallContext): Promise<JobRecord> {
  return rooms.jobs.submit(
    {
      ...job,
      session_id: sessionId,
      client_name: client?.name ?? null,
      client_version: client?.version ?? null,
      demo: rooms.engine.status().kind === 'demo',
    },
    {},
  );
}

/** What a person would call it. */
export function titleOf(parameters: Parameters, fallback: string): string {
  for (const name of ['prompt', 'tags', 'text']) {
    const value = parameters[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim().slice(0, 200);
  }
  return fallback;
}
