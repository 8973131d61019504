import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAutostartEntry, createLoginItems } from './login-start.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'login-start-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('an autostart entry', () => {
  const entry = () => path.join(dir, 'autostart', 'comfyui-mcp-desktop.desktop');
  const store = (file = '/opt/ComfyUI MCP Desktop/app') =>
    createAutostartEntry(dir, { name: 'ComfyUI MCP Desktop', command: { file, args: ['/a "b" $c 50%'] } });

  it('is written, read and taken away', async () => {
    expect(await store().read()).toEqual({ enabled: false });
    expect(await store().set(true)).toEqual({ enabled: true });
    expect(await store().read()).toEqual({ enabled: true });
    const text = readFileSync(entry(), 'utf8');
    expect(text).toContain('Type=Application\n');
    expect(text).toContain(String.raw`Exec="/opt/ComfyUI MCP Desktop/app" "/a \\"b\\" \\$c 50%%" "--hidden"`);
    expect(await store().set(false)).toEqual({ enabled: false });
    expect(await store().set(false)).toEqual({ enabled: false });
  });

  it('that the desktop itself switched off is off', async () => {
    await store().set(true);
    writeFileSync(entry(), `${readFileSync(entry(), 'utf8')}X-GNOME-Autostart-enabled=false\n`);
    expect(await store().read()).toMatchObject({ enabled: false });
  });

  it('that can not be written says where', async () => {
    writeFileSync(path.join(dir, 'autostart'), 'a file in its place');
    await expect(store().set(true)).rejects.toMatchObject({
      code: 'CONFIG_SAVE_FAILED',
      hint: expect.stringContaining(dir),
    });
  });
});

it('login items are asked for with the same path and arguments as they are set with', async () => {
  const kept = new Map<string, boolean>();
  const key = (how: { path: string; args: string[] }) => [how.path, ...how.args].join(' ');
  const store = createLoginItems(
    {
      getLoginItemSettings: (how) => ({ openAtLogin: kept.get(key(how)) ?? false }),
      setLoginItemSettings: ({ openAtLogin, ...how }) => void kept.set(key(how), openAtLogin),
    },
    { file: '/app', args: ['.'] },
  );
  expect(await store.read()).toEqual({ enabled: false });
  expect(await store.set(true)).toEqual({ enabled: true });
  expect([...kept]).toEqual([['/app . --hidden', true]]);
  expect(await store.set(false)).toEqual({ enabled: false });
});
