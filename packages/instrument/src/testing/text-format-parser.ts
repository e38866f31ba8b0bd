/** Values by `name{a="x",b="y"}`: the labels sorted by name, as they stand in the text. */
export type SampleValues = ReadonlyMap<string, number>;

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\n"])*"`;
const VALUE = String.raw`[+-]?(?:Inf|NaN|\d+(?:\.\d+)?(?:e[+-]?\d+)?)`;
const EXEMPLAR = String.raw`(?: # \{${LABEL}(?:,${LABEL})*\} ${VALUE} ${VALUE})?`;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (${VALUE})${EXEMPLAR}$`);
const COMMENT = new RegExp(
  `^# (?:HELP ${NAME} .*|TYPE ${NAME} (?:counter|gauge|histogram|summary|unknown|untyped)|EOF)$`,
);
const LABELS = new RegExp(LABEL, 'g');

/** Reads the text formats as strictly as Prometheus does; throws at the first line that is none, or comes twice. */
export function parseSamples(text: string): SampleValues {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const values = new Map<string, number>();
  for (const line of text.slice(0, -1).split('\n')) {
    if (COMMENT.test(line)) continue;
    const match = SAMPLE.exec(line);
    if (match === null) throw new Error(`not a sample: ${line}`);
    const [, name, labels = '', value] = match;
    const key = `${name}{${(labels.match(LABELS) ?? []).toSorted().join(',')}}`;
    if (values.has(key)) throw new Error(`twice: ${key}`);
    values.set(key, Number(value!.replace('Inf', 'Infinity')));
  }
  return values;
}

/**
 * The samples of one name by the values of these labels, separated by spaces. Throws if a sample has any other labels, so
 * that nothing goes unseen.
 */
export function rowsOf(samples: SampleValues, name: string, labels: readonly string[]): Record<string, number> {
  const rows: Record<string, number> = {};
  for (const [key, value] of samples) {
    if (!key.startsWith(`${name}{`)) continue;
    const values = new Map(
      (key.slice(name.length + 1, -1).match(LABELS) ?? []).map((label): [string, string] => {
        const at = label.indexOf('=');
        return [label.slice(0, at), unescaped(label.slice(at + 2, -1))];
      }),
    );
    if (values.size !== labels.length || labels.some((label) => !values.has(label))) {
      throw new Error(`${key} has other labels than ${labels.join(', ')}`);
    }
    rows[labels.map((label) => values.get(label)).join(' ')] = value;
  }
  return rows;
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_escape, character: string) => (character === 'n' ? '\n' : character));
}
