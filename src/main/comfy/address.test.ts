import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.js';
import { parseAddress } from './address.js';

describe('parseAddress', () => {
  it.each([
    ['http://127.0.0.1:8188', 'http://127.0.0.1:8188'],
    ['http://127.0.0.1:8188/', 'http://127.0.0.1:8188'],
    ['  localhost:8188  ', 'http://localhost:8188'],
    ['gpu-box', 'http://gpu-box'],
    ['https://host.example/comfy//', 'https://host.example/comfy'],
    ['ws://host:1/', 'http://host:1'],
    ['wss://host/x', 'https://host/x'],
    ['http://u:p@host:8188/x?y=1#z', 'http://host:8188/x'],
    ['http://[::1]:8188', 'http://[::1]:8188'],
    ['0.0.0.0:8188', 'http://127.0.0.1:8188'],
    ['http://[::]:8188', 'http://[::1]:8188'],
  ])('reads %j as %j', (given, display) => {
    expect(parseAddress(given).display).toBe(display);
  });

  it.each(['', 'http://', 'ftp://host', 'file:///x', 'http://host:99999', 'not an address'])('refuses %j', (given) => {
    expect(() => parseAddress(given)).toThrow(AppError);
    expect(() => parseAddress(given)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('keeps credentials out of the error about a bad address', () => {
    expect(() => parseAddress('http://user:secret@host:99999')).toThrow(/^(?!.*secret)/);
    expect(() => parseAddress('user:secret@ho st')).toThrow(/^(?!.*secret)/);
  });

  it('turns credentials into a header', () => {
    const { headers, display } = parseAddress('https://ann:p%40ss%C3%A9@host');
    expect(headers).toEqual({ authorization: `Basic ${Buffer.from('ann:p@ssé').toString('base64')}` });
    expect(display).not.toContain('ann');
  });

  it('lets a given Authorization win, and never sends Origin or headers of the connection', () => {
    const { headers } = parseAddress('http://u:p@host', {
      Authorization: 'Bearer x',
      ORIGIN: 'http://evil',
      Host: 'other',
      'Content-Length': '3',
      Cookie: 'a=b',
    });
    expect(headers).toEqual({ authorization: 'Bearer x', cookie: 'a=b' });
  });

  it('builds addresses under the prefix and encodes values', () => {
    const address = parseAddress('https://host/comfy/');
    expect(address.http('/view', { filename: 'a b&c.png', subfolder: 'x/y', preview: undefined }).href).toBe(
      'https://host/comfy/view?filename=a+b%26c.png&subfolder=x%2Fy',
    );
    expect(address.socket('id 1').href).toBe('wss://host/comfy/ws?clientId=id+1');
  });

  it('does not say /api twice', () => {
    const address = parseAddress('http://host/api');
    expect(address.http('/api/jobs').href).toBe('http://host/api/jobs');
    expect(address.http('/queue').href).toBe('http://host/api/queue');
  });
});
