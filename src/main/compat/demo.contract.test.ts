/** The client against the demo engine, as each of the versions it speaks: the same checks as against a real server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDemoEngine, type DemoEngine, type ProfileName } from '../demo/index.js';
import { silentLogger, systemClock } from '../system.js';
import type { CheckResult } from './report.js';
import { allChecks, checkServer } from './run.js';

let engine: DemoEngine;
let dataRoot: string;

beforeEach(async () => {
  dataRoot = await mkdtemp(join(tmpdir(), 'contract-'));
});

afterEach(async () => {
  await engine.stop();
  await rm(dataRoot, { recursive: true, force: true });
});

describe.each<ProfileName>(['2023-08', '0.3.64', '0.38'])('the demo engine as %s', (profile) => {
  it.each(allChecks.map((check) => [check.title, check] as const))('%s', async (_title, check) => {
    engine = createDemoEngine({ dataRoot, profile, clock: systemClock, logger: silentLogger });
    const { url } = await engine.start();
    const { results } = await checkServer({ baseUrl: url, clock: systemClock, logger: silentLogger, checks: [check] });
    expect(results.map(problemOf)).toEqual([undefined]);
  });
});

function problemOf({ outcome, observed }: CheckResult): string | undefined {
  return outcome === 'failed' ? observed.join('; ') : undefined;
}
