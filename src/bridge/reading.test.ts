/** What the bridge reads, in whatever pieces it comes. */
import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.js';
import { createLineReader } from './lines.js';
import { asLine, modernHeaders, ownVersion, parseMessage } from './messages.js';
import { createEventReader } from './sse.js';

function pieces(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
}

describe.each([1, 2, 3, 7, 1000])('pieces of %i bytes', (size) => {
  it('make the same lines', () => {
    const lines: string[] = [];
    const tooLong: number[] = [];
    const reader = createLineReader({
      limit: 20,
      onLine: (line) => lines.push(line),
      onTooLong: (n) => tooLong.push(n),
    });
    for (const piece of pieces(`{"a":"ü🦊"}\r\n\n  \n${'x'.repeat(21)}\n{"b":1}\nno end`, size)) reader.push(piece);
    expect(lines).toEqual(['{"a":"ü🦊"}', '{"b":1}']);
    expect(tooLong).toEqual([21]);
  });

  it('make the same events', () => {
    const seen: string[] = [];
    const reader = createEventReader((data) => seen.push(data));
    const stream =
      ': hello\n\nevent: message\r\nid: 1\r\ndata: {"a":"ü🦊"}\r\n\r\ndata: one\rdata:two\r\rdata\n\nid: 2\n\ndata: left';
    for (const piece of pieces(stream, size)) reader.push(piece);
    expect(seen).toEqual(['{"a":"ü🦊"}', 'one\ntwo', '']);
  });
});

describe('messages', () => {
  it('are one JSON object', () => {
    expect(parseMessage('{"id":1}')).toEqual({ id: 1 });
    for (const text of ['[]', 'null', '1', '"x"', '{']) expect(parseMessage(text)).toBeUndefined();
  });

  it('leave as one line', () => {
    expect(asLine('{\r\n "a": "x\\n",\n\n "b": 1 }\n')).toBe('{  "a": "x\\n",  "b": 1 }\n');
  });

  it('of the current generation name their version, and repeat method and name in headers', () => {
    const params = { name: 'generate_image', _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } };
    const request = { id: 1, method: 'tools/call', params };
    expect(ownVersion(request)).toBe('2026-07-28');
    expect(modernHeaders(request, '2026-07-28')).toEqual({
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'generate_image',
    });
    const named = (name: unknown) => modernHeaders({ ...request, params: { name } }, 'x')['mcp-name'];
    expect(named('Füchse')).toBe(`=?base64?${Buffer.from('Füchse').toString('base64')}?=`);
    expect(named(' x')).toBe(`=?base64?${Buffer.from(' x').toString('base64')}?=`);
    expect(named('a\r\nb')).toMatch(/^=\?base64\?/);
    expect(named('')).toBe('=?base64??=');
    expect(named(7)).toBeUndefined();
    expect(modernHeaders({ id: 1, method: 'tools/list' }, 'x')).not.toHaveProperty('mcp-name');
    expect(ownVersion({ id: 1, method: 'tools/list' })).toBeUndefined();
  });
});

it('arguments that are not its own are for the program', () => {
  const argv = ['--stdio', '--headless', '--data-dir', '/x', '--comfyui-url', 'http://y', '--demo'];
  expect(readArguments(argv)).toEqual({
    help: false,
    headless: true,
    dataDir: '/x',
    rest: ['--comfyui-url', 'http://y', '--demo'],
  });
  expect(readArguments(['--data-dir=/z']).dataDir).toBe('/z');
});
