#!/usr/bin/env node
// npm run pack:mcpb [-- --output FILE]: the stdio bridge as a bundle for Claude Desktop, made and checked by the official
// tool. Nothing is downloaded.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { mcpbManifest } from './lib/mcpb.mjs';
import { commandOf, root } from './lib/project.mjs';

const product = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
const usual = path.join(root, 'dist', `comfyui-mcp-desktop-${product.version}.mcpb`);
const { values } = parseArgs({ options: { output: { type: 'string', default: usual } } });
const output = path.resolve(values.output);
const staged = fs.mkdtempSync(path.join(os.tmpdir(), 'comfyui-mcp-mcpb-'));
try {
  await build();
  fs.mkdirSync(path.join(staged, 'server'));
  fs.copyFileSync(path.join(root, 'out', 'bridge', 'stdio.cjs'), path.join(staged, 'server', 'stdio.cjs'));
  fs.copyFileSync(path.join(root, 'build', 'icons', '512x512.png'), path.join(staged, 'icon.png'));
  fs.copyFileSync(path.join(root, 'LICENSE'), path.join(staged, 'LICENSE'));
  fs.writeFileSync(path.join(staged, 'manifest.json'), `${JSON.stringify(mcpbManifest(product), null, 2)}\n`);
  fs.mkdirSync(path.dirname(output), { recursive: true });
  const tool = (...args) =>
    execFileSync(process.execPath, [commandOf('@anthropic-ai/mcpb', 'mcpb'), ...args], { stdio: 'inherit' });
  tool('validate', path.join(staged, 'manifest.json'));
  tool('pack', staged, output);
  console.log(`\n${output}`);
} catch (error) {
  console.error(`No bundle was made: ${error.message}`);
  process.exitCode = 1;
} finally {
  fs.rmSync(staged, { recursive: true, force: true });
}
