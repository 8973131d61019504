/**
 * Stands between the program under test and its ComfyUI, and sees every request: so a test knows what was really sent,
 * and can act at an exact moment, such as after ComfyUI accepted a job and before the program hears of it.
 */
import http from 'node:http';
import net, { type Socket } from 'node:net';

/** A moment in the life of a job, as seen on the wire. */
export type Moment =
  /** A job is about to be sent. */
  | 'sending'
  /** ComfyUI has accepted it; the program does not know yet. */
  | 'accepted'
  /** The program was told. */
  | 'answered'
  /** ComfyUI tells over the socket that a node runs. */
  | 'executing'
  /** The program asks for a history entry. */
  | 'asking'
  /** It was given one. */
  | 'told'
  /** The program asks ComfyUI to cancel. */
  | 'cancelling';

export interface Tap {
  url: string;
  /** Times each prompt id was sent on to ComfyUI. */
  readonly sent: ReadonlyMap<string, number>;
  /** Prompt ids the program asked to take out of the queue. */
  readonly deleted: ReadonlySet<string>;
  /** Called at each moment; answering true breaks the connection there. */
  onMoment: (moment: Moment) => boolean;
  /** Breaks all sockets without a close frame. */
  dropSockets(): void;
  stop(): Promise<void>;
}

export async function startTap(target: string): Promise<Tap> {
  const { hostname, port } = new URL(target);
  const sent = new Map<string, number>();
  const deleted = new Set<string>();
  const sockets = new Set<Socket>();

  const server = http.createServer((request, response) => {
    void serve(request, response).catch(() => response.destroy());
  });

  const serve = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const body = await readAll(request);
    const name = `${request.method} ${request.url?.split('?')[0]}`;
    const promptId = name === 'POST /prompt' ? promptIdOf(body) : undefined;
    const asksHistory = /^GET \/history\/./.test(name);
    if (promptId !== undefined && tap.onMoment('sending')) return void response.destroy();
    if (asksHistory && tap.onMoment('asking')) return void response.destroy();
    if (name === 'POST /queue') for (const id of deletedIn(body)) deleted.add(id);
    if (promptId !== undefined) sent.set(promptId, (sent.get(promptId) ?? 0) + 1);
    const answer = await forward(request, body);
    if (promptId !== undefined && tap.onMoment('accepted')) return void response.destroy();
    if (['POST /queue', 'POST /interrupt'].includes(name) && tap.onMoment('cancelling')) {
      return void response.destroy();
    }
    response.writeHead(answer.status, answer.headers);
    response.end(answer.body);
    if (promptId !== undefined) tap.onMoment('answered');
    if (asksHistory && answer.body.length > 2) tap.onMoment('told');
  };

  const forward = (request: http.IncomingMessage, body: Buffer) =>
    new Promise<{ status: number; headers: http.IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
      const headers = { ...request.headers, host: `${hostname}:${port}` };
      const outgoing = http.request({
        hostname,
        port,
        path: request.url,
        method: request.method,
        headers,
        agent: false,
      });
      outgoing.once('error', reject);
      outgoing.once('response', (answer) => {
        readAll(answer).then((bytes) => {
          const { 'transfer-encoding': _chunked, ...kept } = answer.headers;
          resolve({ status: answer.statusCode ?? 502, headers: kept, body: bytes });
        }, reject);
      });
      outgoing.end(body);
    });

  server.on('upgrade', (request, stream: Socket, head) => {
    const upstream = net.connect(Number(port), hostname, () => {
      const lines = Object.entries({ ...request.headers, host: `${hostname}:${port}` }).map(
        ([name, value]) => `${name}: ${value}`,
      );
      upstream.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      upstream.write(head);
    });
    const cut = () => {
      sockets.delete(stream);
      stream.destroy();
      upstream.destroy();
    };
    sockets.add(stream);
    for (const end of [stream, upstream]) end.on('error', cut).on('close', cut);
    stream.on('data', (bytes) => upstream.write(bytes));
    upstream.on('data', (bytes: Buffer) => {
      stream.write(bytes);
      if (bytes.includes('"type": "executing"') && tap.onMoment('executing')) cut();
    });
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const tap: Tap = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    sent,
    deleted,
    onMoment: () => false,
    dropSockets() {
      for (const socket of sockets) socket.destroy();
    },
    stop: () =>
      new Promise((resolve) => {
        tap.dropSockets();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return tap;
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function promptIdOf(body: Buffer): string {
  const parsed: unknown = JSON.parse(body.toString());
  const id = typeof parsed === 'object' && parsed !== null && 'prompt_id' in parsed ? parsed.prompt_id : undefined;
  if (typeof id !== 'string') throw new Error('a job was sent without a prompt id');
  return id;
}

function deletedIn(body: Buffer): string[] {
  const parsed: unknown = JSON.parse(body.toString());
  const ids = typeof parsed === 'object' && parsed !== null && 'delete' in parsed ? parsed.delete : [];
  return Array.isArray(ids) ? ids.map(String) : [];
}
