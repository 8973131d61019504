import { expect, test } from 'vitest';
import { closingLine, playwrightCounts, readCounts, vitestCounts } from './summary.mjs';

test('counts a vitest report, and a file that does not load as a failure', () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(vitestCounts(report)).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test('counts a Playwright report, with errors outside the tests', () => {
  const report = {
    stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 },
    errors: [{ message: 'does not load' }],
  };
  expect(playwrightCounts(report)).toEqual({ passed: 5, failed: 2, skipped: 2 });
});

test('a runner that wrote no report has no counts', () => {
  expect(readCounts('/nowhere/report.json', vitestCounts)).toBeUndefined();
});

test('closes with the sums', () => {
  const counts = [{ passed: 5, failed: 0, skipped: 3 }, undefined, { passed: 2, failed: 1, skipped: 0 }];
  expect(closingLine(counts, false)).toBe('7 passed, 1 failed, 3 skipped');
  expect(closingLine([counts[0]], true)).toBe('5 passed, 0 failed, 3 skipped');
});

test('never says that nothing failed when the run did', () => {
  expect(closingLine([], false)).toBe('0 passed, 1 failed, 0 skipped');
});
