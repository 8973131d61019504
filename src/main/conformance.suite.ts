/**
 * The official conformance suite and inspector against the endpoint that ships, as the stage "conformance" of the tests
 * runs them: what needs the suite's own tools on an endpoint with fixtures, all else on the whole program.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCoreBench } from './core.testing.js';
import { createFixtures, fixtureCapabilities } from './mcp/conformance/fixtures.js';
import { startEndpoint, tableOf } from './mcp/testing.js';

/** Set by scripts/lib/conformance.mjs: a Node that the tools run on, and their own scripts. */
const { node, suite, inspector } = z
  .object({ node: z.string(), suite: z.string(), inspector: z.string() })
  .parse(JSON.parse(process.env.CONFORMANCE_TOOLS ?? '{}'));

const results = mkdtempSync(path.join(tmpdir(), 'conformance-'));
const bench = createCoreBench();
const { args } = await bench.server();
const core = await bench.open(args);
const product = core.endpoint().url ?? '';
const fixtures = createFixtures(() => fixed.endpoint.toolsChanged());
const fixed = await startEndpoint({
  tools: () => tableOf(fixtures.tools),
  offers: fixtures.offers,
  capabilities: fixtureCapabilities,
});

afterAll(async () => {
  await fixed.endpoint.stop();
  await bench.dispose();
  rmSync(results, { recursive: true, force: true });
});

const checksSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    status: z.string(),
    errorMessage: z.string().optional(),
    details: z.unknown().optional(),
  }),
);
type Check = z.infer<typeof checksSchema>[number] & { scenario: string };

const run = promisify(execFile);

interface Outcome {
  code: number;
  output: string;
}

async function tool(script: string, options: string[]): Promise<Outcome> {
  const env = { ...process.env, NO_COLOR: '1' };
  return run(node, [script, ...options], { env, maxBuffer: 2 ** 26, timeout: 240_000 }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      output: `${stdout}${stderr}`,
    }),
  );
}

/** Runs scenarios and reads every check that they made. */
async function conform(url: string, options: string[]): Promise<Outcome & { checks: Check[] }> {
  const folder = mkdtempSync(path.join(results, 'run-'));
  const outcome = await tool(suite, ['server', '--url', url, '-o', folder, ...options]);
  const checks = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => path.basename(file) === 'checks.json')
    .flatMap((file) => {
      const scenario = path.basename(path.dirname(file)).replace(/^server-(.*)-\d{4}-\d\d-\d\dT.*$/, '$1');
      return checksSchema
        .parse(JSON.parse(readFileSync(path.join(folder, file), 'utf8')))
        .map((check) => ({ ...check, scenario }));
    });
  return { ...outcome, checks };
}

const failed = (checks: readonly Check[]) =>
  checks.filter(({ status }) => status === 'FAILURE').map(({ name, errorMessage }) => `${name}: ${errorMessage ?? ''}`);

/** Scenarios that can't be tried, with the reason; everything else has to pass, scored or not. */
const untried: Record<string, string> = {
  'http-custom-header-server-validation': 'No tool mirrors an argument into a header, so there is none to check.',
  'server-sse-polling': 'Streams are not resumed: a call that lost its stream is asked for by its job.',
  'tasks-status-notifications': 'The suite has no check for it yet.',
};

const revisions = ['2025-11-25', '2026-07-28'];
const runs = new Map<string, Awaited<ReturnType<typeof conform>>>();
for (const revision of revisions) runs.set(revision, await conform(fixed.url, ['--requirements', revision]));

describe.each(revisions)('the requirements of %s', (revision) => {
  const { code, output, checks } = runs.get(revision) ?? { code: -1, output: '', checks: [] };
  const scenarios = [...new Set(checks.map(({ scenario }) => scenario))].filter(
    (name) => !Object.hasOwn(untried, name),
  );

  it('are met', () => {
    expect(output).toMatch(/Total: \d+ passed, /);
    expect(code, output).toBe(0);
    // A suite that lost its scenarios on the way would pass as well.
    expect(scenarios.length).toBeGreaterThanOrEqual(revision === '2025-11-25' ? 32 : 48);
  });

  it.each(scenarios)('%s', (name) => {
    const own = checks.filter(({ scenario }) => scenario === name);
    expect(failed(own)).toEqual([]);
    expect(own.map(({ status }) => status)).toContain('SUCCESS');
  });
});

describe('the whole program', () => {
  const bare = ['tools-list', 'resources-list', 'sep-2164-resource-not-found', 'dns-rebinding-protection'];
  const of = (revision: string, names: string[]) => names.map((name) => ({ name, revision }));
  it.each([
    ...of(
      '2025-11-25',
      bare.filter((name) => name !== 'sep-2164-resource-not-found'),
    ),
    ...of('2026-07-28', [...bare, 'http-header-validation', 'caching']),
  ])('$name of $revision', async ({ name, revision }) => {
    const { code, output, checks } = await conform(product, ['--scenario', name, '--spec-version', revision]);
    expect(failed(checks), output).toEqual([]);
    expect(checks.map(({ status }) => status)).toContain('SUCCESS');
    expect(code).toBe(0);
  });
});

describe('the inspector', () => {
  const inspect = (...options: string[]) => tool(inspector, ['--cli', product, '--transport', 'http', ...options]);

  it('lists the tools and finds nothing wrong with them', async () => {
    const { code, output } = await inspect('--method', 'tools/list', '--strict');
    expect(code, output).toBe(0);
    expect(output).toContain('"generate_image"');
  });

  it('calls a tool', async () => {
    const { code, output } = await inspect('--method', 'tools/call', '--tool-name', 'get_server_status');
    expect(code, output).toBe(0);
    expect(output).toContain('"structuredContent"');
    expect(output).not.toContain('"isError": true');
  });
});
