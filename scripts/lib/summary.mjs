import fs from 'node:fs';

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * Counts of a vitest JSON report. A file that could not be loaded has no tests to count, so it counts as one failure.
 *
 * @returns {Counts}
 */
export function vitestCounts(report) {
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/**
 * Counts of a Playwright JSON report. An error outside every test, such as a file that does not load, is a failure.
 *
 * @returns {Counts}
 */
export function playwrightCounts({ stats, errors }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  };
}

/** @returns {Counts | undefined} nothing when the runner ended before it wrote its report */
export function readCounts(file, read) {
  return fs.existsSync(file) ? read(JSON.parse(fs.readFileSync(file, 'utf8'))) : undefined;
}

/**
 * The closing line of a run. A run that failed never ends with "0 failed": a stage that broke without a failing test,
 * such as the type check, counts as one.
 *
 * @param {(Counts | undefined)[]} counts
 * @param {boolean} ok
 */
export function closingLine(counts, ok) {
  const sum = (key) => counts.reduce((total, one) => total + (one?.[key] ?? 0), 0);
  const failed = ok ? sum('failed') : Math.max(1, sum('failed'));
  return `${sum('passed')} passed, ${failed} failed, ${sum('skipped')} skipped`;
}
