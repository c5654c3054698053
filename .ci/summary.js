'use strict';
// Sums up jest's own result files: seconds per live suite, required suites that did not run, one closing line.
const fs = require('fs');
const path = require('path');

const [folder, failedSteps, ...required] = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };

function read(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
  } catch {
    console.log(`  ${name}: no results were written`);
    totals.failed += 1;
    return undefined;
  }
}

for (const name of ['unit.json', 'live.json']) {
  const run = read(name);
  if (run === undefined) continue;
  totals.passed += run.numPassedTests;
  totals.failed += run.numFailedTests + run.numRuntimeErrorTestSuites;
  totals.skipped += run.numPendingTests + run.numTodoTests;
  if (name !== 'live.json') continue;
  const suites = new Map(
    run.testResults.map((suite) => [path.basename(suite.name).replace(/\.test\.ts$/, ''), suite]),
  );
  for (const [suite, { startTime, endTime, assertionResults }] of suites) {
    const passed = assertionResults.filter(({ status }) => status === 'passed').length;
    const seconds = ((endTime - startTime) / 1000).toFixed(0);
    console.log(
      `  live: ${suite.padEnd(24)} ${seconds.padStart(5)} s  ${passed} of ${assertionResults.length} passed`,
    );
  }
  for (const suite of required) {
    const tests = suites.get(suite)?.assertionResults ?? [];
    if (tests.some(({ status }) => status === 'passed')) continue;
    console.log(`  live: ${suite} is required here and did not run`);
    totals.failed += 1;
  }
}

// A step that failed without a failed test in it (lint, bench, the fresh project) counts as one failure.
const inTests = totals.failed > 0 ? 1 : 0;
totals.failed += Math.max(0, Number(failedSteps) - inTests);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 ? 1 : 0;
