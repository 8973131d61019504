/** The whole program on a server: its core and its endpoint in a temporary folder, with workflows that need no weights. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Graph } from '../comfy/graph.js';
import { createCore } from '../core.js';
import { loadSettings } from '../settings.js';
import { type Agent, connectAgent, type Generation, type Progress, type ToolAnswer } from './agent.js';
import type { Bench } from './bench.js';
import { expectThat } from './checks.js';
import * as graphs from './graphs.js';

export interface ToolBench {
  agent: Agent;
  /** Calls a tool that must succeed; answers its structured content. */
  ok(name: string, args?: Record<string, unknown>, onProgress?: (progress: Progress) => void): Promise<Answer>;
  /** Calls a tool that must fail with this code; answers its structured content. */
  refused(code: string, name: string, args: Record<string, unknown>): Promise<Answer>;
}

export type Answer = Record<string, unknown>;

/** Values of a graph in which a workflow has placeholders. */
function withPlaceholders(graph: Graph, placeholders: Record<string, Record<string, string>>): Graph {
  return Object.fromEntries(
    Object.entries(graph).map(([id, node]) => [id, { ...node, inputs: { ...node.inputs, ...placeholders[id] } }]),
  );
}

/** Files of the workflow folder, for what the server has. */
function workflowsFor({ has }: Bench): Record<string, Graph> {
  const size = { width: 'PARAM_INT_WIDTH', height: 'PARAM_INT_HEIGHT' };
  // Without ImageAddNoise (2025) the seed is the picture's colour: it has to vary something.
  const seed: Record<string, Record<string, string>> = has('ImageAddNoise')
    ? { '1': size, '2': { seed: 'PARAM_INT_SEED' } }
    : { '1': { ...size, color: 'PARAM_INT_SEED' } };
  return {
    picture: withPlaceholders(graphs.pictureGraph(has), seed),
    long: withPlaceholders(graphs.longGraph(), { '1': { color: 'PARAM_INT_COLOUR' } }),
    ...(has('LoadImage', 'ImageInvert')
      ? { inverted: withPlaceholders(graphs.invertGraph(), { '1': { image: 'PARAM_IMAGE' } }) }
      : {}),
    failing: withPlaceholders(graphs.failingGraph(has), {}),
    ...(has('StringConcatenate', 'PreviewAny')
      ? { words: withPlaceholders(graphs.textGraph(), { '1': { string_a: 'PARAM_TEXT' } }) }
      : {}),
  };
}

/** Seeds and colours that every version takes. */
const constraints = { seed: { min: 0, max: 0xffffff }, colour: { min: 0, max: 0xffffff } };

/** Runs `work` with an agent of the generation connected to the program. */
export async function withTools(
  bench: Bench,
  generation: Generation,
  work: (tools: ToolBench) => Promise<void>,
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'compat-tools-'));
  const { baseUrl, headers = {}, clock, logger } = bench.connection;
  for (const name of ['data', 'workflows', 'none']) await mkdir(join(home, name));
  await writeFile(join(home, 'data', 'settings.json'), JSON.stringify({ comfyui_headers: headers }));
  for (const [name, graph] of Object.entries(workflowsFor(bench))) {
    await writeFile(join(home, 'workflows', `${name}.json`), JSON.stringify(graph));
    await writeFile(join(home, 'workflows', `${name}.meta.json`), JSON.stringify({ constraints }));
  }
  const argv = ['--comfyui-url', baseUrl, '--port', '0', '--config', join(home, 'config.json')];
  const core = await createCore({
    program: 'headless',
    settings: loadSettings({
      argv: [...argv, '--data-dir', join(home, 'data'), '--workflow-dir', join(home, 'workflows')],
      env: {},
      home,
      platform: process.platform,
    }),
    version: 'compat',
    testBuild: false,
    bundledWorkflows: join(home, 'none'),
    env: {},
    clock,
    logger,
  });
  try {
    await core.start();
    const agent = await connectAgent(core.endpoint().url ?? '', { name: 'compat', generation });
    try {
      await work(toolBench(agent));
    } finally {
      await agent.close();
    }
  } finally {
    await core.stop();
    await rm(home, { recursive: true, force: true });
  }
}

function toolBench(agent: Agent): ToolBench {
  const call = async (name: string, args: Record<string, unknown>, onProgress?: (progress: Progress) => void) => {
    const answer = await agent.call(name, args, onProgress);
    expectSameText(name, answer);
    return answer;
  };
  return {
    agent,
    async ok(name, args = {}, onProgress) {
      const { isError, structured } = await call(name, args, onProgress);
      expectThat(!isError, `${name} failed: ${structured.error_code}: ${structured.error}`);
      return structured;
    },
    async refused(code, name, args) {
      const { isError, structured } = await call(name, args);
      expectThat(isError, `${name} was to be refused with ${code}`);
      expectThat(structured.error_code === code, `${name} fails with ${structured.error_code} instead of ${code}`);
      return structured;
    },
  };
}

/** Clients written for the seed parse the text. */
function expectSameText(name: string, { structured, content }: ToolAnswer): void {
  expectThat(content[0]?.text === JSON.stringify(structured), `the text of ${name} is not its structured content`);
}
