import type { Outcome } from '@hearth/promql';
import type { FileResult } from './run-files.ts';

const VERDICTS = ['passed', 'failed', 'skipped'] as const;

/** `3 passed, 1 failed`; what there is none of is left out, but for what passed. */
export function renderCounts(outcomes: readonly Outcome[]): string {
  const counts = VERDICTS.map((verdict) => ({
    verdict,
    count: outcomes.filter((outcome) => outcome.verdict === verdict).length,
  }));
  const shown = counts.filter(({ verdict, count }) => count > 0 || verdict === 'passed');
  return shown.map(({ verdict, count }) => `${count} ${verdict}`).join(', ');
}

/** A line of counts, and for each failure where it is, the query, and expected against got. */
export function renderResult(
  { file, outcomes }: FileResult,
  { showsSkipped }: { readonly showsSkipped: boolean },
): string[] {
  const lines = [`${file}: ${renderCounts(outcomes)}`];
  for (const { line, query, verdict, reason } of outcomes) {
    const isShown = verdict === 'failed' || (verdict === 'skipped' && showsSkipped);
    if (isShown) lines.push(`  ${file}:${line}: ${verdict}: ${query}`, `    ${reason?.replaceAll('\n', '\n    ')}`);
  }
  return lines;
}
