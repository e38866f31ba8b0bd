import { createEngine, type Outcome, runScript, ScriptError, scriptEngineOptions } from '@hearth/promql';
import { HearthError } from '../errors.ts';
import { readTextFile } from '../files/read-text-file.ts';

/** What became of the evaluations of one script. */
export interface FileResult {
  readonly file: string;
  readonly outcomes: readonly Outcome[];
}

/** Runs scripts one after the other. Throws a HearthError for one that cannot be read. */
export async function* runFiles(files: readonly string[], signal: AbortSignal): AsyncIterable<FileResult> {
  const engine = createEngine(scriptEngineOptions);
  for (const file of files) {
    const text = await readTextFile(file);
    const outcomes: Outcome[] = [];
    try {
      for await (const outcome of runScript(text, { engine, signal })) outcomes.push(outcome);
    } catch (cause) {
      if (!(cause instanceof ScriptError)) throw cause;
      throw new HearthError('HEARTH_BAD_INPUT', `${file}:${cause.line}: ${cause.reason}`, { cause });
    }
    yield { file, outcomes };
  }
}
