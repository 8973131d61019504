#!/usr/bin/env node
/**
 * The stdio bridge: an MCP server on stdin and stdout that passes everything on to the endpoint of the app, which it
 * starts when it does not run. One small file on Node's own modules; stdout carries the protocol and nothing else.
 */
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { absolutePath } from '../main/settings/paths.js';
import { readArguments, usage } from './arguments.js';
import { createConversation } from './conversation.js';
import { createLineReader } from './lines.js';
import { createLink } from './link.js';
import { errorAnswer } from './messages.js';
import { startProgram } from './start.js';

/** Bytes of a line beyond which it is not even kept. */
const maxLine = 64 * 1024 * 1024;

function main(): void {
  const given = readArguments(process.argv.slice(2));
  const say = (text: string) => void process.stderr.write(`comfyui-mcp-desktop: ${text}\n`);
  if (given.help) {
    process.stderr.write(usage);
    return;
  }
  const place = { env: process.env, home: homedir(), platform: process.platform };
  const named = given.dataDir ?? process.env.COMFY_MCP_DATA_DIR?.trim();
  const dataDir = named ? absolutePath(named, place, process.cwd()) : undefined;
  const find = { ...place, dataDir };
  const ended = new AbortController();
  const start = () =>
    startProgram({
      find,
      programs: {
        ...place,
        here: dirname(__filename),
        onlyHeadless: given.headless,
        args: [...given.rest, ...(dataDir === undefined ? [] : ['--data-dir', dataDir])],
      },
      say,
      signal: ended.signal,
    });
  const write = (line: string) => void process.stdout.write(line);
  const link = createLink({ find, start, signal: ended.signal });
  const conversation = createConversation({ link, name: `bridge-${randomUUID()}`, write, say });
  const lines = createLineReader({
    limit: maxLine,
    onLine: conversation.take,
    onTooLong: (bytes) => write(`${errorAnswer(null, -32600, `The message is too large (${bytes} bytes).`)}\n`),
  });

  let leaving = false;
  const leave = async () => {
    if (leaving) return;
    leaving = true;
    await conversation.close();
    ended.abort(new Error('The bridge has ended.'));
    // Written first: what is left in the pipe would be lost.
    process.stdout.write('', () => process.exit(0));
  };
  process.stdin.on('data', lines.push);
  process.stdin.once('end', () => void leave());
  process.stdin.once('error', () => void leave());
  // A client that has gone hears nothing more.
  process.stdout.on('error', () => process.exit(0));
  process.once('SIGTERM', () => void leave());
  process.once('SIGINT', () => void leave());
}

main();
