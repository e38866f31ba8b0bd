import type { Command, LoadCommand } from './command.ts';
import { parseEval } from './parse-eval.ts';
import { type Parsed, parseSeries, parseTime } from './parse-pieces.ts';
import { ScriptError } from './script-error.ts';

/**
 * Reads a script in the language of Prometheus' tests of queries: `load`, `clear` and `eval`, each up to the next empty line
 * or comment. Queries are not parsed yet. Throws a ScriptError.
 */
export function parseScript(text: string): readonly Command[] {
  const lines = text.split('\n').map((line) => line.trim().replace(/^#.*/, ''));
  const commands: Command[] = [];
  for (let index = 0; index < lines.length; ) {
    if (lines[index] === '') {
      index++;
      continue;
    }
    const { command, end } = parseCommand(lines, index);
    commands.push(command);
    index = end;
  }
  return commands;
}

function parseCommand(lines: readonly string[], index: number): Parsed<Command> {
  const word = lines[index].split(/\s/, 1)[0].toLowerCase();
  if (word === 'clear') return { command: { kind: 'clear', line: index + 1 }, end: index + 1 };
  if (word.startsWith('load')) return parseLoad(lines, index);
  if (word.startsWith('eval')) return parseEval(lines, index);
  const reason = `${JSON.stringify(word)} is no command: load, clear and eval are`;
  throw new ScriptError('unknown_command', reason, { line: index + 1 });
}

const LOAD = /^load(_with_nhcb)?\s+(.+)$/;

function parseLoad(lines: readonly string[], index: number): Parsed<LoadCommand> {
  const line = index + 1;
  const head = LOAD.exec(lines[index]);
  if (!head)
    throw new ScriptError('bad_load', 'a load is written load <interval> or load_with_nhcb <interval>', { line });
  const intervalMs = parseTime(head[2], line, 'bad_load');
  const series = [];
  let end = index + 1;
  for (; end < lines.length && lines[end] !== ''; end++) series.push(parseSeries(lines[end], end + 1));
  return { command: { kind: 'load', line, intervalMs, series, withCustomBuckets: head[1] !== undefined }, end };
}
