import type { Engine, QueryResult } from '../engine.ts';
import { PromqlError } from '../errors.ts';
import { MemoryStorageError } from '../memory/memory-storage.ts';
import type { Value, VectorSample } from '../value.ts';
import { checkAnnotations } from './check-annotations.ts';
import type { EvalCommand, LoadCommand, RangeTime } from './command.ts';
import { compareResult } from './compare-result.ts';
import { fixTime, type TimedQuery } from './fix-time.ts';
import { parseScript } from './parse-script.ts';
import { ScriptError } from './script-error.ts';
import { ScriptStorage } from './script-storage.ts';

/** What became of one `eval`. */
export interface Outcome {
  /** Counted from 1. */
  readonly line: number;
  readonly query: string;
  readonly verdict: 'passed' | 'failed' | 'skipped';
  /** Of what failed: expected against got. Of what was skipped: why. */
  readonly reason: string | undefined;
}

export interface RunOptions {
  /** As `scriptEngineOptions` says. */
  readonly engine: Engine;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a script's commands in order and gives each evaluation's outcome. An instant query is run as it is, around its time as
 * a range query, and again at other times with `@` at its selectors; all have to result in the same. What needs native
 * histograms is skipped: they are not loaded, and a query that selects some passes only if it results in the same without
 * them. Throws a ScriptError where the script itself is wrong, before anything has run unless it is data that cannot be
 * loaded.
 */
export async function* runScript(text: string, { engine, signal }: RunOptions): AsyncIterable<Outcome> {
  const storage = new ScriptStorage();
  for (const command of parseScript(text)) {
    signal?.throwIfAborted();
    if (command.kind === 'clear') storage.clear();
    else if (command.kind === 'load') load(storage, command);
    else yield await evaluate(command, { engine, storage, signal });
  }
}

function load(storage: ScriptStorage, command: LoadCommand): void {
  try {
    storage.load(command);
  } catch (cause) {
    if (!(cause instanceof MemoryStorageError)) throw cause;
    throw new ScriptError('bad_load', cause.message, { line: command.line, cause });
  }
}

interface Bench {
  readonly engine: Engine;
  readonly storage: ScriptStorage;
  readonly signal: AbortSignal | undefined;
}

async function evaluate(command: EvalCommand, bench: Bench): Promise<Outcome> {
  const { line, query, expected } = command;
  const skip = (reason: string): Outcome => ({ line, query, verdict: 'skipped', reason });
  if (expected.kind === 'series' && expected.series.some(({ values }) => values.includes('histogram'))) {
    return skip('native histograms are not supported: one is expected');
  }
  bench.storage.takeSelectedNative();
  const reason = await findFault(command, bench);
  const native = bench.storage.takeSelectedNative();
  if (native && reason !== undefined)
    return skip(`native histograms are not supported: ${native.toMetricString()} is selected`);
  return { line, query, verdict: reason === undefined ? 'passed' : 'failed', reason };
}

/** What is wrong with any way to run the query, in words, or `undefined`. */
async function findFault(command: EvalCommand, bench: Bench): Promise<string | undefined> {
  const { time, query: text } = command;
  try {
    if (time.kind === 'range') return await checkRange(command, time, bench);
    const asWritten = { text, timestampMs: time.timestampMs };
    const queries = [asWritten, ...(command.expectations.failure ? [] : fixTime(asWritten))];
    for (const query of queries) {
      const fault = await checkInstant(command, query, bench);
      if (fault !== undefined) return query === asWritten ? fault : `${fault}, when run ${describe(query)}`;
    }
    return undefined;
  } catch (error) {
    // A defect of the engine fails this case; the others say more about it.
    if (!(error instanceof Error) || bench.signal?.aborted) throw error;
    return error instanceof PromqlError ? `the query fails: ${error.message}` : `the engine breaks: ${error.stack}`;
  }
}

function describe({ text, timestampMs }: TimedQuery): string {
  return `as ${text} at ${timestampMs} ms`;
}

async function checkRange(
  command: EvalCommand,
  { startMs, endMs, stepMs }: RangeTime,
  bench: Bench,
): Promise<string | undefined> {
  const { engine, storage, signal } = bench;
  const answer = () => engine.range(storage, { text: command.query, startMs, endMs, stepMs, signal });
  return (await checkAnswer(command, answer)).fault;
}

async function checkInstant(command: EvalCommand, query: TimedQuery, bench: Bench): Promise<string | undefined> {
  const { engine, storage, signal } = bench;
  const { fault, result } = await checkAnswer(command, () => engine.instant(storage, { ...query, signal }));
  if (fault !== undefined || result === undefined) return fault;
  const asRange = await checkAsRange(command, query, { kind: result.value.kind, bench });
  return asRange === undefined ? undefined : `${asRange}, as the middle of a range query`;
}

/** Asks the engine, and checks the failure, or the result with its annotations. */
async function checkAnswer(
  { expected, expectations }: EvalCommand,
  ask: () => Promise<QueryResult>,
): Promise<{ readonly fault?: string | undefined; readonly result?: QueryResult }> {
  const { failure } = expectations;
  let result: QueryResult;
  try {
    result = await ask();
  } catch (error) {
    if (failure === undefined || !(error instanceof PromqlError)) throw error;
    if (failure.matches(error.message)) return {};
    return { fault: `expected the failure ${failure.words}, got ${JSON.stringify(error.message)}` };
  }
  if (failure) return { fault: `expected a failure, ${failure.words}, got none` };
  const fault =
    checkAnnotations(result.annotations, expectations) ?? compareResult(result.value, expected, expectations);
  return { fault, result };
}

const MINUTE_MS = 60_000;

/** What these read depends on the range of the query. */
const RANGE_DEPENDENT = /(?:start|end|range|step)\(\)/;

async function checkAsRange(
  { expected, expectations }: EvalCommand,
  { text, timestampMs }: TimedQuery,
  { kind, bench }: { readonly kind: Value['kind']; readonly bench: Bench },
): Promise<string | undefined> {
  if (kind === 'string' || kind === 'matrix' || RANGE_DEPENDENT.test(text)) return undefined;
  const range = { startMs: timestampMs - MINUTE_MS, endMs: timestampMs + MINUTE_MS, stepMs: MINUTE_MS };
  const { value } = await bench.engine.range(bench.storage, { text, ...range, signal: bench.signal });
  if (value.kind !== 'matrix') return `expected a range vector, got a ${value.kind}`;
  if (expectations.isOrdered) return undefined;
  const samples: VectorSample[] = [];
  for (const { labels, timestamps, values } of value.series) {
    const at = timestamps.indexOf(timestampMs);
    if (at >= 0) samples.push({ labels, value: values[at] });
  }
  if (kind === 'vector') return compareResult({ kind, timestampMs, samples }, expected, expectations);
  if (samples.length !== 1) return `expected one series for a scalar, got ${samples.length}`;
  return compareResult({ kind: 'scalar', timestampMs, value: samples[0].value }, expected, expectations);
}
