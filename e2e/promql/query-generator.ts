import { DATA_MS, DATA_START_MS } from './nasty-data.ts';
import * as words from './query-vocabulary.ts';

export interface QueryGeneratorOptions {
  readonly random: () => number;
  /**
   * Of the Prometheus that is asked too. For 2 it leaves out what 3 does differently on purpose, or has in addition:
   * subqueries in subqueries (whose points lie on the edges of windows), `rate` and `increase` of what is no counter (whose
   * extrapolation changed where a value near zero begins within the window), and newer functions.
   */
  readonly major: 2 | 3;
}

export interface GeneratedQuery {
  readonly text: string;
  readonly times: QueryTimes;
}

export type QueryTimes =
  | { readonly kind: 'instant'; readonly timestampMs: number }
  | { readonly kind: 'range'; readonly startMs: number; readonly endMs: number; readonly stepMs: number };

/** Odd, so that no sample lies on the edge of a window of whole seconds. */
const PHASE_MS = 251;
const MAX_DEPTH = 4;
/** They make the last digit of a large number the first one. */
const WAVES = new Set(['sin', 'cos', 'tan']);
const STEPS_MS = [7_000, 15_000, 30_000, 60_000, 61_000, 5 * 60_000];

/** Queries that mostly find data and mostly can be evaluated. */
export class QueryGenerator {
  readonly #random: () => number;
  readonly #major: 2 | 3;
  #isInSubquery = false;

  constructor({ random, major }: QueryGeneratorOptions) {
    this.#random = random;
    this.#major = major;
  }

  next(): GeneratedQuery {
    const times = this.#times();
    const depth = 1 + this.#below(MAX_DEPTH);
    const rest = this.#random();
    if (rest < 0.06) return { text: this.#scalar(depth), times };
    if (rest < 0.09 && times.kind === 'instant') return { text: this.#range(depth), times };
    return { text: this.#vector(depth), times };
  }

  #times(): QueryTimes {
    const moment = () => DATA_START_MS + 1000 * this.#below(DATA_MS / 1000 + 400) + PHASE_MS;
    if (this.#random() < 0.35) return { kind: 'instant', timestampMs: moment() };
    const stepMs = this.#one(STEPS_MS);
    const startMs = moment() - (this.#random() < 0.2 ? 600_000 : 0);
    return { kind: 'range', startMs, endMs: startMs + stepMs * this.#below(30), stepMs };
  }

  #vector(depth: number): string {
    if (depth <= 0) return this.#selector();
    const inner = depth - 1;
    return this.#weighted<() => string>([
      [3, () => this.#selector()],
      [7, () => this.#overTime(inner)],
      [4, () => this.#elementwise(inner)],
      [6, () => this.#aggregation(inner)],
      [2, () => this.#topOrSo(inner)],
      [6, () => this.#vectorBinary(inner)],
      [4, () => this.#scalarBinary(inner)],
      [3, () => this.#setOperation(inner)],
      [2, () => this.#buckets(inner)],
      [2, () => this.#labels(inner)],
      [1, () => `(${this.#vector(inner)})`],
      [1, () => `-${this.#operand(inner)}`],
      [1, () => `vector(${this.#scalar(inner)})`],
      ...(this.#major === 3 ? [[1, () => this.#later(inner)] as const] : []),
    ])();
  }

  #scalar(depth: number): string {
    if (depth <= 0) return this.#one(words.NUMBERS);
    const inner = depth - 1;
    return this.#weighted<() => string>([
      [4, () => this.#one(words.NUMBERS)],
      [2, () => 'time()'],
      [1, () => 'pi()'],
      [3, () => `scalar(${this.#vector(inner)})`],
      [2, () => `(${this.#scalar(inner)} ${this.#one(words.ARITHMETIC)} ${this.#scalar(inner)})`],
      [1, () => `(${this.#scalar(inner)} ${this.#one(words.COMPARISONS)} bool ${this.#scalar(inner)})`],
      [1, () => `-(${this.#scalar(inner)})`],
    ])();
  }

  #selector(): string {
    const pool = this.#weighted([
      [4, words.COUNTERS],
      [2, words.BUCKETS],
      [6, words.GAUGES],
      [1, words.MIXED],
    ]);
    return this.#one(pool) + this.#modifiers();
  }

  #modifiers(): string {
    const rest = this.#random();
    if (rest < 0.8) return '';
    const offset = ` offset ${this.#one(words.OFFSETS)}`;
    const seconds = (DATA_START_MS + PHASE_MS) / 1000 + this.#below(DATA_MS / 1000);
    const at = this.#one([' @ start()', ' @ end()', ` @ ${seconds.toFixed(3)}`]);
    if (rest < 0.9) return offset;
    if (rest < 0.96) return at;
    return this.#random() < 0.5 ? at + offset : offset + at;
  }

  #range(depth: number): string {
    if (this.#random() < 0.25 && this.#mayHaveSubquery()) return this.#subquery(depth);
    const pool = this.#weighted([
      [4, words.COUNTERS],
      [6, words.GAUGES],
      [1, words.BUCKETS],
      [1, words.MIXED],
    ]);
    return `${this.#one(pool)}[${this.#one(words.RANGES)}]${this.#modifiers()}`;
  }

  #mayHaveSubquery(): boolean {
    return this.#major === 3 || !this.#isInSubquery;
  }

  #subquery(depth: number): string {
    const wasInSubquery = this.#isInSubquery;
    this.#isInSubquery = true;
    const inner = this.#operand(depth);
    this.#isInSubquery = wasInSubquery;
    const window = `[${this.#one(words.SUBQUERY_RANGES)}:${this.#one(words.SUBQUERY_STEPS)}]`;
    return inner + window + this.#modifiers();
  }

  #overTime(depth: number): string {
    if (this.#random() < 0.35) {
      const pool = this.#random() < 0.7 ? words.COUNTERS : words.BUCKETS;
      const isFree = this.#major === 3 && this.#random() < 0.3;
      const window = isFree ? this.#range(depth) : `${this.#one(pool)}[${this.#one(words.RANGES)}]${this.#modifiers()}`;
      return `${this.#one(words.EXTRAPOLATING_FUNCTIONS)}(${window})`;
    }
    const rest = this.#random();
    if (rest < 0.08) return `quantile_over_time(${this.#fraction(depth)}, ${this.#range(depth)})`;
    if (rest < 0.16)
      return `predict_linear(${this.#range(depth)}, ${this.#one(['0', '60', '3600', '-90.5', 'scalar(up)'])})`;
    if (rest < 0.2)
      return `double_exponential_smoothing(${this.#range(depth)}, ${this.#one(['0.1', '0.5', '0.9'])}, 0.3)`;
    return `${this.#one(words.RANGE_FUNCTIONS)}(${this.#range(depth)})`;
  }

  #later(depth: number): string {
    const rest = this.#random();
    if (rest < 0.6) return `${this.#one(words.LATER_RANGE_FUNCTIONS)}(${this.#range(depth)})`;
    if (rest < 0.75) return `limitk${this.#grouping()}(${this.#one(['0', '1', '2', '5'])}, ${this.#ordered(depth)})`;
    if (rest < 0.85)
      return `limit_ratio${this.#grouping()}(${this.#one(['0.5', '-0.3', '1'])}, ${this.#vector(depth)})`;
    const function_ = this.#one(['sort_by_label', 'sort_by_label_desc']);
    return `${function_}(${this.#vector(depth)}, "${this.#one(words.LABELS)}", "${this.#one(words.LABELS)}")`;
  }

  #elementwise(depth: number): string {
    const rest = this.#random();
    const operand = this.#vector(depth);
    if (rest < 0.08) return `clamp(${operand}, ${this.#scalar(1)}, ${this.#scalar(1)})`;
    if (rest < 0.14) return `${this.#one(['clamp_min', 'clamp_max'])}(${operand}, ${this.#scalar(1)})`;
    if (rest < 0.2) return `round(${operand}${this.#one(['', ', 0.5', ', 5', `, ${this.#scalar(1)}`])})`;
    if (rest < 0.32) return `${this.#one(words.DATE_FUNCTIONS)}(${this.#random() < 0.3 ? operand : this.#time()})`;
    if (rest < 0.36) return `timestamp(${this.#selector()})`;
    const name = this.#one(words.VECTOR_FUNCTIONS);
    return WAVES.has(name) ? `${name}(clamp(${operand}, -1000, 1000))` : `${name}(${operand})`;
  }

  /** What is good for dates. */
  #time(): string {
    const counter = () => this.#one(words.COUNTERS) + this.#modifiers();
    return this.#one([
      '',
      `timestamp(${counter()})`,
      counter(),
      `${counter()} * 86399`,
      'vector(time())',
      'vector(-1e9)',
    ]);
  }

  #aggregation(depth: number): string {
    const grouping = this.#grouping();
    const rest = this.#random();
    if (rest < 0.1) return `quantile${grouping}(${this.#fraction(depth)}, ${this.#vector(depth)})`;
    if (rest < 0.16) {
      const rounded =
        this.#random() < 0.5 ? this.#selector() : `round(clamp(${this.#vector(depth)}, -1e6, 1e6), 0.125)`;
      return `count_values${grouping}("${this.#one(['value', 'job'])}", ${rounded})`;
    }
    return `${this.#one(words.AGGREGATIONS)}${grouping}(${this.#vector(depth)})`;
  }

  #topOrSo(depth: number): string {
    const k = this.#weighted([
      [6, this.#one(['1', '2', '3', '5'])],
      [1, this.#one(['0', '-1', '1000', '1.9', 'scalar(count(up))'])],
    ]);
    return `${this.#one(['topk', 'bottomk'])}${this.#grouping()}(${k}, ${this.#ordered(depth)})`;
  }

  /**
   * A vector whose series Prometheus 3 has in the order of the storage; else it is random which of equal ones are the top.
   * Prometheus 2 chooses otherwise among equal ones: they have to be different.
   */
  #ordered(depth: number): string {
    if (this.#major === 2) {
      const distinct = this.#one(words.DISTINCT);
      return this.#one([distinct, `max_over_time(${distinct}[1m])`, `sum by (job, instance) (${distinct})`]);
    }
    return this.#weighted<() => string>([
      [2, () => this.#selector()],
      [2, () => `${this.#one(words.RANGE_FUNCTIONS)}(${this.#one(words.GAUGES)}[${this.#one(words.RANGES)}])`],
      [2, () => `rate(${this.#one(words.COUNTERS)}[${this.#one(words.RANGES)}])`],
      ...(depth > 0
        ? [[2, () => `${this.#one(words.AGGREGATIONS)}${this.#grouping()}(${this.#ordered(depth - 1)})`] as const]
        : []),
    ])();
  }

  #grouping(): string {
    if (this.#random() < 0.25) return '';
    return ` ${this.#one(['by', 'by', 'without'])} (${this.#one(words.LABEL_SETS).join(', ')}) `;
  }

  #vectorBinary(depth: number): string {
    const isComparison = this.#random() < 0.35;
    const operator = isComparison ? this.#one(words.COMPARISONS) : this.#arithmetic();
    const bool = isComparison && this.#random() < 0.4 ? ' bool' : '';
    const rest = this.#random();
    if (rest < 0.35) {
      const grouping = ` by (${this.#one(words.LABEL_SETS.slice(0, 4)).join(', ')}) `;
      const side = () => `${this.#one(words.AGGREGATIONS)}${grouping}(${this.#vector(depth - 1)})`;
      return `${side()} ${operator}${bool} ${side()}`;
    }
    if (rest < 0.5) {
      const operand = this.#operand(depth - 1);
      return `${operand} ${operator}${bool} ${this.#random() < 0.5 ? operand : `(${operand} offset 1m)`}`;
    }
    return `${this.#operand(depth)} ${operator}${bool}${this.#matching()} ${this.#operand(depth)}`;
  }

  #matching(): string {
    if (this.#random() < 0.2) return '';
    const on = this.#random() < 0.75;
    const labels = this.#one(words.LABEL_SETS);
    const matching = ` ${on ? 'on' : 'ignoring'} (${labels.join(', ')})`;
    if (this.#random() < 0.35) return matching;
    const include = this.#one([[], [], ['version'], ['job'], ['room', 'code'], ['missing']]);
    const free = on ? include.filter((label) => !labels.includes(label)) : include;
    return `${matching} ${this.#one(['group_left', 'group_left', 'group_right'])} (${free.join(', ')})`;
  }

  /** `atan2` keeps the metric name in Prometheus 2. */
  #arithmetic(): string {
    return this.#one(this.#major === 3 ? [...words.ARITHMETIC, 'atan2'] : words.ARITHMETIC);
  }

  #scalarBinary(depth: number): string {
    const isComparison = this.#random() < 0.5;
    const operator = isComparison ? this.#one(words.COMPARISONS) : this.#arithmetic();
    const bool = isComparison && this.#random() < 0.3 ? ' bool' : '';
    const [vector, scalar] = [this.#operand(depth), this.#scalar(Math.min(depth, 2))];
    return this.#random() < 0.7 ? `${vector} ${operator}${bool} ${scalar}` : `${scalar} ${operator}${bool} ${vector}`;
  }

  #setOperation(depth: number): string {
    const matching = this.#weighted([
      [1, ''],
      [2, ` ${this.#one(['on', 'on', 'ignoring'])} (${this.#one(words.LABEL_SETS).join(', ')})`],
    ]);
    return `${this.#operand(depth)} ${this.#one(words.SETS)}${matching} ${this.#operand(depth)}`;
  }

  #buckets(depth: number): string {
    const rest = this.#random();
    const buckets = this.#one(words.BUCKETS);
    const rates = `rate(${buckets}[${this.#one(words.RANGES)}])`;
    const operand =
      rest < 0.25
        ? `${buckets}${this.#modifiers()}`
        : rest < 0.5
          ? rates
          : rest < 0.9
            ? `sum by (le${this.#one(['', ', job', ', instance'])}) (${rates})`
            : this.#vector(depth);
    return `histogram_quantile(${this.#fraction(depth)}, ${operand})`;
  }

  #labels(depth: number): string {
    const operand = this.#vector(depth);
    const [target, source] = [this.#one(words.LABELS), this.#one(words.LABELS)];
    if (this.#random() < 0.35)
      return `label_join(${operand}, "${target}", "${this.#one(['-', '', ', '])}", "${source}", "job")`;
    const [regexp, replacement] = this.#one([
      ['(.*)', 'x$1'],
      ['(.+)', '$1'],
      ['([a-z]+):(\\\\d)', '$2-$1'],
      ['(?P<first>.).*', '$first'],
      ['.*', ''],
      ['no such', 'nothing'],
    ]);
    return `label_replace(${operand}, "${target}", "${replacement}", "${source}", "${regexp}")`;
  }

  /** What may stand beside an operator. */
  #operand(depth: number): string {
    const text = this.#vector(depth);
    return /^[a-z_]+(\{[^}]*\})?$/.test(text) ? text : `(${text})`;
  }

  #fraction(depth: number): string {
    return this.#random() < 0.9 ? this.#one(words.FRACTIONS) : this.#scalar(Math.min(depth, 1));
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #one<T>(values: readonly T[]): T {
    return values[this.#below(values.length)];
  }

  #weighted<T>(choices: readonly (readonly [weight: number, value: T])[]): T {
    let rest = this.#random() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      rest -= weight;
      if (rest < 0) return value;
    }
    return choices.at(-1)![1];
  }
}
