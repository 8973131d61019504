/** Handing a graph that is ready to the job engine, in the name of a conversation. */
import { randomUUID } from 'node:crypto';
import type { CallContext } from '../../shared/contract.js';
import { AppError } from '../../shared/errors.js';
import type { JobRecord, NewJob } from '../ports.js';
import type { Rooms } from './rooms.js';
import type { Deadline } from './waiting.js';

export type ReadyJob = Pick<
  NewJob,
  'workflow_id' | 'tool' | 'title' | 'parameters' | 'parent_asset_id' | 'graph' | 'inputs' | 'batch_id' | 'cell'
>;

/**
 * A conversation by the name a caller gave. `current` means the caller's own; asked without one it is an error, never
 * everybody's work.
 */
export function namedSession(sessionId: string, context: CallContext): string {
  if (sessionId !== 'current') return sessionId;
  if (context.sessionId !== undefined) return context.sessionId;
  throw new AppError('VALIDATION_ERROR', 'session_id "current" means nothing here: this connection has no session.', {
    hint: 'Use the session_id that a generation answered, or leave it out to begin a new one.',
  });
}

/** The conversation a call belongs to: the one it names, its connection's, or a new one, which the answer tells. */
export function openSession(rooms: Rooms, named: string | undefined, context: CallContext): string {
  const { door, sessionId, client } = context;
  const session_id = named === undefined ? (sessionId ?? randomUUID()) : namedSession(named, context);
  rooms.registry.sessions.touch({
    session_id,
    kind: door === 'ipc' ? 'window' : 'agent',
    client_name: client?.name ?? null,
    client_version: client?.version ?? null,
  });
  return session_id;
}

/**
 * Writes the job down and sends it. When that takes longer than the caller waits, it answers the job as it is: queued.
 * @throws AppError what the engine objected to.
 */
export async function sendJob(
  rooms: Rooms,
  job: ReadyJob,
  sessionId: string,
  { client }: CallContext,
  deadline: Deadline,
): Promise<JobRecord> {
  const { job: written, sent } = rooms.jobs.begin(
    {
      ...job,
      session_id: sessionId,
      client_name: client?.name ?? null,
      client_version: client?.version ?? null,
      demo: rooms.engine.status().kind === 'demo',
    },
    {},
  );
  // Most engines answer within milliseconds: even who does not want to wait is told of what they object to.
  const patience = Math.max(shortestSendMs, deadline.waitMs());
  const done = new AbortController();
  const late = rooms.clock.sleep(Math.min(patience, deadline.callMs()), done.signal).then(() => written);
  try {
    return await Promise.race([sent, late]);
  } finally {
    done.abort();
    // Of the two one may still fail: the sleep was just aborted, and what the engine objects to is in the job's row.
    late.catch(() => {});
    sent.catch(() => {});
  }
}

/** Milliseconds a call stays for the engine's word on what it sent, whatever it was told to wait. */
const shortestSendMs = 1000;
