import { tryParseFloat } from '@hearth/model';
import type { EvalCommand, ExpectedResult, ExpectedSeries, InstantTime, RangeTime } from './command.ts';
import { ExpectationReader } from './expectation-reader.ts';
import { type Parsed, parseSeries, parseTime } from './parse-pieces.ts';
import { ScriptError } from './script-error.ts';

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+at\s+(.+?)\s+(.+)$/;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/;

/** Reads an `eval` and what is expected of it, up to the next empty line. */
export function parseEval(lines: readonly string[], index: number): Parsed<EvalCommand> {
  const line = index + 1;
  const { time, query, modifier } = parseHead(lines[index], line);
  const reader = new ExpectationReader(modifier);
  const series: ExpectedSeries[] = [];
  let scalar: number | undefined;
  let end = index + 1;
  for (; end < lines.length && lines[end] !== ''; end++) {
    if (reader.tryRead(lines[end], end + 1)) continue;
    scalar = tryParseScalar(lines[end]);
    if (scalar === undefined) series.push(parseSeries(lines[end], end + 1));
  }
  const grid = time.kind === 'range' ? time : reader.grid;
  if (grid === undefined) refuseSequences(series, line);
  const command: EvalCommand = {
    kind: 'eval',
    line,
    query,
    time: reader.grid === undefined ? time : { kind: 'instant', timestampMs: reader.grid.endMs },
    expected: pickExpected({ text: reader.text, scalar, series, grid }),
    expectations: reader.finish(line),
  };
  return { command, end };
}

function parseHead(head: string, line: number) {
  const instant = INSTANT.exec(head);
  if (instant) {
    const [, modifier, at, query] = instant;
    const time: InstantTime = { kind: 'instant', timestampMs: parseTime(at, line, 'bad_eval') };
    return { time, query, modifier };
  }
  const range = RANGE.exec(head);
  if (!range) {
    const forms = 'eval instant at <time> <query>, or eval range from <start> to <end> step <step> <query>';
    throw new ScriptError('bad_eval', `an evaluation is written ${forms}`, { line });
  }
  const [, modifier, from, to, step, query] = range;
  const [startMs, endMs, stepMs] = [from, to, step].map((text) => parseTime(text, line, 'bad_eval'));
  if (endMs < startMs) throw new ScriptError('bad_eval', `the range ends at ${to}, before it starts`, { line });
  const time: RangeTime = { kind: 'range', startMs, endMs, stepMs };
  return { time, query, modifier };
}

/** A line that is a number as a whole. */
function tryParseScalar(text: string): number | undefined {
  return /^[+-]?0x[\da-f]+$/i.test(text)
    ? Number(text.replace(/^[+-]/, '')) * (text[0] === '-' ? -1 : 1)
    : tryParseFloat(text);
}

interface FoundExpectations {
  readonly text: string | undefined;
  readonly scalar: number | undefined;
  readonly series: readonly ExpectedSeries[];
  readonly grid: RangeTime | undefined;
}

function pickExpected({ text, scalar, series, grid }: FoundExpectations): ExpectedResult {
  if (text !== undefined) return { kind: 'string', value: text };
  if (scalar !== undefined) return { kind: 'scalar', value: scalar };
  return { kind: 'series', series, grid };
}

function refuseSequences(series: readonly ExpectedSeries[], line: number): void {
  if (series.every(({ values }) => values.length === 1)) return;
  const reason = 'an instant query has one value a series; say "expect range vector from … to … step …" for more';
  throw new ScriptError('bad_expectation', reason, { line });
}
