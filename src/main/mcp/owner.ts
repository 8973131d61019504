/**
 * What the endpoint answers to programs of the same person: the proof that it is the owner of the data directory, which
 * the stdio bridge asks for before it sends anything, and the handover to the desktop app.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { toErrorValue } from '../../shared/errors.js';
import type { Logger } from '../ports.js';
import { sendJson, sendRpcError } from './exchange.js';
import { sameSecret } from './guard.js';
import { handoverPath, noncePattern, ownerPath, proofOf } from './proof.js';

export interface OwnerOptions {
  /** In the data directory, readable by its owner only; another one at each start. */
  secret: string;
  /**
   * Resolves when nothing would be lost any more, with what ends the program, to be called when the answer is out.
   * `signal`: whoever asked has gone. Absent where the program never yields.
   */
  yieldTo?: (signal: AbortSignal) => Promise<() => void>;
}

export interface OwnerDoor {
  /** Undefined when the path is none of its own. */
  handle(path: string, req: IncomingMessage, res: ServerResponse): Promise<void> | undefined;
}

export function createOwnerDoor({
  owner: { secret, yieldTo },
  name,
  version,
  logger,
}: {
  owner: OwnerOptions;
  name: string;
  version: string;
  logger: Logger;
}): OwnerDoor {
  const prove = (req: IncomingMessage, res: ServerResponse) => {
    const nonce = new URL(req.url ?? '/', 'http://localhost').searchParams.get('nonce') ?? '';
    if (!noncePattern.test(nonce)) return sendRpcError(res, 400, 'A nonce is needed.');
    return sendJson(res, 200, { name, version, proof: proofOf(secret, nonce) }, { 'cache-control': 'no-store' });
  };

  const handOver = async (req: IncomingMessage, res: ServerResponse) => {
    if (req.method !== 'POST') return sendRpcError(res, 405, 'Method not allowed.', { headers: { allow: 'POST' } });
    const given = /^Bearer +(\S+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '';
    if (!sameSecret(given, secret)) return sendRpcError(res, 401, 'Only the owner of the data directory may ask this.');
    if (yieldTo === undefined) return sendRpcError(res, 409, 'This program keeps its data directory.');
    const gone = new AbortController();
    res.once('close', () => gone.abort(new Error('Whoever asked has gone.')));
    try {
      const end = await yieldTo(gone.signal);
      if (gone.signal.aborted) return undefined;
      res.once('close', end);
      return sendJson(res, 200, { yields: true }, { connection: 'close' });
    } catch (error) {
      if (gone.signal.aborted) return undefined;
      logger.warn('the handover failed', { error: toErrorValue(error) });
      return sendRpcError(res, 409, toErrorValue(error).message);
    }
  };

  return {
    handle(path, req, res) {
      if (path === ownerPath && req.method === 'GET') return Promise.resolve(prove(req, res));
      return path === handoverPath ? handOver(req, res) : undefined;
    },
  };
}
