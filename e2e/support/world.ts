/** A headless program for tests of the tools, and an agent of either protocol generation that is connected to it. */
import path from 'node:path';
import { test as base, expect } from '@playwright/test';
import { type Agent, connectAgent, type Generation, type ToolAnswer } from './agent.js';
import { type Headless, type HeadlessOptions, startHeadless } from './headless.js';

export interface World {
  program: Headless;
  url: string;
  agent: Agent;
  /** The data directory, the folder of workflows in it, and the config file. */
  data: string;
  workflows: string;
  config: string;
  /** Calls a tool that must succeed, and answers its structured content. */
  ok(name: string, args?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Calls a tool that must fail with this code, and answers its structured content. */
  refused(code: string, name: string, args: Record<string, unknown>): Promise<Record<string, unknown>>;
  connect(onToolsChanged?: () => void): Promise<Agent>;
}

export interface WorldOptions {
  generation: Generation;
  /** How the program is started. */
  start: HeadlessOptions;
}

/** Runs `work` with a program and an agent, and puts both away. */
export async function withWorld(
  { generation, start }: WorldOptions,
  work: (world: World) => Promise<void>,
): Promise<void> {
  const program = startHeadless(start);
  try {
    const url = await program.ready();
    const connect = (onToolsChanged?: () => void) =>
      connectAgent(url, { generation, ...(onToolsChanged ? { onToolsChanged } : {}) });
    const agent = await connect();
    await work(worldOf(program, url, agent, connect));
    await agent.close();
  } finally {
    await program.stop();
  }
}

function worldOf(program: Headless, url: string, agent: Agent, connect: World['connect']): World {
  const data = path.join(program.home, '.local', 'share', 'comfyui-mcp-desktop');
  return {
    program,
    url,
    agent,
    data,
    workflows: path.join(data, 'workflows'),
    config: path.join(program.home, '.config', 'comfy-mcp', 'config.json'),
    connect,
    async ok(name, args = {}) {
      const answer = await agent.call(name, args);
      expect(answer.isError, `${name}: ${answer.content[0]?.text}`).toBe(false);
      expectSameText(answer);
      return answer.structured;
    },
    async refused(code, name, args) {
      const answer = await agent.call(name, args);
      expect(answer.isError, `${name} should be refused`).toBe(true);
      expect(answer.structured).toMatchObject({ error: expect.any(String), error_code: code });
      expectSameText(answer);
      return answer.structured;
    },
  };
}

export const test = base.extend<WorldOptions & { world: World }>({
  start: [{ args: ['--demo'] }, { option: true }],
  generation: ['2025-11-25', { option: true }],
  world: ({ generation, start }, use) => withWorld({ generation, start }, use),
});

/** Clients written for the seed parse the text. */
function expectSameText(answer: ToolAnswer): void {
  expect(JSON.parse(answer.content[0]?.text ?? '')).toEqual(answer.structured);
}

export function record(value: unknown): Record<string, unknown> {
  return value as Record<string, unknown>;
}

export function list(value: unknown): Record<string, unknown>[] {
  return value as Record<string, unknown>[];
}

export { expect };
