import { describe, expect, it } from 'vitest';
import { assetLink, assetOfLink, isLink } from './deep-link.js';

describe('assetOfLink', () => {
  it('reads what assetLink writes', () => {
    const id = '0a1B2c3d-0000-4000-8000-00000000abcd';
    expect(assetOfLink(assetLink(id))).toBe(id);
  });

  it('takes what systems make of it', () => {
    expect(assetOfLink('COMFYUI-MCP://ASSET/aB-1/')).toBe('aB-1');
    expect(assetOfLink(' comfyui-mcp://asset/aB-1\n')).toBe('aB-1');
  });

  it.each([
    'comfyui-mcp://asset/',
    'comfyui-mcp://asset/a/b',
    'comfyui-mcp://asset/..%2F..%2Fetc',
    'comfyui-mcp://asset/%E0%A4%A',
    'comfyui-mcp://asset/<script>',
    'comfyui-mcp://other/abc',
    'https://asset/abc',
    '--data-dir=/tmp',
    '',
  ])('leads nowhere: %s', (link) => expect(assetOfLink(link)).toBeNull());

  it('knows what was meant for the app', () => {
    expect(isLink('comfyui-mcp://nonsense')).toBe(true);
    expect(isLink('https://example.org')).toBe(false);
  });
});
