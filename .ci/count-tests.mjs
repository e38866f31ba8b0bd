// Prints `passed failed skipped` of a report that Vitest's JSON reporter wrote.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
console.log(report.numPassedTests, report.numFailedTests, report.numPendingTests + report.numTodoTests);
