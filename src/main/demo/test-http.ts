/** HTTP for tests with any header and any form: fetch keeps Host, Origin and Connection to itself. */
import { request } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  /** Decompressed. */
  body: Buffer;
}

/** Fields of a form; a file has a name, which may be empty or strange. */
export type FormFields = Record<string, string | { name: string; data: Buffer }>;

/** `multipart/form-data` with every name as it is, which FormData would not allow. */
export function encodeForm(fields: FormFields): { type: string; body: Buffer } {
  const boundary = 'demo-engine-test-boundary';
  const parts = Object.entries(fields).flatMap(([name, value]) => {
    const isText = typeof value === 'string';
    const file = isText ? '' : `; filename="${value.name}"`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return [Buffer.from(head), isText ? Buffer.from(value) : value.data, Buffer.from('\r\n')];
  });
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}

const decoders = { gzip: promisify(gunzip), deflate: promisify(inflate) } as const;

/** Sends a request and reads the whole answer. */
export async function sendRaw(
  url: string,
  method: string,
  body?: Buffer,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const answer = await new Promise<RawAnswer>((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers, 'content-length': body?.length ?? 0 } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const named = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(named),
          body: Buffer.concat(chunks),
        });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
  const encoding = answer.headers['content-encoding'];
  const decode = encoding === 'gzip' || encoding === 'deflate' ? decoders[encoding] : undefined;
  return decode && answer.body.length > 0 ? { ...answer, body: await decode(answer.body) } : answer;
}
