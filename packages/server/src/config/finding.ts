/** Every code with its meaning. docs/configuration.md carries the same table. */
export const findingCodes = {
  bad_yaml: 'the file is not YAML, or a mapping has one key twice',
  unknown_field: 'there is no such field here',
  not_supported: 'Prometheus knows this, Hearth does not do it',
  bad_value: 'a value is not what its field asks for',
  missing: 'something that must be there is not',
  conflict: 'two things that exclude each other, or do not fit together',
  unreadable: 'a file cannot be read',
} as const;

export type FindingCode = keyof typeof findingCodes;

/** What is wrong at one place of a configuration file. */
export interface Finding {
  readonly code: FindingCode;
  readonly file: string;
  /** Counted from 1. Absent where the file as a whole is at fault. */
  readonly line?: number;
  readonly column?: number;
  readonly reason: string;
  /** What to write instead, as a sentence: `did you mean "scrape_interval"?` */
  readonly suggestion?: string;
}

/** `file:line:column: reason; suggestion` */
export function renderFinding({ file, line, column, reason, suggestion }: Finding): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  return suggestion === undefined ? `${place}: ${reason}` : `${place}: ${reason}; ${suggestion}`;
}
