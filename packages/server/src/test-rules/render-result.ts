import type { TestFileResult } from './run-test-file.ts';
import type { Failure } from './run-test-group.ts';

/** A line of counts, and for each failure where it is, what was tested, and expected against got. */
export function renderTestFile({ file, tests }: TestFileResult): string[] {
  const failed = tests.filter(({ failures }) => failures.length > 0);
  const counts = `${tests.length - failed.length} passed`;
  const lines = [`${file}: ${failed.length === 0 ? counts : `${counts}, ${failed.length} failed`}`];
  for (const { name, failures } of failed) {
    for (const failure of failures) lines.push(...renderFailure(failure, name).map((line) => `  ${line}`));
  }
  return lines;
}

function renderFailure({ place, title, difference, reason }: Failure, name: string): string[] {
  const head = `${place}: ${name}: ${title}`;
  if (difference === undefined) return [`${head}: ${reason}`];
  return [head, ...section('expected', difference.expected), ...section('got', difference.found)];
}

function section(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [`  ${title} nothing`];
  return [`  ${title}`, ...lines.map((line) => `    ${line}`)];
}
