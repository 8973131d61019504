/** Finds the running program: which data directory, who owns it, and whether its endpoint really is that owner's. */
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { ownerPath, proofOf } from '../main/mcp/proof.js';
import { applicationDataDir, defaultConfigFile, endpointFile, type Place, pathsOf } from '../main/settings/paths.js';
import { isObject } from './messages.js';

export interface Endpoint {
  url: string;
  /** Of the data directory's owner: opens its endpoint, and is worth nothing when that has ended. */
  secret: string;
  /** Undefined where this process can't see it, as in a container of its own. */
  pid: number | undefined;
  dataDir: string;
}

/** `silent`: a program owns the directory and has no endpoint; it may just be starting. */
export type Found =
  | { state: 'up'; endpoint: Endpoint }
  | { state: 'silent'; pid: number; sinceMs: number }
  | { state: 'none' };

export interface FindOptions extends Place {
  /** The only one to look at; otherwise those that are known in the home directory. */
  dataDir: string | undefined;
}

interface Owner {
  pid: number;
  endpoint: string | null;
  secret: string;
  startedAt: number;
}

/** Milliseconds for the proof. It comes from this machine. */
const proveWithin = 3000;

/** Never throws: what can't be read or proven is not there. */
export async function findEndpoint(options: FindOptions): Promise<Found> {
  let silent: Found = { state: 'none' };
  for (const dataDir of dataDirs(options)) {
    const owner = readOwner(options, dataDir);
    if (owner === undefined) continue;
    const { secret, endpoint: url, startedAt } = owner;
    const pid = isAlive(owner.pid) ? owner.pid : undefined;
    if (url === null && pid !== undefined) silent = { state: 'silent', pid, sinceMs: Date.now() - startedAt };
    else if (url !== null && (await isProven(url, secret)))
      return { state: 'up', endpoint: { url, secret, pid, dataDir } };
  }
  return silent;
}

/** Whether the program that was found is still there, as far as its files tell. */
export function isStillThere(options: FindOptions, { dataDir, secret, url, pid }: Endpoint): boolean {
  const owner = readOwner(options, dataDir);
  return owner?.secret === secret && owner.endpoint === url && (pid === undefined || isAlive(pid));
}

function dataDirs(options: FindOptions): Set<string> {
  if (options.dataDir !== undefined) return new Set([options.dataDir]);
  const { dirname, join } = pathsOf(options.platform);
  const noted = readObject(endpointFile(options)).data_dir;
  const chosen = readObject(join(dirname(defaultConfigFile(options)), 'location.json')).data_dir;
  const usual = typeof chosen === 'string' ? chosen : applicationDataDir(options);
  return new Set(typeof noted === 'string' ? [noted, usual] : [usual]);
}

function readOwner(place: Place, dataDir: string): Owner | undefined {
  const {
    pid,
    endpoint,
    secret,
    started_at: started,
  } = readObject(pathsOf(place.platform).join(dataDir, 'owner.json'));
  if (typeof pid !== 'number' || typeof secret !== 'string' || secret.length < 32) return undefined;
  if (endpoint !== null && (typeof endpoint !== 'string' || !endpoint.startsWith('http://'))) return undefined;
  return { pid, endpoint, secret, startedAt: Date.parse(String(started)) };
}

/** A JSON file of this user; empty when there is none that can be used. What somebody else wrote is not followed. */
export function readObject(file: string): Record<string, unknown> {
  try {
    const user = process.getuid?.();
    if (user !== undefined && statSync(file).uid !== user) return {};
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is one.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isProven(url: string, secret: string): Promise<boolean> {
  const nonce = randomBytes(24).toString('base64url');
  return new Promise((resolve) => {
    const no = () => resolve(false);
    let asked: ReturnType<typeof request>;
    try {
      asked = request(new URL(`${ownerPath}?nonce=${nonce}`, url), { agent: false, timeout: proveWithin });
    } catch {
      no();
      return;
    }
    asked.once('error', no);
    asked.once('timeout', () => asked.destroy(new Error('too late')));
    asked.once('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
        if (text.length > 10_000) asked.destroy(new Error('too long'));
      });
      answer.once('error', no);
      answer.once('end', () => resolve(holds(text, proofOf(secret, nonce))));
    });
    asked.end();
  });
}

function holds(text: string, proof: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && value.proof === proof;
  } catch {
    return false;
  }
}
