import { expect, it } from 'vitest';
import { headerOf, linesOf, valueOn } from './manifest.js';

async function lines(pieces: string[], longest?: number) {
  async function* body() {
    for (const piece of pieces) yield Buffer.from(piece);
  }
  const told = [];
  for await (const { number, text } of linesOf(body(), longest)) told.push([number, text]);
  return told;
}

it('reads lines however they are cut', async () => {
  expect(await lines(['{"a":', '1}\n{"b', '":"ö"}', '\n', ']}'])).toEqual([
    [1, '{"a":1}'],
    [2, '{"b":"ö"}'],
    [3, ']}'],
  ]);
});

it('passes over a line that is too long and reads on', async () => {
  expect(await lines(['short\n', 'x'.repeat(50), 'x'.repeat(50), '\nshort\n'], 60)).toEqual([
    [1, 'short'],
    [2, undefined],
    [3, 'short'],
  ]);
});

const header = {
  format: 'comfyui-mcp-library',
  version: 1,
  program: '1',
  created_ms: 0,
  scope: 'library',
  records_expected: 0,
  bytes_expected: 0,
};
const line = (patch: object) => `${JSON.stringify({ ...header, ...patch }).slice(0, -1)},"records":[`;

it('knows its own header, and tells others apart', () => {
  expect(headerOf(line({}), 'x.zip')).toEqual(header);
  for (const text of [undefined, '', '{}', '[', line({ format: 'other' }), '{"a":1},"records":[']) {
    expect(() => headerOf(text, 'x.zip')).toThrow(expect.objectContaining({ code: 'BACKUP_INVALID' }));
  }
  expect(() => headerOf(line({ version: 2, program: '9.0' }), 'x.zip')).toThrow(
    expect.objectContaining({ code: 'NOT_SUPPORTED', message: expect.stringContaining('9.0') }),
  );
});

it('reads records exactly', () => {
  expect(valueOn('{"seed":18446744073709551615},')).toEqual({ value: { seed: 18446744073709551615n } });
  expect(valueOn(']}')).toBe('end');
  expect(valueOn('{"half')).toBeUndefined();
});
