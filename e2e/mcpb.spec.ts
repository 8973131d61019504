/** The bundle for Claude Desktop: made and checked by the official tool, and run out of it. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@playwright/test';
import { connectBridge, makeHome } from './support/bridge.js';
import { root } from './support/launch.js';

const run = promisify(execFile);

test('the bundle is valid, holds all it needs, and serves', async () => {
  const home = makeHome();
  try {
    const bundle = path.join(home.dir, 'made.mcpb');
    const made = await run(process.execPath, [path.join(root, 'scripts', 'pack-mcpb.mjs'), '--output', bundle]);
    expect(made.stdout).toContain('Manifest schema validation passes!');

    const tool = path.join(root, 'node_modules', '@anthropic-ai', 'mcpb', 'dist', 'cli', 'cli.js');
    const folder = path.join(home.dir, 'unpacked');
    await run(process.execPath, [tool, 'unpack', bundle, folder]);
    expect(fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()).toEqual(
      ['LICENSE', 'icon.png', 'manifest.json', 'server', path.join('server', 'stdio.cjs')].sort(),
    );
    await run(process.execPath, [tool, 'validate', path.join(folder, 'manifest.json')]);

    // What a program has noted about itself is enough to start it from there.
    const first = await connectBridge({ home: home.dir });
    await first.close();
    await home.kill();
    const script = path.join(folder, 'server', 'stdio.cjs');
    const agent = await connectBridge({ home: home.dir, script });
    expect((await agent.tools()).length).toBeGreaterThan(10);
    await agent.close();
  } finally {
    await home.dispose();
  }
});
