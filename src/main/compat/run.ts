/** Runs all checks against one server. */
import { AppError } from '../../shared/errors.js';
import type { Graph } from '../comfy/graph.js';
import type { Clock, Logger } from '../ports.js';
import { type Bench, createBench } from './bench.js';
import { type Check, graphChecks } from './checks.js';
import { jobChecks } from './job-checks.js';
import { queueChecks } from './queue-checks.js';
import { type CheckResult, graphInWords, type Report } from './report.js';
import { toolChecks } from './tool-checks.js';
import { workflowChecks } from './workflow-checks.js';

export const allChecks: readonly Check[] = [
  ...graphChecks,
  ...queueChecks,
  ...jobChecks,
  ...toolChecks,
  ...workflowChecks,
];

/**
 * Checks a server. It must be idle: other people's jobs would be waited for. @throws AppError when there is no ComfyUI at all;
 * a failing check is a result, not an error.
 */
export async function checkServer({
  label,
  onResult = () => {},
  checks = allChecks,
  modelsDir,
  ...connection
}: {
  baseUrl: string;
  headers?: Readonly<Record<string, string>>;
  clock: Clock;
  logger: Logger;
  /** Default: `ComfyUI` and the version the server tells. */
  label?: string;
  onResult?: (result: CheckResult) => void;
  checks?: readonly Check[];
  /** The server's own folder of models: empty files stand in there for those that workflows name. */
  modelsDir?: string;
}): Promise<Report> {
  const bench = await createBench(connection, modelsDir);
  try {
    const results: CheckResult[] = [];
    for (const check of checks) {
      const result = await runCheck(bench, check);
      results.push(result);
      onResult(result);
    }
    const { profile } = bench;
    return {
      label: label ?? `ComfyUI ${profile.version ?? 'of unknown version'}`,
      date: new Date(connection.clock.now()).toISOString().slice(0, 10),
      profile,
      nodeClasses: Object.keys(bench.info).length,
      results,
    };
  } finally {
    await bench.dispose();
  }
}

async function runCheck(bench: Bench, check: Check): Promise<CheckResult> {
  const observed: string[] = [];
  const differs: string[] = [];
  const { title } = check;
  const prompts: CheckResult['prompts'] = [];
  const run = (graph: string | Graph, promptId: string) =>
    void prompts.push({ graph: typeof graph === 'string' ? graph : graphInWords(graph), promptId });
  bench.onSent = run;
  const missing = (check.needs ?? []).filter((classType) => !bench.has(classType));
  if (missing.length > 0) {
    return { title, outcome: 'not run', observed: [`no node ${missing.join(', ')}`], differs, prompts };
  }
  let skipped = false;
  try {
    await check.run(bench, {
      observed: (text) => observed.push(text),
      differs: (text) => differs.push(text),
      run,
      notRun(why) {
        skipped = true;
        observed.push(why);
      },
    });
    const outcome = skipped ? 'not run' : differs.length > 0 ? 'differs' : 'passed';
    return { title, outcome, observed, differs, prompts };
  } catch (error) {
    const said = error instanceof AppError ? `${error.code}: ${error.message}` : String(error);
    return { title, outcome: 'failed', observed: [...observed, said], differs, prompts };
  }
}
