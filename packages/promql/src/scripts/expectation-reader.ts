import { decodeString, endOfString } from '../syntax/string-literal.ts';
import type { Expectations, ExpectedAnnotations, ExpectedText, RangeTime } from './command.ts';
import { parseTime } from './parse-pieces.ts';
import { ScriptError } from './script-error.ts';

const RANGE_VECTOR = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/;
const TEXT = /^expect string(?:\s+(.*))?$/;
const EXPECT = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;
const OLDER_FAILURE = /^expected_fail_(message|regexp)\s+(.+)$/;

const ANYTHING: ExpectedText = { words: 'anything', matches: () => true };

/** Collects the lines behind an `eval` that say what is expected, but for the result itself. */
export class ExpectationReader {
  #isOrdered: boolean;
  #failures: ExpectedText[];
  readonly #texts: Record<'warn' | 'info', ExpectedText[]> = { warn: [], info: [] };
  readonly #none = new Set<'warn' | 'info'>();
  /** Where the values of an instant query lie that results in a matrix. */
  grid: RangeTime | undefined;
  /** The string that the query results in. */
  text: string | undefined;

  /** `modifier` is what follows `eval_` in the older way to say it; it asks for one annotation at least. */
  constructor(modifier: string | undefined) {
    this.#isOrdered = modifier === 'ordered';
    this.#failures = modifier === 'fail' ? [ANYTHING] : [];
    if (modifier === 'warn' || modifier === 'info') this.#texts[modifier].push(ANYTHING);
  }

  /** Whether it was such a line. */
  tryRead(text: string, line: number): boolean {
    const older = OLDER_FAILURE.exec(text);
    if (older && this.#failures.length > 0) {
      this.#failures = [createText(older[1] === 'message' ? 'msg' : 'regex', older[2], line)];
      return true;
    }
    if (!/^expect\s/.test(text)) return false;
    if (text.startsWith('expect range vector')) this.grid = parseGrid(text, line);
    else if (text.startsWith('expect string')) this.text = parseText(text, line);
    else this.#readExpect(text, line);
    return true;
  }

  finish(line: number): Expectations {
    if (this.#failures.length > 1) {
      throw new ScriptError('bad_expectation', 'a query fails once: there are several expect fail', { line });
    }
    return {
      isOrdered: this.#isOrdered,
      failure: this.#failures[0],
      warnings: this.#annotations('warn', line),
      infos: this.#annotations('info', line),
    };
  }

  #annotations(level: 'warn' | 'info', line: number): ExpectedAnnotations {
    const texts = this.#texts[level];
    if (!this.#none.has(level)) return texts;
    if (texts.length === 0) return 'none';
    throw new ScriptError('bad_expectation', `expect ${level} and expect no_${level} contradict each other`, { line });
  }

  #readExpect(text: string, line: number): void {
    const parts = EXPECT.exec(text);
    if (!parts) {
      const forms = 'expect ordered, fail, warn, no_warn, info or no_info, then perhaps msg: or regex: and a text';
      throw new ScriptError('bad_expectation', `an expectation is written ${forms}`, { line });
    }
    const [, type, way, words] = parts;
    const expected = way === undefined ? ANYTHING : createText(way, words, line);
    if (type === 'ordered') this.#isOrdered = true;
    else if (type === 'fail') this.#failures.push(expected);
    else if (type === 'warn' || type === 'info') this.#texts[type].push(expected);
    else this.#none.add(type === 'no_warn' ? 'warn' : 'info');
  }
}

function createText(way: string, written: string, line: number): ExpectedText {
  const text = written.trim();
  if (way === 'msg') return { words: JSON.stringify(text), matches: (found) => found === text };
  try {
    const pattern = new RegExp(text);
    return { words: `what fits /${text}/`, matches: (found) => pattern.test(found) };
  } catch (cause) {
    throw new ScriptError('bad_expectation', `${JSON.stringify(text)} is no regular expression`, { line, cause });
  }
}

function parseGrid(text: string, line: number): RangeTime {
  const parts = RANGE_VECTOR.exec(text);
  if (!parts) {
    const form = 'expect range vector from <start> to <end> step <step>';
    throw new ScriptError('bad_expectation', `a range vector is written ${form}`, { line });
  }
  const [startMs, endMs, stepMs] = parts.slice(1).map((time) => parseTime(time, line, 'bad_expectation'));
  if (endMs < startMs) throw new ScriptError('bad_expectation', 'the range vector ends before it starts', { line });
  return { kind: 'range', startMs, endMs, stepMs };
}

function parseText(line: string, lineNumber: number): string {
  const quoted = TEXT.exec(line)?.[1] ?? '';
  const isWhole = /^["'`]/.test(quoted) && endOfString(quoted, 0) === quoted.length;
  const text = isWhole ? decodeString(quoted) : undefined;
  if (typeof text === 'string') return text;
  throw new ScriptError('bad_expectation', 'expect string takes one quoted string', { line: lineNumber });
}
