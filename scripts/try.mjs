#!/usr/bin/env node
/**
 * Tries an endpoint the way an agent would, with the official MCP client: connects, lists the tools, makes a picture
 * (or a song), looks at it and prints what came back. Exits with 1 when anything fails.
 *
 *   npm run try -- [URL] [--prompt "a small red house by the sea"] [--song] [--token TOKEN]
 */
import { parseArgs } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const usage = `Usage: npm run try -- [URL] [--prompt TEXT] [--song] [--token TOKEN]

URL is the address of the endpoint, by default http://127.0.0.1:9000/mcp.
The token may also come from COMFY_MCP_TOKEN.`;

/** Milliseconds a call may take without a word of progress. */
const patience = 120_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    prompt: { type: 'string', default: 'a small red house by the sea' },
    song: { type: 'boolean', default: false },
    token: { type: 'string', default: process.env.COMFY_MCP_TOKEN ?? '' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) {
  console.log(usage);
} else {
  await main(positionals[0] ?? 'http://127.0.0.1:9000/mcp').catch((error) => {
    console.error(`\nFailed: ${describe(error)}`);
    process.exitCode = 1;
  });
}

async function main(address) {
  const url = new URL(address);
  if (url.pathname === '/') url.pathname = '/mcp';
  const client = new Client({ name: 'try', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(url, {
    requestInit: values.token === '' ? {} : { headers: { authorization: `Bearer ${values.token}` } },
  });
  await client.connect(transport);
  try {
    const server = client.getServerVersion();
    console.log(`Connected to ${server?.name} ${server?.version} at ${url}`);
    await showTools(client);
    await (values.song ? trySong(client) : tryImage(client));
  } finally {
    await transport.terminateSession().catch(() => undefined);
    await client.close();
  }
}

async function showTools(client) {
  const { tools } = await client.listTools();
  console.log(`\n${tools.length} tools:`);
  const width = Math.max(...tools.map((tool) => tool.name.length));
  for (const tool of tools) console.log(`  ${tool.name.padEnd(width)}  ${tool.title ?? ''}`);
}

async function tryImage(client) {
  console.log(`\ngenerate_image: "${values.prompt}"`);
  const answer = await generate(client, 'generate_image', { prompt: values.prompt });
  showAnswer(answer);
  const view = await call(client, 'view_image', { asset_id: answer.asset_id });
  const image = view.content.find((part) => part.type === 'image');
  if (image === undefined) throw new Error('view_image gave no image.');
  const bytes = Buffer.from(image.data, 'base64').length;
  console.log(`\nview_image: ${image.mimeType}, ${bytes} bytes`);
}

async function trySong(client) {
  const song = { tags: 'folk, acoustic guitar, calm', lyrics: 'A small red house beside the sea' };
  console.log(`\ngenerate_song: ${song.tags}`);
  showAnswer(await generate(client, 'generate_song', song));
}

/** Makes something and waits for it, however long it takes. */
async function generate(client, name, args) {
  let answer = (await call(client, name, args)).structuredContent;
  while (answer.status === 'running' || answer.status === 'queued') {
    console.log(`  still ${answer.status}, waiting for job ${answer.prompt_id}`);
    const { prompt_id } = answer;
    answer = (await call(client, 'get_job', { prompt_id, wait_seconds: 45 })).structuredContent;
  }
  if (answer.status !== undefined && answer.status !== 'completed') {
    throw new Error(`The job ended as ${answer.status}: ${answer.error?.message ?? 'no reason given'}`);
  }
  const [asset] = answer.assets ?? [];
  const made = { ...asset, ...answer };
  if (made.asset_id === undefined) throw new Error('The answer holds no asset.');
  return made;
}

async function call(client, name, args) {
  const onprogress = ({ progress, total, message }) =>
    console.log(`  ${total === undefined ? progress : `${progress}/${total}`} ${message ?? ''}`);
  const answer = await client.callTool({ name, arguments: args }, undefined, {
    onprogress,
    timeout: patience,
    resetTimeoutOnProgress: true,
  });
  if (answer.isError) {
    const { error, error_code, hint } = answer.structuredContent ?? {};
    throw new Error(`${name}: ${error ?? JSON.stringify(answer.content)} (${error_code ?? 'no code'})\n${hint ?? ''}`);
  }
  return answer;
}

function showAnswer(answer) {
  const shown = [
    'asset_url',
    'asset_id',
    'prompt_id',
    'filename',
    'mime_type',
    'width',
    'height',
    'bytes_size',
    'seed',
  ];
  console.log();
  for (const key of [...shown, 'elapsed_ms', 'model_substituted', 'demo']) {
    if (answer[key] !== undefined && answer[key] !== null) console.log(`  ${key.padEnd(18)}${text(answer[key])}`);
  }
}

function text(value) {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function describe(error) {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error instanceof Error ? error.message : String(error)}${cause}`;
}
